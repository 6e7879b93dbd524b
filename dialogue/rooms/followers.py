"""What rooms answer to earlier chapters' facts: an invitation that was used gives its place."""

from collections.abc import Sequence

from sqlalchemy import select

from dialogue.accounts.events import InvitationRedeemed
from dialogue.accounts.invitations.offers import Offer, describes_offers
from dialogue.accounts.models import Invitation, Person
from dialogue.core import db
from dialogue.core.followers import follows
from dialogue.core.record import Entry
from dialogue.core.transaction import Transaction
from dialogue.rooms.actions import place
from dialogue.rooms.models import PlaceOffer, Room


@follows(InvitationRedeemed)
def give_the_offered_place(tx: Transaction, entry: Entry) -> None:
    """Give the place an invitation carries, unless the person has one or the room was sealed meanwhile."""
    offer = tx.session.get(PlaceOffer, entry.data["invitation_id"])
    if offer is None:
        return
    room, person = tx.fetch(Room, offer.room_id), tx.fetch(Person, entry.data["person_id"])
    if room.is_closed or room.membership_of(person) is not None:
        return
    invitation = tx.fetch(Invitation, offer.invitation_id)
    place(tx, room, person, role=offer.role, actor_id=invitation.actor_id,
          capacity=invitation.capacity if invitation.actor_id else None, may_vote=offer.may_vote)


@describes_offers
def describe_places(invitation_ids: Sequence[str]) -> dict[str, Offer]:
    """The rooms these invitations lead to."""
    query = select(PlaceOffer, Room).join(Room, Room.id == PlaceOffer.room_id)
    found = db.session().execute(query.where(PlaceOffer.invitation_id.in_(invitation_ids)))
    return {offer.invitation_id: Offer(room.title, room.address, offer.role, room.attribution)
            for offer, room in found}
