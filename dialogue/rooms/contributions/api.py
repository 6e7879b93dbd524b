"""The discussion as JSON: the same actions as forms and sockets."""

from typing import Any

from flask import Blueprint, jsonify, request

from dialogue.accounts.identity import require_person
from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.rooms.contributions import actions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.contributions.posting import Posted

bp = Blueprint("contributions_api", __name__, url_prefix="/api/v1")


@bp.post("/rooms/<room_id>/contributions")
def post(room_id: str) -> Any:
    """Say something: `{text, key?, reply_to?}`."""
    throttle("post", require_person().id)
    sent = _sent()
    key = inputs.key(sent) if "key" in sent else None
    reply_to = inputs.text(sent, "reply_to", max_length=22) if sent.get("reply_to") else None
    return _done(actions.post(require_person(), room_id, text=_text(sent), reply_to=reply_to, key=key)), 201


@bp.patch("/contributions/<contribution_id>")
def edit(contribution_id: str) -> Any:
    """Change one's wording: `{text}`."""
    throttle("post", require_person().id)
    return _done(actions.edit(require_person(), contribution_id, text=_text(_sent())))


@bp.delete("/contributions/<contribution_id>")
def retract(contribution_id: str) -> Any:
    """Take one's words back."""
    throttle("press", require_person().id)
    return _done(actions.retract(require_person(), contribution_id))


@bp.post("/contributions/<contribution_id>/hide")
def hide(contribution_id: str) -> Any:
    """Take a contribution off the page, as a chair: `{reason}`."""
    throttle("press", require_person().id)
    reason = inputs.text(_sent(), "reason", max_length=actions.MAX_REASON)
    return _done(actions.hide(require_person(), contribution_id, reason=reason))


@bp.put("/contributions/<contribution_id>/support")
def support(contribution_id: str) -> Any:
    """Support a contribution."""
    throttle("press", require_person().id)
    return _done(actions.support(require_person(), contribution_id))


@bp.delete("/contributions/<contribution_id>/support")
def withdraw_support(contribution_id: str) -> Any:
    """Take the support back."""
    throttle("press", require_person().id)
    return _done(actions.withdraw_support(require_person(), contribution_id))


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("", _("Send one JSON object."))
    return sent


def _text(sent: dict[str, Any]) -> str:
    return inputs.text(sent, "text", max_length=actions.MAX_TEXT, multiline=True)


def _done(said: Contribution | Posted) -> Any:
    return jsonify(ok=True, id=said.id, seq=said.seq, supports=said.supports)
