"""What changes the invitations of a room."""

from sqlalchemy import select

from dialogue.accounts.invitations.actions import Guest, hand_out, withdraw
from dialogue.accounts.models import Invitation, Person
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import transaction
from dialogue.rooms.models import PlaceOffer, Room, RoomRole


def invite(person: Person, room_id: str, guest: Guest, *, role: RoomRole, may_vote: bool | None = None,
           key: str) -> tuple[Invitation, str]:
    """Hand out a link that leads to a place in the room. Returns it with the secret of its address.

    The vote is the role's own unless `may_vote` says otherwise. Raises Invalid for an observer with a vote, and for
    a guest: who follows the link has an account or makes one.
    """
    if role is RoomRole.GUEST:
        raise Invalid("role", _("A guest has no account. Choose another role for an account holder."))
    votes = role.vote(may_vote)
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        room.refuse_if_closed()
        invitation, secret = hand_out(tx, person, guest, key=key, to=f"{room.id} {role} {votes}")
        if tx.session.get(PlaceOffer, invitation.id) is None:
            tx.add(PlaceOffer(invitation_id=invitation.id, room_id=room.id, role=role, may_vote=votes))
    return invitation, secret


def withdraw_invitation(person: Person, room_id: str, *, invitation_id: str) -> Invitation:
    """Withdraw a link that leads to this room."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.ROOM_MANAGE, room)
        leads_here = select(PlaceOffer).where(
            PlaceOffer.invitation_id == invitation_id, PlaceOffer.room_id == room.id)
        if tx.session.scalars(leads_here).one_or_none() is None:
            raise NotFound()
        return withdraw(tx, invitation_id)
