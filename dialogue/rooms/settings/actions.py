"""What changes a room or theme after it was made."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from dialogue.accounts.models import Person
from dialogue.core import reformatting, richtext
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import transaction
from dialogue.rooms.actions import GoalText, numbered, refuse_unless_achievable
from dialogue.rooms.events import AttributionTightened, RoomChanged, RoomClosed, ThemeChanged
from dialogue.rooms.models import Goal, Room, Theme


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


def change_theme(person: Person, theme_id: str, *, title: str, description: str) -> Theme:
    """Reword a theme. Raises Invalid when another one has its title."""
    html = richtext.render(description)
    with transaction() as tx:
        theme = tx.fetch(Theme, theme_id)
        permit(person, Permission.THEME_EDIT)
        theme.title, theme.description, theme.html = title, description, html
        try:
            tx.session.flush()
        except IntegrityError as taken:
            raise Invalid("title", _("There is a theme with this title already.")) from taken
        reformatting.note(tx, Theme, {"id": theme.id, "html": html})
        tx.record(ThemeChanged(stream_id=HOUSE, theme_id=theme.id))
    return theme
