"""The JSON door of streams, and how the process is."""

from typing import Any

from flask import Blueprint, jsonify, request
from sqlalchemy import text

from dialogue.accounts import identity
from dialogue.core import db, inputs
from dialogue.core.record import MAX_SEQ
from dialogue.live.streams import missed, seat

bp = Blueprint("live", __name__)
MOST = 500


@bp.get("/api/v1/streams/<stream_id>/events")
def events(stream_id: str) -> Any:
    """What happened in a stream after a number, as this reader may see it."""
    taken = seat(stream_id, identity.person())
    after = inputs.integer(request.args, "after", 0, MAX_SEQ, required=False) or 0
    limit = inputs.integer(request.args, "limit", 1, MOST, required=False) or 200
    return jsonify(ok=True, stream=stream_id, **missed(stream_id, taken.audience, after=after, limit=limit))


@bp.get("/healthz")
def alive() -> Any:
    """The process answers."""
    return jsonify(ok=True)


@bp.get("/readyz")
def ready() -> Any:
    """The process can work: its database answers."""
    db.session().execute(text("SELECT 1"))
    return jsonify(ok=True)
