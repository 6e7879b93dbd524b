"""The ground floor holds."""

import pytest

from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Conflict
from dialogue.core.record import entries
from dialogue.rooms import actions as rooms
from dialogue.rooms.voices import bylines, voice_id_of
from tests.world import World


def test_a_room_numbers_its_entries_without_gaps(world: World) -> None:
    room = world.room()
    for _ in range(3):
        world.member(room)
    assert [e.seq for e in entries(room.id, after=0)] == [1, 2, 3, 4]


def test_under_the_chatham_house_rule_a_member_is_a_handle(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    person = world.member(room, name="Nobody May Know")
    voice = voice_id_of(room.id, person)
    assert voice
    line = bylines(room, [voice])[voice]
    assert line.handle
    assert not line.name


def test_a_place_cannot_be_given_twice(world: World) -> None:
    room = world.room()
    person = world.member(room)
    with pytest.raises(Conflict):
        rooms.give_place(world.convenor, room.id, to=person.id, role="participant")
    assert db.session() is not None
