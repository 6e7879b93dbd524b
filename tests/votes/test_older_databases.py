"""Databases from before verdicts, tracks and unknown rolls were kept, and from when observers could have votes."""

from datetime import date

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select, update

from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.database import config
from dialogue.proposals.models import Proposal
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.tracks.models import RoomTrack
from dialogue.votes import actions as votes
from dialogue.votes.models import Precedent, Terms, Visibility
from dialogue.votes.rules import Quorum, Rule
from tests.world import World

pytestmark = pytest.mark.each_database("a migration")


def there_and_back() -> None:
    """To the database as it was before, and up again."""
    before = ScriptDirectory.from_config(config()).get_revision("0028").down_revision
    assert isinstance(before, str)
    db.release()
    command.downgrade(config(), before)
    with db.engine().begin() as connection:
        connection.execute(update(Membership).where(Membership.role == RoomRole.OBSERVER).values(may_vote=True))
    command.upgrade(config(), "head")


def precedent(world: World, eligible: int | None) -> str:
    """A precedent of 148 votes; its id."""
    return votes.add_precedent(world.convenor, title="Example", body="Conference", held_on=date(1998, 7, 17),
                               rule=Rule.TWO_THIRDS, yes=120, no=7, abstain=21, eligible=eligible, source="A book").id


def test_an_older_database_is_brought_up_with_verdicts_tracks_and_rights(world: World) -> None:
    room, hall = world.room(), world.hall()
    mixed, official = world.room(AttributionRule.CHATHAM_HOUSE).id, world.room().id
    chair, observer = world.member(room, RoomRole.CHAIR, may_vote=True), world.member(room, RoomRole.OBSERVER)
    for id, sets in ((mixed, (ActorSet.STATE, None)), (official, (ActorSet.INTL_CIVIL_SERVICE,))):
        for actor_set in sets:
            world.member(db.session().get_one(Room, id), actor_set=actor_set)
    world.member(hall)
    text, untouched = world.proposal(room, chair), world.proposal(room, chair).id
    ballot = votes.open_on_proposal(chair, text.id, terms=Terms(
        Rule.CONSENSUS, Visibility.RECORDED, Quorum(1, 1)))
    votes.close_ballot(chair, ballot.id)
    unknown, known = precedent(world, None), precedent(world, 160)
    ids = (room.id, observer.id, text.id)
    there_and_back()
    assert not db.session().get_one(Membership, ids[:2]).may_vote
    assert [db.session().get_one(Proposal, id).verdict for id in (ids[2], untouched)] == ["no_quorum", ""]
    assert [db.session().get_one(Precedent, id).eligible for id in (unknown, known)] == [None, 160]
    tracks = {one.room_id: (one.track, one.ended_at) for one in db.session().scalars(select(RoomTrack))}
    assert tracks == {ids[0]: ("2", None), mixed: ("1.5", None), official: ("1", None)}
