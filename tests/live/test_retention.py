"""How far back the record is told entry by entry, and what a client that was away for longer receives instead."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dialogue.core import record
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.record import AGENDA, Entry
from dialogue.core.transaction import transaction
from dialogue.halls.questions import actions as questions
from dialogue.live.streams import registry
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.settings import Settings, SettingsError
from dialogue.votes.actions import cancel_ballot
from dialogue.votes.models import Visibility
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("entries are deleted by their moments")

Connect = Callable[..., Socket]


def age(room: Room, days: int, *, up_to: int) -> None:
    """Let the entries up to a number be this old."""
    with transaction() as tx:
        tx.session.execute(update(Entry).where(Entry.stream_id == room.id, Entry.seq <= up_to).values(
            at=now() - timedelta(days=days)))


def fetched(world: World, room: Room, person: Any, after: int) -> Any:
    """What HTTP answers."""
    return world.browser(person).get(f"/api/v1/streams/{room.id}/events?after={after}").json


def test_who_was_away_for_longer_than_the_window_starts_anew(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    said = [world.contribution(room, person, f"{n}").id for n in range(3)]
    newest = record.last_seq(room.id)
    age(room, 31, up_to=newest - 2)
    for answer in (socket(person).join(room.id, after=0), fetched(world, room, person, 0)):
        assert (answer["ok"], answer["reset"], answer["seq"]) == (True, True, newest)
        assert (answer["events"], answer["more"]) == ([], False)
        assert [each["id"] for each in answer["snapshot"]["contributions"]] == said
        assert answer["snapshot"]["earlier"] is False


def test_inside_the_window_every_entry_is_told(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    for n in range(3):
        world.contribution(room, person, f"{n}")
    newest = record.last_seq(room.id)
    age(room, 31, up_to=newest - 2)
    for answer in (socket(person).join(room.id, after=newest - 2), fetched(world, room, person, newest - 2)):
        assert "reset" not in answer
        assert [entry["seq"] for entry in answer["events"]] == [newest - 1, newest]


def test_who_has_seen_everything_is_not_reset_however_old_it_is(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    newest = record.last_seq(room.id)
    age(room, 400, up_to=newest)
    answer = socket(person).join(room.id, after=newest)
    assert "reset" not in answer
    assert (answer["seq"], answer["events"]) == (newest, [])


def test_who_is_too_many_entries_behind_starts_anew(world: World, socket: Connect,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "MAX_BEHIND", 5)
    room = world.room()
    person = world.member(room)
    for n in range(8):
        world.contribution(room, person, f"{n}")
    newest = record.last_seq(room.id)
    assert "reset" not in fetched(world, room, person, newest - 5)
    assert fetched(world, room, person, newest - 6)["reset"] is True
    assert socket(person).join(room.id, after=newest - 6)["reset"] is True


def test_a_number_still_to_come_starts_anew_because_the_database_is_an_older_one(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    newest = record.last_seq(room.id)
    for answer in (socket(person).join(room.id, after=newest + 1), fetched(world, room, person, newest + 1)):
        assert (answer["reset"], answer["seq"]) == (True, newest)


def test_the_record_itself_keeps_every_entry(world: World) -> None:
    room = world.room()
    person = world.member(room)
    newest = record.last_seq(room.id)
    age(room, 400, up_to=newest)
    assert fetched(world, room, person, 0)["reset"]
    assert [entry.seq for entry in record.entries(room.id, after=0)] == list(range(1, newest + 1))


def test_the_snapshot_is_the_newest_window_as_the_page_shows_it(world: World) -> None:
    room = world.room()
    person = world.member(room)
    for n in range(queries.WINDOW + 2):
        last = world.contribution(room, person, f"word {n}").id
    actions.retract(person, last)
    snapshot = fetched(world, room, person, 2**31 - 1)["snapshot"]
    assert len(snapshot["contributions"]) == queries.WINDOW
    assert snapshot["earlier"] is True
    assert (snapshot["contributions"][-1]["retracted"], snapshot["contributions"][-1]["html"]) == (True, "")


def test_the_snapshot_holds_the_ballots_open_ones_first(world: World) -> None:
    room = world.room()
    voter, chair = world.member(room), world.member(room, RoomRole.CHAIR)
    over, still_open = (world.ballot(room, chair) for _ in range(2))
    cancel_ballot(chair, over.id)
    told = fetched(world, room, voter, 9999)["snapshot"]["ballots"]
    assert [(each["id"], each["state"]) for each in told] == [(still_open.id, "open"), (over.id, "cancelled")]


def test_the_snapshot_names_no_protected_person(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    person = world.member(room, name="Nobody May Know")
    world.contribution(room, person, "A word")
    answer = world.browser(person).get(f"/api/v1/streams/{room.id}/events?after=9999")
    assert "A word" in answer.text
    assert "Nobody May Know" not in answer.text


def test_the_snapshot_of_a_hall_tells_outsiders_nothing_of_what_is_said_inside(world: World) -> None:
    hall = world.hall(AttributionRule.CHATHAM_HOUSE, Access.LISTED, own_role=RoomRole.CHAIR,
                      guest_votes=GuestVotes.UNVERIFIED)
    questions.ask(world.guest(hall), hall.id, text="For those inside?")
    for _ in range(5):
        world.guest(hall)
    world.ballot(hall, world.convenor, Visibility.SECRET)
    answer = world.browser().get(f"/api/v1/streams/{hall.id}/events?after=9999").json
    assert (answer["reset"], answer["snapshot"]) == (True, {})
    assert world.browser().get(f"/api/v1/streams/{AGENDA}/events?after=9999").json["snapshot"] == {}


@pytest.mark.parametrize("days", ["0", "-1", "x", "1.5", "36501", ""])
def test_a_window_that_makes_no_sense_is_refused_at_the_start(tmp_path: Any, days: str) -> None:
    with pytest.raises(SettingsError, match="DIALOGUE_RETENTION_DAYS"):
        Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path), "DIALOGUE_RETENTION_DAYS": days})


def test_the_window_can_be_chosen(tmp_path: Any) -> None:
    named = {"DIALOGUE_INSTANCE": str(tmp_path), "DIALOGUE_RETENTION_DAYS": "7"}
    assert Settings.from_env(named).retention_days == 7
    assert Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path)}).retention_days == 30
