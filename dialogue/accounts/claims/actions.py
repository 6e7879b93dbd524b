"""Claims to take part for an actor: valid at once from people who may vouch for it, otherwise after confirmation."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select

from dialogue.accounts.claims.models import Claim, ClaimState
from dialogue.accounts.events import ClaimConfirmed, ClaimProposed, ClaimRefused, PersonChanged
from dialogue.accounts.models import Actor, Person
from dialogue.accounts.queries import chosen_actor
from dialogue.core.attribution import Capacity
from dialogue.core.clock import now
from dialogue.core.permissions import Permission, allows, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import Transaction, transaction


class Standing(NamedTuple):
    """For which actor a person takes part, and in which capacity."""

    actor_id: str | None = None
    capacity: Capacity = Capacity.PERSONAL

    def covers(self, wanted: "Standing") -> bool:
        """Whether the wanted standing adds nothing to this one: the same actor, in no higher capacity."""
        lower = wanted.capacity is Capacity.PERSONAL or wanted.capacity is self.capacity
        return wanted.actor_id is None or (wanted.actor_id == self.actor_id and lower)


def of_account(person: Person) -> Standing:
    """The standing of the person's account."""
    return Standing(person.actor_id, person.capacity if person.actor_id else Capacity.PERSONAL)


def may_vouch(person: Person, actor: Actor) -> bool:
    """Tell whether the person may vouch for the actor's people."""
    return allows(actor.roles_of(person), Permission.ACTOR_VOUCH)


def confer(tx: Transaction, by: Person, to: Person, wanted: Standing, *, held: Standing, stream_id: str) -> Standing:
    """Within an open transaction: the standing a place gets now. Raises Invalid for an unknown actor.

    That is the wanted one if `by` may vouch for its actor, or if the person has it already. Otherwise the wanted
    one becomes a claim, and the place keeps the standing it holds.
    """
    actor = chosen_actor(wanted.actor_id)
    if actor is None:
        wanted = Standing()
    if actor is None or held.covers(wanted) or of_account(to).covers(wanted) or may_vouch(by, actor):
        tx.session.execute(delete(Claim).where(_at(to, stream_id)))
        return wanted
    _propose(tx, by, to, wanted, stream_id)
    return held


def _propose(tx: Transaction, by: Person, to: Person, wanted: Standing, stream_id: str) -> None:
    earlier = tx.session.scalars(select(Claim).where(_at(to, stream_id))).one_or_none()
    if earlier is not None:
        if earlier.is_pending and (earlier.actor_id, earlier.capacity) == wanted:
            return
        tx.session.delete(earlier)
        tx.session.flush()
    claim = Claim(person_id=to.id, actor_id=wanted.actor_id, capacity=wanted.capacity, stream_id=stream_id,
                  proposed_by_id=by.id, proposed_at=now())
    tx.add(claim)
    tx.record(ClaimProposed(stream_id=HOUSE, claim_id=claim.id, person_id=to.id))


def _at(to: Person, stream_id: str) -> ColumnElement[bool]:
    return (Claim.person_id == to.id) & (Claim.stream_id == stream_id)


def confirm(person: Person, claim_id: str) -> Claim:
    """Vouch for a claim. The account takes the actor if it names none yet; rooms answer with the place."""
    with transaction() as tx:
        claim = _decided(tx, person, claim_id, ClaimState.CONFIRMED)
        other = tx.fetch(Person, claim.person_id)
        if other.actor_id in (None, claim.actor_id) and not of_account(other).covers(_wanted(claim)):
            other.actor_id, other.capacity = _wanted(claim)
            tx.record(PersonChanged(stream_id=HOUSE, person_id=other.id))
        tx.record(ClaimConfirmed(stream_id=HOUSE, claim_id=claim.id, person_id=other.id))
    return claim


def refuse(person: Person, claim_id: str) -> Claim:
    """Refuse a claim: the person takes part as before."""
    with transaction() as tx:
        claim = _decided(tx, person, claim_id, ClaimState.REFUSED)
        tx.record(ClaimRefused(stream_id=HOUSE, claim_id=claim.id, person_id=claim.person_id))
    return claim


def _decided(tx: Transaction, person: Person, claim_id: str, state: ClaimState) -> Claim:
    claim = tx.fetch(Claim, claim_id)
    permit(person, Permission.ACTOR_VOUCH, claim)
    claim.decide(state, by=person, at=now())
    return claim


def _wanted(claim: Claim) -> Standing:
    return Standing(claim.actor_id, claim.capacity)
