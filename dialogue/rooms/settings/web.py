"""A room's settings: its wording, its attribution rule, its end."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs
from dialogue.core.attribution import AttributionRule
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.rooms.goals import typed_goals
from dialogue.rooms.queries import seen
from dialogue.rooms.settings import actions

bp = Blueprint("settings", __name__, url_prefix="/rooms/<room_id>/settings")


@bp.get("")
def show(room_id: str) -> str:
    """What chairs and convenors can change."""
    room, _roles = seen(room_id, current_person())
    permit(require_person(), Permission.ROOM_MANAGE, room)
    stricter = [rule for rule in AttributionRule if room.attribution.may_become(rule) and rule is not room.attribution]
    return render_template("rooms/settings.html", room=room, stricter=stricter)


@bp.post("")
@redisplays(show, "room")
def change(room_id: str) -> Any:
    """Reword title, purpose and goals."""
    form = request.form
    room = actions.change_room(
        require_person(), room_id, title=inputs.text(form, "title", max_length=160),
        purpose=inputs.text(form, "purpose", max_length=2000, required=False, multiline=True),
        goals=typed_goals(form), edition=inputs.key(form, "edition"))
    flash(_("The room is changed."), "success")
    return redirect(room.address)


@bp.post("/attribution")
@redisplays(show, "attribution")
def tighten(room_id: str) -> Any:
    """Set a stricter rule."""
    rule = inputs.choice(request.form, "attribution", AttributionRule)
    actions.tighten_attribution(require_person(), room_id, rule=rule)
    flash(_("The rule is stricter now. All members acknowledge it before they read on."), "success")
    return redirect(url_for(".show", room_id=room_id))


@bp.post("/close")
@redisplays(show, "close")
def close(room_id: str) -> Any:
    """Seal the room."""
    room = actions.close_room(require_person(), room_id)
    flash(_("The room is closed. What was said stays readable."), "success")
    return redirect(room.address)
