"""Reading proposals."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.permissions import Role
from dialogue.proposals.models import Proposal, ProposalState
from dialogue.rooms.models import Room


def in_room(room: Room, _person: Person | None, _roles: frozenset[Role]) -> Sequence[Proposal]:
    """The room's proposals that were put forward, newest first."""
    query = select(Proposal).where(Proposal.room_id == room.id, Proposal.state != ProposalState.DRAFT)
    return db.session().scalars(query.options(lazyload("*")).order_by(Proposal.created_at.desc()).limit(20)).all()
