"""A room's track changes with who takes part; each interval is kept and shown."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.accounts.directory import actions as directory
from dialogue.accounts.models import Actor, Person, Subtype
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.rooms import actions
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.rooms.settings import actions as settings
from dialogue.rooms.tracks import keeping
from dialogue.rooms.tracks.models import RoomTrack
from tests.world import World

pytestmark = pytest.mark.each_database("intervals of moments")

DAY = datetime(2030, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The day on which tracks are kept: the last in the list."""
    known = [DAY]
    monkeypatch.setattr(keeping, "now", lambda: known[-1])
    return known


def kept(room: Room) -> list[tuple[str, bool]]:
    """The tracks of a room in their order, and whether each still holds."""
    with Session(db.engine()) as own:
        query = select(RoomTrack).where(RoomTrack.room_id == room.id).order_by(RoomTrack.began_at, RoomTrack.ended_at)
        return [(one.track, one.ended_at is None) for one in own.scalars(query)]


def test_a_change_of_track_ends_one_interval_and_begins_the_next(world: World, days: list[datetime]) -> None:
    room = world.room()
    assert kept(room) == []
    official = world.member(room, actor_set=ActorSet.STATE)
    assert kept(room) == [("1", True)]
    days.append(DAY + timedelta(days=1))
    expert = world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    assert kept(room) == [("1", False), ("1.5", True)]
    days.append(DAY + timedelta(days=2))
    actions.remove(world.convenor, room.id, member_id=official.id)
    assert kept(room) == [("1", False), ("1.5", False), ("2", True)]
    actions.leave(expert, room.id)
    assert kept(room)[-1] == ("2", True)


def test_a_room_that_everyone_left_is_on_no_track(world: World, days: list[datetime]) -> None:
    room = world.room(access=Access.OPEN)
    person = world.member(room)
    actions.leave(person, room.id)
    assert kept(room) == [("2", False)]
    days.append(DAY + timedelta(days=1))
    actions.join(person, room.id)
    assert kept(room) == [("2", False), ("2", True)]


def test_a_place_given_to_another_actor_changes_the_track(world: World, days: list[datetime]) -> None:
    room, official = world.room(), world.actor(ActorSet.INTL_CIVIL_SERVICE)
    person = world.member(room)
    days.append(DAY + timedelta(days=1))
    actions.change_place(world.convenor, room.id, member_id=person.id, role=RoomRole.PARTICIPANT,
                         actor_id=official.id, capacity=Capacity.PERSONAL, may_vote=None)
    assert kept(room) == [("2", False), ("1", True)]


def test_an_actor_that_moves_to_another_set_changes_the_track_of_its_rooms(world: World, days: list[datetime]) -> None:
    room, other = world.room(), world.room()
    person = world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    world.member(other, actor_set=ActorSet.CIVIL_SOCIETY)
    days.append(DAY + timedelta(days=1))
    with Session(db.engine(), expire_on_commit=False) as own:
        actor_id = own.get_one(Person, person.id).actor_id
        name = own.get_one(Actor, actor_id).name
    directory.change_actor(world.convenor, str(actor_id), name=name, actor_set=ActorSet.STATE, subtype=Subtype.STATE)
    assert kept(room) == [("2", False), ("1", True)]
    assert kept(other) == [("2", True)]


@pytest.mark.parametrize("rule", list(AttributionRule))
def test_the_people_page_shows_the_intervals(world: World, days: list[datetime], rule: AttributionRule) -> None:
    room = world.room(rule)
    official = world.member(room, actor_set=ActorSet.STATE)
    days.append(DAY + timedelta(days=40))
    chair = world.member(room, RoomRole.CHAIR)
    assert official
    page = world.browser(chair).get(f"/rooms/{room.id}/people").text
    history = page[page.index("The room’s track over time"):]
    assert "Track 1: officials only" in history
    assert "Track 1.5: officials and others" in history
    hides = rule.hides_people
    assert ("2030-03-01T09:30" in history) is not hides
    assert 'datetime="2030-04-10' in history
    assert ('datetime="2030-03-01"' in history) is hides


def test_a_town_hall_keeps_no_intervals(world: World) -> None:
    hall = world.hall()
    world.member(hall)
    assert kept(hall) == []


def test_a_room_whose_track_never_changed_shows_no_history(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    assert "The room’s track over time" not in world.browser(chair).get(f"/rooms/{room.id}/people").text


@pytest.mark.parametrize("rule", list(AttributionRule))
def test_members_see_no_history_where_people_are_hidden(
        world: World, days: list[datetime], rule: AttributionRule) -> None:
    room = world.room(rule)
    member = world.member(room, actor_set=ActorSet.STATE)
    days.append(DAY + timedelta(days=40))
    world.member(room)
    page = world.browser(member).get(f"/rooms/{room.id}/people").text
    assert ("The room’s track over time" in page) is not rule.hides_people


def test_a_closed_rooms_track_stays_as_it_was(world: World, days: list[datetime]) -> None:
    room = world.room()
    official = world.member(room, actor_set=ActorSet.STATE)
    chair = world.member(room, RoomRole.CHAIR)
    before = kept(room)
    settings.close_room(world.convenor, room.id)
    days.append(DAY + timedelta(days=5))
    actions.remove(chair, room.id, member_id=official.id)
    assert kept(room) == before
