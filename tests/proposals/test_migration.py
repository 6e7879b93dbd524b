"""Databases from before sets were frozen and names compared."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.core.lookalikes import key
from dialogue.database import config
from dialogue.proposals import actions
from dialogue.proposals.models import Proposal
from dialogue.rooms.models import Membership, Room, RoomRole
from tests.world import World

pytestmark = pytest.mark.each_database("a migration")


def test_an_older_database_is_brought_up_with_its_places_and_names(world: World) -> None:
    hidden, open_room = world.room(AttributionRule.CHATHAM_HOUSE), world.room()
    inside = world.member(hidden, actor_set=ActorSet.STATE, name="Amara Example")
    guest, outside = world.member(hidden), world.member(hidden, entered=False)
    named = world.member(open_room, actor_set=ActorSet.STATE)
    text = world.proposal(hidden, inside, "Decides to meet again.")
    actions.endorse(guest, text.id, version=1)
    fresh = world.proposal(hidden, inside, "Decides to meet once more.").id
    ids = (hidden.id, open_room.id, inside.id, guest.id, outside.id, named.id, text.id)
    db.release()
    _there_and_back()
    assert _counted(ids[0], *ids[2:5]) == [ActorSet.STATE, ActorSet.PUBLIC, None]
    assert _counted(ids[1], ids[5]) == [None]
    assert db.session().get_one(Person, ids[2]).name_key == key("Amara Example")
    assert [db.session().get_one(Proposal, id).sets_judged_at for id in (ids[6], fresh)] == [None, 0]
    assert db.session().get_one(Room, ids[0]).attribution is AttributionRule.CHATHAM_HOUSE
    assert db.session().get_one(Membership, (ids[0], ids[2])).role is RoomRole.PARTICIPANT


def _there_and_back() -> None:
    before = ScriptDirectory.from_config(config()).get_revision("0013").down_revision
    assert isinstance(before, str)
    command.downgrade(config(), before)
    command.upgrade(config(), "head")


def _counted(room_id: str, *person_ids: str) -> list[ActorSet | None]:
    return [db.session().get_one(Membership, (room_id, id)).counted_as for id in person_ids]
