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
    others = _addresses(room, roles, own=False)
    own = _addresses(room, roles, own=True)

    def offered(id: str, author: str | None) -> dict[str, str]:
        found = own if author in (voice_id, None) else others
        return {deed: address.replace(ANY_ID, id) for deed, address in found.items()}

    return offered


def _addresses(room: Room, roles: frozenset[Role], *, own: bool) -> dict[str, str]:
    """What may be done with one's own contribution or another's, and where."""
    may = frozenset(p for p in Permission if allows(roles, p)) if not room.is_closed else frozenset()

    def to(endpoint: str) -> str:
        return url_for(f"contributions.{endpoint}", contribution_id=ANY_ID)

    found = {"permalink": to("show"), "history": to("history")}
    if Permission.CONTRIBUTION_POST in may:
        found["reply"] = url_for("contributions.compose", room_id=room.id, reply_to=ANY_ID)
        found |= {"edit": to("edit_page"), "retract": to("retract_page")} if own else {}
    found |= {"support": to("support")} if Permission.CONTRIBUTION_SUPPORT in may else {}
    found |= {"hide": to("hide_page")} if Permission.CONTRIBUTION_HIDE in may else {}
    found |= {"select": SELECTION} if Permission.PROPOSAL_DRAFT in may else {}
    return found
