"""What a reader is offered to do with each contribution."""

from collections.abc import Callable

from flask import url_for

from dialogue.core.permissions import Permission, Role, allows
from dialogue.rooms.models import Room

ANY_ID = "__id__"  # Stands in the <template> for the id of a contribution still to come.
SELECTION = "to-proposal"  # The id of the form the ticked contributions belong to.

Offers = Callable[[str, str | None], dict[str, str]]


def offers(room: Room, roles: frozenset[Role], voice_id: str | None) -> Offers:
    """A function `(contribution id, its voice) -> {deed: address}`; without a voice, as if it were one's own."""
    may = frozenset(p for p in Permission if allows(roles, p)) if not room.is_closed else frozenset()

    def offered(id: str, author: str | None) -> dict[str, str]:
        def to(endpoint: str) -> str:
            return url_for(f"contributions.{endpoint}", contribution_id=id)

        found = {"permalink": to("show"), "history": to("history")}
        if Permission.CONTRIBUTION_POST in may:
            found["reply"] = url_for("contributions.compose", room_id=room.id, reply_to=id)
            found |= {"edit": to("edit_page"), "retract": to("retract_page")} if author in (voice_id, None) else {}
        found |= {"support": to("support")} if Permission.CONTRIBUTION_SUPPORT in may else {}
        found |= {"hide": to("hide_page")} if Permission.CONTRIBUTION_HIDE in may else {}
        found |= {"select": SELECTION} if Permission.PROPOSAL_DRAFT in may else {}
        return found

    return offered
