"""The discussion as JSON: the same actions as forms and sockets."""

from flask import Blueprint

from dialogue.accounts.identity import require_person
from dialogue.core import inputs
from dialogue.core.json import Answer, Body, body, changes
from dialogue.core.permissions import Permission
from dialogue.rooms.contributions import actions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.contributions.posting import Posted

bp = Blueprint("contributions_api", __name__, url_prefix="/api/v1")


@bp.post("/rooms/<room_id>/contributions")
@changes(Permission.CONTRIBUTION_POST, limit="post", status=201)
def post(room_id: str) -> Answer:
    """Say something: `{text, key?, reply_to?}`."""
    sent = body()
    reply_to = inputs.text(sent, "reply_to", max_length=22) if sent.get("reply_to") else None
    return _done(actions.post(require_person(), room_id, text=_text(sent), reply_to=reply_to, key=sent.key))


@bp.patch("/contributions/<contribution_id>")
@changes(Permission.CONTRIBUTION_EDIT, limit="post")
def edit(contribution_id: str) -> Answer:
    """Change one's wording: `{text}`."""
    return _done(actions.edit(require_person(), contribution_id, text=_text(body())))


@bp.delete("/contributions/<contribution_id>")
@changes(Permission.CONTRIBUTION_RETRACT)
def retract(contribution_id: str) -> Answer:
    """Take one's words back."""
    return _done(actions.retract(require_person(), contribution_id))


@bp.post("/contributions/<contribution_id>/hide")
@changes(Permission.CONTRIBUTION_HIDE)
def hide(contribution_id: str) -> Answer:
    """Take a contribution off the page, as a chair: `{reason}`."""
    reason = inputs.text(body(), "reason", max_length=actions.MAX_REASON)
    return _done(actions.hide(require_person(), contribution_id, reason=reason))


@bp.put("/contributions/<contribution_id>/support")
@changes(Permission.CONTRIBUTION_SUPPORT)
def support(contribution_id: str) -> Answer:
    """Support a contribution."""
    return _done(actions.support(require_person(), contribution_id))


@bp.delete("/contributions/<contribution_id>/support")
@changes(Permission.CONTRIBUTION_SUPPORT)
def withdraw_support(contribution_id: str) -> Answer:
    """Take the support back."""
    return _done(actions.withdraw_support(require_person(), contribution_id))


def _text(sent: Body) -> str:
    return inputs.text(sent, "text", max_length=actions.MAX_TEXT, multiline=True)


def _done(said: Contribution | Posted) -> Answer:
    return {"id": said.id, "seq": said.seq, "supports": said.supports}
