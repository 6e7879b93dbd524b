"""Reading claims: those a person may decide, their own, and those of a place."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from dialogue.accounts.claims.models import Claim, ClaimState
from dialogue.accounts.models import Person
from dialogue.core import db

MAX_SHOWN = 200


def to_decide(actor_id: str | None = None) -> Sequence[Claim]:
    """The pending claims, oldest first; only those to this actor, if given."""
    query = _whole().where(Claim.state == ClaimState.PENDING)
    if actor_id is not None:
        query = query.where(Claim.actor_id == actor_id)
    return db.session().scalars(query.order_by(Claim.proposed_at, Claim.id).limit(MAX_SHOWN)).all()


def of_person(person: Person) -> Sequence[Claim]:
    """The person's own claims that confer nothing: pending and refused ones, newest first."""
    query = select(Claim).where(Claim.person_id == person.id, Claim.state != ClaimState.CONFIRMED)
    return db.session().scalars(query.order_by(Claim.proposed_at.desc()).limit(MAX_SHOWN)).all()


def in_place(stream_id: str, person_id: str | None = None) -> dict[str, Claim]:
    """The pending and refused claims of a room's places, by person; of one person, if given."""
    query = select(Claim).where(Claim.stream_id == stream_id, Claim.state != ClaimState.CONFIRMED)
    if person_id is not None:
        query = query.where(Claim.person_id == person_id)
    return {claim.person_id: claim for claim in db.session().scalars(query)}


def focal_points(actor_id: str) -> Sequence[Person]:
    """The focal points of an actor, by name."""
    query = select(Person).where(Person.actor_id == actor_id, Person.is_focal_point, Person.disabled_at.is_(None))
    return db.session().scalars(query.order_by(Person.name)).all()


def _whole() -> Select[Claim]:
    return select(Claim).options(joinedload(Claim.person), joinedload(Claim.proposed_by))
