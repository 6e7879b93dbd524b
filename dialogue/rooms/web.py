"""Pages of rooms: the list, a new room, the gate."""

from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs, paging, resending
from dialogue.core.attribution import AttributionRule
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.forms import redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import gettext as _
from dialogue.core.idempotency import is_answered
from dialogue.core.limits import throttle
from dialogue.core.near_names import refuse_near
from dialogue.core.permissions import Permission, allows, house_roles, permit
from dialogue.rooms import actions, queries
from dialogue.rooms.goals import typed_goals
from dialogue.rooms.models import Access, RoomRole
from dialogue.rooms.people import web as people_web
from dialogue.rooms.settings import web as settings_web
from dialogue.rooms.themes import queries as themes
from dialogue.rooms.themes import web as themes_web


class OwnPlace(StrEnum):
    """The place that the maker of a room takes in it."""

    CHAIR = RoomRole.CHAIR.value
    CO_CHAIR = RoomRole.CO_CHAIR.value
    RAPPORTEUR = RoomRole.RAPPORTEUR.value
    PARTICIPANT = RoomRole.PARTICIPANT.value
    OBSERVER = RoomRole.OBSERVER.value
    NONE = "none"


bp = Blueprint("rooms", __name__)
for part in (themes_web, people_web, settings_web):
    bp.register_blueprint(part.bp)


@bp.get("/rooms")
def listed() -> str:
    """The rooms the reader may know of: theirs first, sealed ones apart."""
    reader, page = current_person(), paging.page(request.args)
    is_closed = request.args.get("show") == "closed"
    mine = [] if is_closed or page > 1 else queries.mine(reader)
    found, more = (queries.closed if is_closed else queries.others)(reader, page)
    ids = [room.id for room in (*mine, *found)]
    return render_template(
        "rooms/list.html", mine=mine, rooms=found, more=more, page=page, is_closed=is_closed,
        tracks=queries.tracks(ids), people=queries.how_many(ids),
        can_create=allows(house_roles(reader), Permission.ROOM_CREATE))


@bp.get("/rooms/new")
def new() -> str:
    """The form for a new room."""
    permit(require_person(), Permission.ROOM_CREATE)
    return render_template("rooms/new.html", themes=themes.themes(), key=new_id(),
                           theme_id=request.args.get("theme", ""))


@bp.post("/rooms/new")
@redisplays(new, "room")
def create() -> Any:
    """Open the room, then see to its people."""
    form = request.form
    with together() as read:
        fields: dict[str, Any] = {
            "theme_id": read(_theme, form), "title": read(inputs.text, form, "title", max_length=160),
            "purpose": read(inputs.text, form, "purpose", max_length=2000, required=False, multiline=True),
            "goals": read(typed_goals, form), "attribution": read(inputs.choice, form, "attribution", AttributionRule),
            "access": read(inputs.choice, form, "access", Access), "own_role": read(_own_role, form),
            "key": read(resending.key)}
    opener = require_person()
    if not is_answered(opener.id, fields["key"]):
        refuse_near(form, "title", fields["title"], queries.titles())
    room = actions.open_room(opener, **fields)
    flash(_("The room is open. Next: give people their places."), "success")
    return redirect(url_for("rooms.people.listed", room_id=room.id))


def _theme(form: inputs.Form) -> str:
    theme_id = inputs.text(form, "theme", max_length=22)
    if theme_id not in {theme.id for theme in themes.themes()}:
        raise Invalid("theme", _("Choose one of the themes."))
    return theme_id


def _own_role(form: inputs.Form) -> RoomRole | None:
    """The place that the maker takes; the chair's where the form says nothing."""
    chosen = inputs.choice(form, "own_place", OwnPlace, OwnPlace.CHAIR)
    return None if chosen is OwnPlace.NONE else RoomRole(chosen.value)


@bp.post("/rooms/<room_id>/enter")
def enter(room_id: str) -> Any:
    """Acknowledge the attribution rule as it was read, and go in."""
    room, _roles = queries.seen(room_id, current_person())
    try:
        actions.acknowledge(require_person(), room_id, rule=inputs.choice(request.form, "rule", AttributionRule))
    except (Conflict, Invalid) as refusal:
        flash(str(refusal.message), "error")
    return redirect(room.address)


@bp.post("/rooms/<room_id>/join")
def join(room_id: str) -> Any:
    """Take a place in an open room; the gate comes next."""
    room, _roles = queries.seen(room_id, current_person())
    throttle("press", require_person().id)
    try:
        actions.join(require_person(), room_id)
    except Conflict as refusal:
        flash(str(refusal.message), "error")
    return redirect(room.address)


@bp.post("/rooms/<room_id>/leave")
def leave(room_id: str) -> Any:
    """Give one's place up."""
    actions.leave(require_person(), room_id)
    flash(_("You left the room. What you said stays."), "success")
    return redirect(url_for("rooms.listed"))
