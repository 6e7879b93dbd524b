"""Reading ballots."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from dialogue.core import db
from dialogue.rooms.models import Room
from dialogue.votes.models import Ballot


def in_room(room: Room) -> Sequence[Ballot]:
    """The room's ballots, newest first."""
    query = select(Ballot).where(Ballot.room_id == room.id)
    return db.session().scalars(query.options(lazyload("*")).order_by(Ballot.opened_at.desc()).limit(20)).all()
