"""JSON about the signed-in person."""

from flask import Blueprint

from dialogue.accounts import queries
from dialogue.accounts.identity import require_person
from dialogue.core.json import Answer, Readers, answers

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/me")
@answers(Readers.SIGNED_IN)
def me() -> Answer:
    """Return the person of the token or the browser."""
    own = require_person()
    actor = queries.chosen_actor(own.actor_id)
    return {"id": own.id, "name": own.name, "language": own.language, "time_zone": own.time_zone,
            "is_convenor": own.is_convenor, "capacity": own.capacity,
            "actor": {"id": actor.id, "name": actor.name, "set": actor.actor_set} if actor else None}
