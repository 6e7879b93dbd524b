"""What workers tell each other, and that they tell no more."""

import json
from collections.abc import Callable, Iterator

import pytest

from dialogue.live.cluster import nudges
from dialogue.live.cluster.nudges import MAX_NAMED, Nudges
from dialogue.live.streams import broadcaster, ephemeral, presence, remote_presence
from dialogue.live.streams.remote_presence import RemotePresence
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions, turnout
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Choice
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]
Publish = Callable[[], None]
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def mouth() -> Iterator[Nudges]:
    """This worker's nudges, without other workers."""
    nudges.connect(NOWHERE)
    yield nudges._nudges()[0]
    nudges.connect(None)


def test_many_commits_are_one_message_of_numbers(world: World, socket: Connect, mouth: Nudges) -> None:
    room = world.room()
    person = world.member(room)
    socket(person).join(room.id)
    posts = [world.contribution(room, person, "Nobody else's business") for _ in range(3)]
    said = json.loads(mouth._message())
    assert said["streams"][room.id] >= len(posts)
    assert said["here"] == {room.id: [["public", 1]]}
    assert set(said) == {"from", "streams", "states", "here"}
    assert "business" not in json.dumps(said)
    assert person.id not in json.dumps(said)
    assert json.loads(mouth._message())["streams"] == {}


def test_what_waits_to_be_said_is_bounded(mouth: Nudges) -> None:
    for n in range(MAX_NAMED + 10):
        mouth.note(f"s{n}", 1)
        mouth.note_state("tally", f"s{n}")
    mouth.note("s0", 7)
    said = json.loads(mouth._message())
    assert len(said["streams"]) == len(said["states"]) == MAX_NAMED
    assert said["streams"]["s0"] == 7


@pytest.mark.parametrize("nonsense", [
    b"", b"{", b"7", b"[]", b"null", b'{"from": 1}', b'{"from": "x", "streams": [], "states": 1, "here": {}}',
    b'{"from": "x", "streams": {}, "states": [[]], "here": {}}',
    b'{"from": "x", "streams": {}, "states": [], "here": {"a": 1}}',
    b'{"from": "x", "streams": {}, "states": [["made.up", "s"]], "here": {}}', b"\xff"])
def test_nonsense_is_passed_over(mouth: Nudges, nonsense: bytes) -> None:
    mouth.hear(nonsense)


def test_a_nudge_only_makes_us_look(world: World, socket: Connect, publish: Publish, mouth: Nudges) -> None:
    room = world.room()
    there = socket(world.member(room))
    there.join(room.id)
    publish()
    there.heard()
    mouth.hear(json.dumps({"from": "other", "streams": {room.id: 999}, "states": [], "here": {}}).encode())
    assert room.id in broadcaster._progress().dirty
    publish()
    assert there.heard("record") == []


def test_others_count_as_present_until_they_fall_silent(
        world: World, mouth: Nudges, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    word = {"from": "other", "streams": {}, "states": [], "here": {room.id: [["state", 3], ["civil_society", 4]]}}
    mouth.hear(json.dumps(word).encode())
    assert presence.count(room.id)["here"] == 7
    monkeypatch.setattr(remote_presence, "SILENT", 0.0)
    assert presence.count(room.id)["here"] == 0
    nudges.tell_presence()
    assert remote_presence.remote()._said == {}


def test_only_news_about_who_is_here_is_passed_on() -> None:
    known = RemotePresence()
    assert known.heard("other", "s", {"state": 2})
    assert not known.heard("other", "s", {"state": 2})
    assert known.heard("third", "s", {"state": 2})
    assert known.present("s") == {"state": 4}
    assert known.heard("other", "s", {})
    assert not known.heard("other", "s", {})
    assert known.present("s") == {"state": 2}


def test_kept_state_that_was_doubted_is_sent_only_where_it_differs(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ephemeral._states()[turnout.TALLY], "every", 0.0)
    room = world.room()
    chair, voter = world.member(room), world.member(room)
    ballot = world.ballot(room, world.member(room, RoomRole.CHAIR), Visibility.RECORDED)
    there = socket(chair)
    there.join(room.id)
    for expected in ([0], []):
        ephemeral.invalidate({room.id})
        publish()
        assert [payload["cast"] for payload in there.heard("tally")] == expected
    actions.cast(voter, ballot.id, choice=Choice.YES, key="k")
    ephemeral.invalidate({room.id})
    publish()
    assert [payload["cast"] for payload in there.heard("tally")] == [1]
