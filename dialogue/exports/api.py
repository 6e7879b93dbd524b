"""Exports for programs, and for the page that shows how far one is."""

from flask import Blueprint, url_for

from dialogue.core import reader
from dialogue.core.json import Answer, Readers, answers, body, changes
from dialogue.core.permissions import Permission
from dialogue.exports import actions, queries
from dialogue.exports.asking import wanted
from dialogue.exports.models import Export, ExportState
from dialogue.exports.web import new_owner, owner, runner

bp = Blueprint("exports_api", __name__, url_prefix="/api/v1/exports")


@bp.post("")
@changes(Permission.EXPORT_MAKE, limit="export", status=202)
def ask() -> Answer:
    """Ask for a document with the names of the form; answers 202 and where to look."""
    sent, who = body(), new_owner()
    export = actions.request(who.person, wanted(sent, str(reader.zone())), visitor_id=who.visitor_id, key=sent.key)
    runner().wake()
    return _shown(export)


@bp.get("/<export_id>")
@answers(Readers.OPEN)
def state(export_id: str) -> Answer:
    """How far it is."""
    export = queries.export_for(owner(), export_id)
    if not export.is_finished:
        runner().wake()
    return _shown(export)


def _shown(export: Export) -> Answer:
    shown = {"id": export.id, "state": export.state.value, "progress": export.progress,
             "address": export.address}
    if export.state is ExportState.DONE:
        shown["file"] = url_for("exports.file", export_id=export.id)
    if export.error:
        shown["why"] = export.error
    return shown
