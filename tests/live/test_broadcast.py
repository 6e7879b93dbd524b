"""What is published, to which audience, in which order, and with what contents."""

import json
from collections.abc import Callable

import pytest

from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.record import AGENDA
from dialogue.live.streams import ephemeral, presence
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions
from dialogue.rooms.models import Access, RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.rules import Choice
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("entries are read by prepared statements, with JSON")

Connect = Callable[..., Socket]
Publish = Callable[[], None]


def test_a_commit_reaches_each_member_once(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    sockets = [socket(world.member(room)) for _ in range(3)]
    for each in sockets:
        assert each.join(room.id)["ok"]
    answer = sockets[0].ask("contribution.post", stream=room.id, key="k", text="Hello")
    publish()
    publish()
    for each in sockets:
        (frame,) = each.heard("record")
        (entry,) = frame["events"]
        assert (entry["seq"], entry["kind"], entry["data"]["id"]) == (
            answer["seq"], "contribution.posted", answer["id"])


def test_what_piled_up_comes_in_one_frame(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person = world.member(room)
    there = socket(person)
    there.join(room.id)
    for n in range(5):
        world.contribution(room, person, f"{n}")
    publish()
    (frame,) = there.heard("record")
    seqs = [e["seq"] for e in frame["events"]]
    assert seqs == list(range(seqs[0], seqs[0] + 5))


def test_joining_brings_what_was_missed(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    for n in range(3):
        world.contribution(room, person, f"{n}")
    answer = socket(person).join(room.id, after=0)
    assert [e["seq"] for e in answer["events"]] == list(range(1, answer["seq"] + 1))
    assert answer["attribution"] == "on_record"
    assert answer["role"] == "participant"
    assert answer["more"] is False


def test_a_long_gap_is_fetched_in_pieces(world: World) -> None:
    room = world.room()
    person = world.member(room)
    for n in range(12):
        world.contribution(room, person, f"{n}")
    browser, seen, more = world.browser(person), [], True
    while more:
        after = seen[-1] if seen else 0
        page = browser.get(f"/api/v1/streams/{room.id}/events?after={after}&limit=5").json
        seen += [e["seq"] for e in page["events"]]
        more = page["more"]
    assert seen == list(range(1, len(seen) + 1))


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501"])
def test_odd_numbers_are_refused(world: World, query: str) -> None:
    room = world.room()
    answer = world.browser(world.member(room)).get(f"/api/v1/streams/{room.id}/events?{query}")
    assert answer.status_code == 422


def test_events_of_others_are_not_found(world: World) -> None:
    room = world.room()
    for person in (None, world.person(), world.revoked(room)):
        assert world.browser(person).get(f"/api/v1/streams/{room.id}/events").status_code == 404
    assert world.browser().get(f"/api/v1/streams/{AGENDA}/events").status_code == 200


def test_retracted_words_are_not_sent_again(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person = world.member(room)
    there = socket(person)
    there.join(room.id)
    said = world.contribution(room, person, "Zanzibarian secret").id
    actions.retract(person, said)
    publish()
    assert "Zanzibarian" not in json.dumps(there.heard())
    assert "Zanzibarian" not in json.dumps(socket(person).join(room.id, after=0))


@pytest.mark.parametrize("rule", [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED])
def test_no_frame_names_a_person(world: World, socket: Connect, publish: Publish, rule: AttributionRule) -> None:
    room = world.room(rule)
    people = [world.member(room, name=f"Nobody May Know {n}", actor_set=ActorSet.STATE) for n in range(6)]
    chair = world.member(room, RoomRole.CHAIR)
    sockets = [socket(person) for person in [chair, *people]]
    answers = [each.join(room.id, after=0) for each in sockets]
    sockets[1].ask("contribution.post", stream=room.id, key="k", text="Hello")
    publish()
    heard = json.dumps([answers, *(each.heard() for each in sockets)])
    api = world.browser(chair).get(f"/api/v1/streams/{room.id}/events").text
    for text in (heard, api):
        assert "Nobody May Know" not in text
        assert "Actor " not in text
        assert not any(person.id in text for person in people)
        assert '"state"' not in text
    assert '"here": 7' in heard


def test_readers_of_an_open_room_hear_it_too(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room(access=Access.OPEN)
    there = socket(None)
    assert there.join(room.id)["role"] == "public"
    world.contribution(room, world.member(room), "For all")
    publish()
    assert "For all" in json.dumps(there.heard("record"))


def test_who_leaves_hears_nothing_more(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room(AttributionRule.CLOSED)
    person, stays = world.member(room), world.member(room)
    there = socket(person)
    there.join(room.id)
    rooms.leave(person, room.id)
    publish()
    assert [told["reason"] for told in there.heard("evicted")] == ["removed"]
    world.contribution(room, stays, "Among ourselves")
    publish()
    assert "Among ourselves" not in json.dumps(there.heard())


def test_who_chairs_no_more_hears_no_more_as_one(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person = world.member(room, RoomRole.CHAIR)
    there = socket(person)
    there.join(room.id)
    rooms.change_place(world.convenor, room.id, member_id=person.id, role=RoomRole.OBSERVER, actor_id=None,
                       capacity=Capacity.PERSONAL, may_vote=False)
    publish()
    assert [told["reason"] for told in there.heard("evicted")] == ["changed"]


def test_members_see_a_blank_where_moderators_see_more(world: World, socket: Connect) -> None:
    room = world.room()
    chair, member = world.member(room, RoomRole.CHAIR), world.member(room)
    rooms.change_place(world.convenor, room.id, member_id=member.id, role=RoomRole.PARTICIPANT, actor_id=None,
                       capacity=Capacity.PERSONAL, may_vote=False)
    kinds = {who: [e["kind"] for e in socket(person).join(room.id, after=0)["events"]]
             for who, person in (("chair", chair), ("member", member))}
    assert "place.changed" in kinds["chair"]
    assert "place.changed" not in kinds["member"]
    assert len(kinds["chair"]) == len(kinds["member"])


def test_who_is_here_counts_people_not_windows(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person = world.member(room)
    for _ in range(2):
        socket(person).join(room.id)
    assert presence.count(room.id) == {"stream": room.id, "here": 1, "by_set": None}


def test_who_is_here_by_set_only_in_groups_of_five(world: World, socket: Connect) -> None:
    room = world.room()
    for _ in range(5):
        socket(world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)).join(room.id)
    assert presence.count(room.id)["by_set"] == {"civil_society": 5}
    socket(world.member(room, actor_set=ActorSet.STATE)).join(room.id)
    assert presence.count(room.id) == {"stream": room.id, "here": 6, "by_set": None}


def test_leaving_is_told(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    stays, goes = socket(world.member(room)), socket(world.member(room))
    stays.join(room.id)
    goes.join(room.id)
    goes.client.disconnect()
    ephemeral._states()["presence"].last.clear()
    publish()
    assert stays.heard("presence")[-1]["here"] == 1


def test_state_is_sent_at_most_once_in_its_time_and_the_latest_wins(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    there = socket(world.member(room))
    there.join(room.id)
    clock = iter([100.0, 100.1, 100.3])
    figures = iter([1, 2, 3])
    ephemeral._states().clear()
    ephemeral.produces("tally", lambda _stream: [{"ballot": "b", "cast": next(figures)}], every=0.25)
    monkeypatch.setattr(ephemeral.time, "monotonic", lambda: next(clock))
    for _ in range(3):
        ephemeral.changed("tally", room.id)
        upkeep_tell()
    assert [t["cast"] for t in there.heard("tally")] == [1, 2]


def upkeep_tell() -> None:
    """Send the state that is due."""
    from dialogue.server import background

    background.tell()


def test_the_process_says_how_it_is(world: World) -> None:
    assert world.browser().get("/healthz").json == {"ok": True}
    ready = world.browser().get("/readyz")
    assert ready.status_code == 200
    assert ready.json == dict.fromkeys(("ok", "database", "exports", "staying", "upkeep"), True)


def test_who_comes_back_is_told_how_many_have_voted_meanwhile(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    voter, chair = world.member(room), world.member(room, RoomRole.CHAIR)
    ballot = world.ballot(room, chair)
    there = socket(voter)
    there.join(room.id)
    publish()
    there.heard()
    there.ask("stream.leave", stream=room.id)
    votes.cast(voter, ballot.id, choice=Choice.YES)
    list(ephemeral.due({}))  # There were no subscribers.
    there.join(room.id)
    publish()
    assert there.heard("tally")[-1] == {"ballot": ballot.id, "cast": 1, "eligible": 1}
