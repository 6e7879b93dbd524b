"""Ballots over the socket: casting, and how many have voted, never how."""

from typing import Any

from dialogue.core import db, inputs
from dialogue.core.permissions import Permission
from dialogue.core.record import Audience
from dialogue.live.events import Call, on
from dialogue.live.streams import ephemeral
from dialogue.rooms.models import Room
from dialogue.votes import actions, closing, forms, queries

CLOSE_EVERY = 2  # Seconds a deadline may be past before the result is there by itself.


@on("ballot.cast", Permission.BALLOT_CAST)
def cast(call: Call) -> dict[str, Any]:
    """Vote: `{ballot, key, choice}` → `{ok, receipt}`. The choice may be padded with full stops."""
    ballot_id = inputs.text(call.data, "ballot", max_length=22)
    return {"receipt": actions.cast(call.signed_in_person, ballot_id, choice=forms.choice(call.data),
                                    key=inputs.key(call.data))}


def depict(stream_id: str, audience: Audience) -> dict[str, Any]:
    """The ballots as the room's page shows them: those open first, then the last that were closed."""
    room = db.session().get(Room, stream_id)
    if room is None or audience is Audience.PUBLIC:
        return {}
    return {"ballots": [queries.as_data(listed.ballot) for listed in queries.in_room(room)]}


def turnouts(stream_id: str) -> list[dict[str, Any]]:
    """How many of how many, for each open ballot of the room."""
    payloads, may_be_behind = queries.turnouts(stream_id)
    if may_be_behind:  # The figure was counted for another reader: look again once its second is over.
        ephemeral.invalidate({stream_id})
    return payloads


def close_what_is_due() -> None:
    """Fix the results of ballots whose deadline has passed."""
    actions.close_all_overdue()


def clean_up() -> None:
    """Finish what a crash interrupted: votes without their box, keys and deleted rows that outlived their ballot."""
    closing.clean_up()
