"""Which records wait for a person: to be written, signed or published."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, defaultload, lazyload

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.rooms.models import Membership, Room, RoomRole

RECORDERS = (RoomRole.RAPPORTEUR, RoomRole.CHAIR, RoomRole.CO_CHAIR)
MAX_LOOKED_AT = 50


class Step(StrEnum):
    """What a record waits for."""

    WRITE = "write"
    SIGN_SUMMARY = "sign_summary"
    SIGN = "sign"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Waiting:
    """A record and what the person is asked to do with it."""

    outcome: Outcome
    step: Step


def waiting_for(person: Person) -> list[Waiting]:
    """The unpublished records that wait for the person, oldest first; one statement beside their summaries."""
    rows = db.session().execute(_unpublished(person)).unique()
    steps = [(outcome, _step(outcome, role, has_rapporteur=rapporteur)) for outcome, role, rapporteur in rows]
    return [Waiting(outcome, step) for outcome, step in steps if step]


def _unpublished(person: Person) -> Select[Outcome, RoomRole, bool]:
    """Records of rooms that the person has entered, each with their role and whether there is a rapporteur."""
    other = aliased(Membership)
    rapporteur = select(other.person_id).where(
        other.room_id == Outcome.room_id, other.role == RoomRole.RAPPORTEUR, Room.is_entered(other)).exists()
    return (select(Outcome, Membership.role, rapporteur).join(Room, Room.id == Outcome.room_id)
            .join(Membership, Membership.room_id == Outcome.room_id)
            .where(Membership.person_id == person.id, Room.is_entered(Membership), Membership.role.in_(RECORDERS),
                   Outcome.state != OutcomeState.PUBLISHED)
            .options(lazyload(Outcome.corrigenda), defaultload(Outcome.room).lazyload(Room.goals))
            .order_by(Outcome.number).limit(MAX_LOOKED_AT))


def _step(outcome: Outcome, role: RoomRole, *, has_rapporteur: bool) -> Step | None:
    """Return the step that waits for this role. Without a summary a record waits for the chair alone.

    There is none in a closed room, and none where nothing was said.
    """
    was_silent = outcome.summarised_at is not None and not outcome.summary
    has_summary = outcome.room.attribution is not AttributionRule.CLOSED and not was_silent
    if role is RoomRole.RAPPORTEUR:
        if not has_summary or outcome.is_summary_signed:
            return None
        return Step.SIGN_SUMMARY if outcome.summary else _to_write(outcome)
    if outcome.state is OutcomeState.SIGNED:
        return Step.PUBLISH
    return None if has_summary and has_rapporteur and not outcome.is_summary_signed else Step.SIGN


def _to_write(outcome: Outcome) -> Step | None:
    return Step.WRITE if outcome.state is OutcomeState.DRAFT else None
