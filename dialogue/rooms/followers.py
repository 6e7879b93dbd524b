"""What rooms answer to earlier chapters' facts: a used invitation gives its place, a confirmed claim its actor."""

from collections.abc import Sequence

from sqlalchemy import select

from dialogue.accounts.claims.actions import Standing, confer, of_account
from dialogue.accounts.claims.models import Claim, ClaimState
from dialogue.accounts.invitations.offers import Offer
from dialogue.accounts.models import Invitation, Person
from dialogue.core import db
from dialogue.core.record import Entry
from dialogue.core.transaction import Transaction
from dialogue.rooms.actions import place
from dialogue.rooms.events import PlaceChanged
from dialogue.rooms.models import Membership, PlaceOffer, Room, RoomRole
from dialogue.rooms.tracks.keeping import keep


def give_the_offered_place(tx: Transaction, entry: Entry) -> None:
    """Give the place an invitation carries, unless the person has one or the room was sealed meanwhile."""
    offer = tx.session.get(PlaceOffer, entry.data["invitation_id"])
    if offer is None:
        return
    room, person = tx.fetch(Room, offer.room_id), tx.fetch(Person, entry.data["person_id"])
    if room.is_closed or room.membership_of(person) is not None:
        return
    given = _standing(tx, tx.fetch(Invitation, offer.invitation_id), room, person)
    place(tx, room, person, role=offer.role, actor_id=given.actor_id, capacity=given.capacity,
          may_vote=offer.may_vote and offer.role is not RoomRole.OBSERVER)


def _standing(tx: Transaction, invitation: Invitation, room: Room, person: Person) -> Standing:
    """What the invitation confers; what its maker could not vouch for becomes a claim."""
    wanted, own = Standing(invitation.actor_id, invitation.capacity), of_account(person)
    if invitation.actor_id is None or invitation.is_vouched:
        return wanted if invitation.actor_id else own
    inviter = tx.fetch(Person, invitation.invited_by_id)
    return confer(tx, inviter, person, wanted, held=own, stream_id=room.id)


def give_the_confirmed_actor(tx: Transaction, entry: Entry) -> None:
    """Give the place the actor that was confirmed, unless the place ended or the room was sealed meanwhile."""
    claim = tx.session.get(Claim, entry.data["claim_id"])
    room = tx.fetch(Room, claim.stream_id) if claim else None
    if claim is None or room is None or room.is_closed or claim.state is not ClaimState.CONFIRMED:
        return
    held = room.membership_of(tx.fetch(Person, claim.person_id))
    if held is not None:
        held.actor_id, held.capacity = claim.actor_id, claim.capacity
        keep(tx, room)
        tx.record(PlaceChanged(stream_id=room.id))


def keep_the_tracks_of_its_rooms(tx: Transaction, entry: Entry) -> None:
    """Keep the track of each open room in which the actor has a place: its set may have changed."""
    present = Membership.ended_at.is_(None) & (Membership.actor_id == entry.data["actor_id"])
    query = select(Room.id).where(Room.kind == "room", Room.closed_at.is_(None), Room.id.in_(
        select(Membership.room_id).where(present)))
    for room_id in tx.session.scalars(query.order_by(Room.id)).all():
        keep(tx, tx.fetch(Room, room_id))


def describe_places(invitation_ids: Sequence[str]) -> dict[str, Offer]:
    """The rooms these invitations lead to."""
    query = select(PlaceOffer, Room).join(Room, Room.id == PlaceOffer.room_id)
    found = db.session().execute(query.where(PlaceOffer.invitation_id.in_(invitation_ids)))
    return {offer.invitation_id: Offer(room.title, room.address, offer.role, room.attribution)
            for offer, room in found}
