"""Exports for programs, and for the page that shows how far one is."""

from typing import Any

from flask import Blueprint, jsonify, request, url_for

from dialogue.core import inputs, reader
from dialogue.core.errors import Invalid
from dialogue.core.i18n import gettext as _
from dialogue.exports import actions, queries
from dialogue.exports.asking import wanted
from dialogue.exports.models import Export, ExportState
from dialogue.exports.web import asking, owner, runner

bp = Blueprint("exports_api", __name__, url_prefix="/api/v1/exports")


@bp.post("")
def ask() -> Any:
    """Ask for a document with the names of the form; answers 202 and where to look."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("form", _("Send one JSON object."))
    who = asking()
    key = inputs.key(sent) if "key" in sent else None
    export = actions.request(who.person, wanted(sent, str(reader.zone())), visitor_id=who.visitor_id, key=key)
    runner().wake()
    return jsonify(_shown(export)), 202


@bp.get("/<export_id>")
def state(export_id: str) -> Any:
    """How far it is."""
    export = queries.export_for(owner(), export_id)
    if not export.is_finished:
        runner().wake()
    return jsonify(_shown(export))


def _shown(export: Export) -> dict[str, Any]:
    shown = {"ok": True, "id": export.id, "state": export.state.value, "progress": export.progress,
             "address": export.address}
    if export.state is ExportState.DONE:
        shown["file"] = url_for("exports.file", export_id=export.id)
    if export.error:
        shown["why"] = export.error
    return shown
