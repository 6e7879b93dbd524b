"""What changes a room or theme after it was made."""

from collections.abc import Sequence

from sqlalchemy import delete

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import transaction
from dialogue.rooms.actions import GoalText, numbered, refuse_unless_achievable
from dialogue.rooms.events import AttributionTightened, RoomChanged, RoomClosed
from dialogue.rooms.models import Goal, Room


def change_room(person: Person, room_id: str, *, title: str, purpose: str, goals: Sequence[GoalText],
                edition: str) -> Room:
    """Reword the room's title, purpose and goals. `edition` is that of the wording the person started from."""
    refuse_unless_achievable(goals)
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        if room.edition != edition:
            raise Conflict(_("Another person changed this meanwhile. What you typed is below; look at the room first."))
        room.title, room.purpose = title, purpose
        tx.session.execute(delete(Goal).where(Goal.room_id == room.id))
        tx.add(*numbered(room.id, goals))
        tx.session.expire(room, ["goals"])
        tx.record(RoomChanged(stream_id=room.id, room_id=room.id))
    return room


def tighten_attribution(person: Person, room_id: str, *, rule: AttributionRule) -> Room:
    """Set a stricter attribution rule; all members have to acknowledge it before they read on."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        if rule is room.attribution:
            raise Conflict(_("This is the room's rule already."))
        room.tighten(rule)
        tx.record(AttributionTightened(stream_id=room.id, rule=rule))
    return room


def close_room(person: Person, room_id: str) -> Room:
    """Seal the room: it stays readable to those who could read it."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.close(now())
        tx.record(RoomClosed(stream_id=room.id, room_id=room.id))
    return room
