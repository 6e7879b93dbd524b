"""Reading the tracks a room was on."""

from collections.abc import Sequence

from sqlalchemy import select

from dialogue.core import db
from dialogue.rooms.models import Room
from dialogue.rooms.tracks.models import RoomTrack

MAX_INTERVALS = 50


def intervals(room: Room) -> Sequence[RoomTrack]:
    """The last intervals of the room's track, newest first; none where it never changed."""
    query = select(RoomTrack).where(RoomTrack.room_id == room.id).order_by(
        RoomTrack.began_at.desc(), RoomTrack.ended_at.is_not(None), RoomTrack.ended_at.desc())
    found = db.session().scalars(query.limit(MAX_INTERVALS)).all()
    return found if len(found) > 1 else ()
