"""What changes outcomes: drafting, editing, signing, publishing, correcting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import session
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE, Stream
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import Transaction, transaction
from dialogue.outcomes import drafting, sources
from dialogue.outcomes.events import (
    OutcomeCorrected,
    OutcomeDrafted,
    OutcomeEdited,
    OutcomePublished,
    OutcomeReturned,
    OutcomeSigned,
    SummarySigned,
)
from dialogue.outcomes.models import Corrigendum, Outcome, OutcomeKind, SummaryPoint, symbol_of
from dialogue.outcomes.sections import Section
from dialogue.rooms import naming
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of

MAX_SENTENCES = 100


@dataclass(frozen=True)
class Written:
    """A sentence as the rapporteur typed it; `key` is its id, or any new name. `sources`: `12`, `Q3`, an address."""

    key: str
    section: Section
    text: str
    sources: tuple[str, ...]


def begin(tx: Transaction, room: Room, *, kind: OutcomeKind, title: str, **more: Any) -> Outcome:
    """Within an open transaction: make a draft with the next symbol, and record it."""
    # One at a time: the house's row is locked so that no two records in two rooms take the same number.
    tx.session.execute(select(Stream.id).where(Stream.id == HOUSE).with_for_update())
    number = (tx.session.scalar(select(func.max(Outcome.number))) or 0) + 1
    outcome = Outcome(room_id=room.id, kind=kind, number=number, title=title, created_at=now(),
                      symbol=symbol_of(number, kind, more.get("verdict", "")), **more)
    tx.add(outcome)
    tx.record(OutcomeDrafted(stream_id=room.stream_id, outcome_id=outcome.id))
    return outcome


def draft_session(person: Person, room_id: str, *, title: str, vouched: bool = False,
                  key: str | None = None) -> Outcome:
    """Close a sitting with an outcome without a ballot: draft its record. Raises Named for a name in its title."""
    body = fingerprint("session", room_id, title)
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.OUTCOME_DRAFT, room)
        made = answered(tx, _owner(room, person), key, body)
        if made is not None:
            return tx.fetch(Outcome, made)
        room.refuse_if_closed()
        room.refuse_if_rehearsal()
        naming.refuse(person, room, {"title": title}, vouched=vouched)
        outcome = begin(tx, room, kind=OutcomeKind.SESSION, title=title, verdict="", decision={})
        answer(tx, _owner(room, person), key, body, outcome.id)
    return outcome


def draft_summary(person: Person, outcome_id: str) -> Outcome:
    """Draft the summary from the discussion once more, where none stands. Raises Conflict where one does."""
    found = session().scalars(select(Outcome).where(Outcome.id == outcome_id)).one_or_none()
    if found is None:
        raise NotFound()
    permit(person, Permission.OUTCOME_EDIT, found)  # Before the long work, and again under the lock.
    made = drafting.compose(outcome_id)
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_EDIT, outcome)
        outcome.refuse_unless_draft()
        if outcome.summary:
            raise Conflict(_("There is a summary already. Remove its sentences first, then draft it anew."))
        drafting.write(tx, outcome, made)
    return outcome


def edit(person: Person, outcome_id: str, *, base: int, title: str, summary: Sequence[Written],
         vouched: bool = False) -> Outcome:
    """Save the draft as the rapporteur wrote it, replacing its summary. `base` is the revision they saw.

    Raises Conflict if it changed meanwhile; Named at `text-<key>` for what would reveal a participant (`vouched`: as
    in naming.py) and Invalid at `sources-<key>` for a sentence that points to nothing said here.
    """
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_EDIT, outcome)
        outcome.edit(base)
        naming.refuse(person, outcome.room, _to_judge(person, outcome, title, summary), vouched=vouched)
        outcome.title, outcome.summary = title, _points(outcome, summary)
        outcome.summarised_at = outcome.summarised_at or now()
        tx.record(OutcomeEdited(stream_id=outcome.stream_id, outcome_id=outcome.id, revision=outcome.revision))
    return outcome


def _to_judge(person: Person, outcome: Outcome, title: str, summary: Sequence[Written]) -> dict[str, str]:
    """The texts by field: all for those who see the list of places, for others the new ones."""
    texts = {"title": title, **{f"text-{written.key}": written.text for written in summary}}
    if naming.sees_places(person, outcome.room):
        return texts
    stand = {"title": outcome.title, **{f"text-{point.id}": point.text for point in outcome.summary}}
    return {field: text for field, text in texts.items() if stand.get(field) != text}


def sign_summary(person: Person, outcome_id: str, *, revision: int) -> Outcome:
    """Sign the summary as the rapporteur read it. Raises Conflict, and Named where it names a hidden participant."""
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.SUMMARY_SIGN, outcome)
        if outcome.is_summary_signed and outcome.revision == revision:
            return outcome
        voice_id = voice_id_of(outcome.room_id, person)
        if voice_id is None:
            raise NotFound()
        outcome.sign_summary(voice_id, revision, now())
        if naming.sees_places(person, outcome.room):  # A refusal would tell others who has a place.
            _refuse_to_let_out(outcome)
        tx.record(SummarySigned(stream_id=outcome.stream_id, outcome_id=outcome.id))
    return outcome


def sign(person: Person, outcome_id: str, *, revision: int) -> Outcome:
    """Sign the draft as the chair read it. Raises Named where it names a participant of a room that hides people."""
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_SIGN, outcome)
        outcome.sign(voice_id_of(outcome.room_id, person), revision, now())
        _refuse_to_let_out(outcome)
        tx.record(OutcomeSigned(stream_id=outcome.stream_id, outcome_id=outcome.id))
    return outcome


def _refuse_to_let_out(outcome: Outcome) -> None:
    """Raise Named if the record names a participant of a room that hides people."""
    clauses = [clause["text"] for clause in (outcome.decision.get("text") or {"clauses": []})["clauses"]]
    naming.refuse_to_let_out(outcome.room, outcome.title, {f"text-{point.id}": point.text for point in outcome.summary},
                             [str(outcome.decision.get("question", "")), *clauses])


def send_back(person: Person, outcome_id: str) -> Outcome:
    """Take the signature off, so that the draft can be edited again."""
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_SIGN, outcome)
        outcome.send_back()
        tx.record(OutcomeReturned(stream_id=outcome.stream_id, outcome_id=outcome.id))
    return outcome


def publish(person: Person, outcome_id: str) -> Outcome:
    """Make it public for good, and tie it to what it cites. Raises Conflict unless signed, or if it names a person."""
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_PUBLISH, outcome)
        outcome.publish(now())
        # Again: since the draft was saved, a person it names may have joined the room.
        _refuse_to_let_out(outcome)
        for said in outcome.cited:
            relate(tx, said, Link.CITES, Ref("outcome", outcome.id))
        tx.record(OutcomePublished(stream_id=outcome.stream_id, outcome_id=outcome.id))
    return outcome


def correct(person: Person, outcome_id: str, *, text: str, key: str | None = None) -> Outcome:
    """Add a numbered, dated corrigendum to a published outcome; its text itself never changes."""
    body = fingerprint("correct", outcome_id, text)
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        permit(person, Permission.OUTCOME_CORRECT, outcome)
        naming.refuse_unless_correcting(person, outcome.room)
        outcome.refuse_unless_published()
        if answered(tx, _owner(outcome.room, person), key, body) is not None:
            return outcome
        naming.refuse(person, outcome.room, {"text": text})
        added = Corrigendum(outcome_id=outcome.id, number=len(outcome.corrigenda) + 1, text=text, at=now())
        outcome.corrigenda.append(added)
        answer(tx, _owner(outcome.room, person), key, body, added.number)
        tx.record(OutcomeCorrected(stream_id=outcome.stream_id, outcome_id=outcome.id, number=added.number))
    return outcome


def _owner(room: Room, person: Person) -> str:
    return voice_id_of(room.id, person) or person.id


def _points(outcome: Outcome, summary: Sequence[Written]) -> list[SummaryPoint]:
    """The summary's rows, each with at least one source in this room; a row already there keeps its id."""
    if summary and outcome.room.attribution is AttributionRule.CLOSED:
        raise Invalid("form", _("Nothing said in a closed room may leave it. Its record holds the decision alone."))
    if len(summary) > MAX_SENTENCES:
        raise Invalid("form", _("A summary has at most %(most)s sentences.", most=MAX_SENTENCES))
    meant = sources.named(outcome.room, {word for written in summary for word in written.sources})
    kept = {point.id: point for point in outcome.summary}
    return [_point(position, written, meant, kept.get(written.key)) for position, written in enumerate(summary)]


def _point(position: int, written: Written, meant: dict[str, Ref], kept: SummaryPoint | None) -> SummaryPoint:
    unknown = [word for word in written.sources if word not in meant]
    if unknown:
        raise Invalid(f"sources-{written.key}",
                      _("Nothing here has this number: %(words)s", words=", ".join(unknown)[:80]))
    if not written.sources:
        raise Invalid(f"sources-{written.key}", _("Point to at least one contribution by its number."))
    point = kept or SummaryPoint()
    point.position, point.section, point.text = position, written.section, written.text
    point.rest_on([meant[word] for word in written.sources])
    return point
