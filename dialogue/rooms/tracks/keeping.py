"""Keeping a room's track whenever a place changes. A town hall's guests come and go too fast for it to mean much."""

from sqlalchemy import select

from dialogue.accounts.models import Actor
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.core.transaction import Transaction
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.tracks.arithmetic import track_of
from dialogue.rooms.tracks.models import RoomTrack


def keep(tx: Transaction, room: Room) -> None:
    """Within an open transaction that locked the room: end the present interval if the track changed.

    A room's last interval ends with the room, also if people leave it afterwards.
    """
    if room.kind != "room" or room.is_closed:
        return
    tx.session.flush()
    track = _now(tx, room)
    held = tx.session.scalars(
        select(RoomTrack).where(RoomTrack.room_id == room.id, RoomTrack.ended_at.is_(None))).one_or_none()
    if track == (held.track if held else ""):
        return
    at = now()
    if held is not None:
        held.ended_at = at
        tx.session.flush()  # Its end comes first: one interval alone is without one.
    if track:
        tx.session.add(RoomTrack(room_id=room.id, track=track, began_at=at))


def _now(tx: Transaction, room: Room) -> str:
    """The track of those who hold a place; empty while no one does."""
    query = (select(Actor.actor_set).select_from(Membership).outerjoin(Actor, Actor.id == Membership.actor_id)
             .where(Membership.room_id == room.id, Membership.ended_at.is_(None)).distinct())
    found = [actor_set or ActorSet.PUBLIC for actor_set in tx.session.scalars(query)]
    return track_of(found) if found else ""
