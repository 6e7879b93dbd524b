"""JSON routes of streams, and the process's health and metrics."""

import hmac
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy import text

from dialogue.accounts import identity
from dialogue.core import db, metrics, paging, readiness
from dialogue.core.clock import now
from dialogue.core.errors import NotFound
from dialogue.core.json import Answer, Readers, answers
from dialogue.core.origin import bearer
from dialogue.live.streams.registry import authorize, missed

bp = Blueprint("live", __name__)
MAX_LIMIT = 250


@bp.get("/api/v1/streams/<stream_id>/events")
@answers(Readers.READ)
def events(stream_id: str) -> Answer:
    """Return a stream's entries after a number, as this reader may see them."""
    taken = authorize(stream_id, identity.current_person())
    after, limit = paging.after(request.args) or 0, paging.limit(request.args, 200, MAX_LIMIT)
    return {"stream": stream_id, **missed(stream_id, taken.audience, after=after, limit=limit)}


@bp.get("/api/v1/time")
@answers(Readers.OPEN)
def time() -> Answer:
    """Return the server's time, by which deadlines are judged."""
    return {"now": now().isoformat()}


@bp.get("/healthz")
def alive() -> Any:
    """Answer that the process is alive."""
    return jsonify(ok=True)


@bp.get("/readyz")
def ready() -> Any:
    """Answer whether the process is ready: database reachable, background tasks on time, not shutting down."""
    report = readiness.report()
    well = all(report.values())
    return jsonify(ok=well, **report), 200 if well else 503


@bp.get("/metrics")
def figures() -> Response:
    """Return the metrics to a caller with the token; without a configured token, to this machine alone."""
    token = current_app.extensions["settings"].metrics_token
    if not (_shows(token) if token else _is_from_this_machine()):
        raise NotFound()
    return Response(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _shows(token: str) -> bool:
    shown = bearer(request.headers)
    return shown is not None and hmac.compare_digest(shown.encode(), token.encode())


def _is_from_this_machine() -> bool:
    # A proxy on this machine forwards others' requests with this header.
    return request.remote_addr in ("127.0.0.1", "::1") and "X-Forwarded-For" not in request.headers


def database_answers() -> bool:
    """Tell whether the database answers."""
    return bool(db.session().scalar(text("SELECT 1")) == 1)
