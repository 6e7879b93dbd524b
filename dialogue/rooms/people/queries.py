"""Reading the places of a room, only for those who manage them."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from dialogue.accounts.invitations.queries import outstanding
from dialogue.accounts.models import Invitation, Person
from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.folding import in_order
from dialogue.rooms.models import Membership, PlaceOffer, Room
from dialogue.rooms.queries import PAGE


def places(room: Room, page: int) -> tuple[Sequence[Membership], bool]:
    """The places by name, and whether there are more. Never joined with voices: who holds a place is known to
    managers; the person of a handle is never shown."""
    known = select(Person.id, Person.name).join(Membership, Membership.person_id == Person.id).where(
        Membership.room_id == room.id, Membership.ended_at.is_(None)).order_by(Person.id)
    ids = [id for id, _name in in_order(db.session().execute(known), lambda row: row.name)]
    here = ids[(page - 1) * PAGE:page * PAGE]
    found = db.session().scalars(_with_people().where(Membership.room_id == room.id, Membership.person_id.in_(here)))
    place = {id: n for n, id in enumerate(here)}
    return sorted(found, key=lambda held: place[held.person_id]), len(ids) > page * PAGE


def place_of(room: Room, person_id: str) -> Membership:
    """One place. Raises NotFound."""
    query = _with_people().where(Membership.room_id == room.id, Membership.person_id == person_id)
    found = db.session().scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def open_offers(room: Room) -> list[tuple[Invitation, PlaceOffer]]:
    """The unused invitations that lead to this room."""
    offers = {offer.invitation_id: offer for offer in
              db.session().scalars(select(PlaceOffer).where(PlaceOffer.room_id == room.id))}
    return [(invitation, offers[invitation.id]) for invitation in outstanding(list(offers))] if offers else []


def _with_people() -> Select[Membership]:
    return (select(Membership).join(Membership.person).outerjoin(Membership.actor)
            .where(Membership.ended_at.is_(None))
            .options(contains_eager(Membership.person), contains_eager(Membership.actor)))
