"""Pages of a discussion: posting, editing, taking back, hiding, supporting, the history; what a reader is offered."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs, resending
from dialogue.core.db import new_id
from dialogue.core.forms import redisplays
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, Role, allows, permit
from dialogue.core.record import MAX_SEQ
from dialogue.core.transaction import scalar_or_not_found
from dialogue.rooms import queries as rooms
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room
from dialogue.rooms.voices import own_byline, voice_id_of

bp = Blueprint("contributions", __name__)

ANY_ID = "__id__"  # Stands in the <template> for the id of a contribution still to come.
SELECTION = "to-proposal"  # The id of the form the ticked contributions belong to.

Offers = Callable[[str, str | None], dict[str, str]]


@bp.get("/contributions/<contribution_id>")
def show(contribution_id: str) -> Any:
    """The permalink: the room's page, around this contribution."""
    return redirect(_place(queries.contribution(current_person(), contribution_id)))


@bp.get("/rooms/<room_id>/contributions/new")
def compose(room_id: str) -> str:
    """A page to write on: for replies without a script, and where a refused text is shown back."""
    room: Room = scalar_or_not_found(select(Room).where(Room.id == room_id))
    permit(current_person(), Permission.CONTRIBUTION_POST, room)
    answered = request.values.get("reply_to")
    replied = queries.contribution(current_person(), answered) if answered else None
    return render_template("contributions/compose.html", room=room, key=new_id(), replied=replied,
                           own_byline=own_byline(room, voice_id_of(room_id, current_person())),
                           replied_shown=queries.show(replied) if replied else None)


@bp.post("/rooms/<room_id>/contributions")
@redisplays(compose, "contribution")
def post(room_id: str) -> Any:
    """Say something."""
    throttle("post", require_person().id)
    text = inputs.text(request.form, "text", max_length=actions.MAX_TEXT, multiline=True)
    key = resending.key() if request.form.get("key") else None
    said = actions.post(require_person(), room_id, text=text, reply_to=request.form.get("reply_to") or None, key=key)
    return redirect(f"{said.address}?newest=yes#{said.id}")


@bp.post("/rooms/<room_id>/read")
def read(room_id: str) -> Any:
    """Move one's own bookmark on: a press on "Mark all as read", and what a browser without a socket tells."""
    room, _roles = rooms.seen(room_id, require_person())
    throttle("press", require_person().id)
    actions.mark_read(require_person(), room_id, seq=inputs.integer(request.form, "seq", 0, MAX_SEQ))
    return redirect(room.address)


@bp.get("/contributions/<contribution_id>/edit")
def edit_page(contribution_id: str) -> str:
    """Where one's own wording is changed."""
    return _one("edit", contribution_id, Permission.CONTRIBUTION_EDIT)


@bp.post("/contributions/<contribution_id>/edit")
@redisplays(edit_page, "contribution")
def edit(contribution_id: str) -> Any:
    """Change it."""
    throttle("post", require_person().id)
    text = inputs.text(request.form, "text", max_length=actions.MAX_TEXT, multiline=True)
    return redirect(_place(actions.edit(require_person(), contribution_id, text=text)))


@bp.get("/contributions/<contribution_id>/retract")
def retract_page(contribution_id: str) -> str:
    """What taking back means, before it is done."""
    return _one("retract", contribution_id, Permission.CONTRIBUTION_RETRACT)


@bp.post("/contributions/<contribution_id>/retract")
@redisplays(retract_page, "retract")
def retract(contribution_id: str) -> Any:
    """Take it back."""
    throttle("press", require_person().id)
    return redirect(_place(actions.retract(require_person(), contribution_id)))


@bp.get("/contributions/<contribution_id>/hide")
def hide_page(contribution_id: str) -> str:
    """Where a chair says why."""
    return _one("hide", contribution_id, Permission.CONTRIBUTION_HIDE)


@bp.post("/contributions/<contribution_id>/hide")
@redisplays(hide_page, "hide")
def hide(contribution_id: str) -> Any:
    """Take it off the page."""
    throttle("press", require_person().id)
    reason = inputs.text(request.form, "reason", max_length=actions.MAX_REASON)
    return redirect(_place(actions.hide(require_person(), contribution_id, reason=reason)))


@bp.post("/contributions/<contribution_id>/support")
def support(contribution_id: str) -> Any:
    """Support it, or take the support back."""
    throttle("press", require_person().id)
    press = actions.support if inputs.flag(request.form, "support") else actions.withdraw_support
    return redirect(_place(press(require_person(), contribution_id)))


@bp.get("/contributions/<contribution_id>/history")
def history(contribution_id: str) -> str:
    """Its earlier wordings."""
    said = queries.contribution(current_person(), contribution_id)
    return render_template("contributions/history.html", said=said, versions=queries.history(said),
                           shown=queries.show(said))


def _one(page: str, contribution_id: str, permission: Permission) -> str:
    said = queries.contribution(current_person(), contribution_id, permission)
    said.refuse_if_gone()
    said.room.refuse_if_closed()
    return render_template(f"contributions/{page}.html", said=said, shown=queries.show(said))


def _place(said: Contribution) -> str:
    """Where the contribution stands on its room's page, whatever else does."""
    return f"{said.room.address}?at={said.id}#{said.id}"


def offers(room: Room, roles: frozenset[Role], voice_id: str | None) -> Offers:
    """A function `(contribution id, its voice) -> {deed: address}`; without a voice, as if it were one's own."""
    others = _addresses(room, roles, own=False)
    own = _addresses(room, roles, own=True)

    def offered(id: str, author: str | None) -> dict[str, str]:
        found = own if author in (voice_id, None) else others
        return {deed: address.replace(ANY_ID, id) for deed, address in found.items()}

    return offered


def _addresses(room: Room, roles: frozenset[Role], *, own: bool) -> dict[str, str]:
    """Return the addresses of the permitted actions on one's own contribution, or on another's."""
    may = frozenset(p for p in Permission if allows(roles, p)) if not room.is_closed else frozenset()

    def to(endpoint: str) -> str:
        return url_for(f"contributions.{endpoint}", contribution_id=ANY_ID)

    found = {"permalink": to("show"), "history": to("history")}
    if Permission.CONTRIBUTION_POST in may:
        found["reply"] = url_for("contributions.compose", room_id=room.id, reply_to=ANY_ID)
        found |= {"edit": to("edit_page"), "retract": to("retract_page")} if own else {}
    found |= {"support": to("support")} if Permission.CONTRIBUTION_SUPPORT in may else {}
    found |= {"hide": to("hide_page")} if Permission.CONTRIBUTION_HIDE in may else {}
    found |= {"select": SELECTION} if Permission.PROPOSAL_DRAFT in may else {}
    return found
