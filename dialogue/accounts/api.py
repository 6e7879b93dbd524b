"""JSON about the signed-in person."""

from typing import Any

from flask import Blueprint, jsonify

from dialogue.accounts import queries
from dialogue.accounts.identity import require_person

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/me")
def me() -> Any:
    """Return the person of the token or the browser."""
    own = require_person()
    actor = queries.chosen_actor(own.actor_id)
    return jsonify(
        id=own.id, name=own.name, language=own.language, time_zone=own.time_zone, is_convenor=own.is_convenor,
        capacity=own.capacity, actor={"id": actor.id, "name": actor.name, "set": actor.actor_set} if actor else None)
