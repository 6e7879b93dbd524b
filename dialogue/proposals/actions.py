"""What changes proposals: drafting, revising, submitting, sponsoring, endorsing, withdrawing."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import Transaction, transaction
from dialogue.proposals import steps
from dialogue.proposals.events import (
    DraftRevised,
    DraftWithdrawn,
    ProposalDrafted,
    ProposalEndorsed,
    ProposalRevised,
    ProposalSponsored,
    ProposalSubmitted,
    ProposalWithdrawn,
)
from dialogue.proposals.models import Clause, Endorsement, Proposal, ProposalVersion, Sponsor
from dialogue.proposals.origins import origins_in
from dialogue.proposals.sheet import ClauseText, refuse_unless_fitting
from dialogue.rooms import naming
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of


def draft(person: Person, room_id: str, *, title: str, clauses: Sequence[ClauseText],
          origins: Sequence[Ref] = (), vouched: bool = False, key: str | None = None) -> Proposal:
    """Begin a text in a room, from contributions and questions said there or from nothing.

    The same `key` again gives the same proposal. Raises Invalid, Named for a name where people are hidden (`vouched`:
    as in naming.py), Conflict, NotFound for an unknown origin.
    """
    refuse_unless_fitting(clauses)
    body = fingerprint("draft", room_id, title, clauses, origins)
    with transaction() as tx:
        room = tx.fetch(Room, room_id)  # Locked: two drafts must not take one symbol.
        permit(person, Permission.PROPOSAL_DRAFT, room)
        room.refuse_if_closed()
        room.refuse_if_rehearsal()
        voice_id = _voice(room_id, person)
        if earlier := answered(tx, voice_id, key, body):
            return tx.fetch(Proposal, earlier)
        naming.refuse_subjects(person, room, _texts(title, clauses), vouched=vouched)
        proposal = _begin(tx, room, voice_id, title, clauses)
        for origin in origins_in(tx.session, room, origins):
            relate(tx, origin.ref, Link.ORIGINATES, Ref("proposal", proposal.id))
        tx.record(ProposalDrafted(stream_id=room.id, proposal_id=proposal.id))
        answer(tx, voice_id, key, body, proposal.id)
    return proposal


def revise(person: Person, proposal_id: str, *, base: int, title: str, clauses: Sequence[ClauseText],
           reason: str = "", vouched: bool = False) -> Proposal:
    """Give the text a new wording; `base` is the version it was written on, `reason` is public once submitted.

    Raises Conflict if another person saved first, Invalid if nothing changed or the reason is missing, Named for a name
    in what is new where people are hidden.
    """
    refuse_unless_fitting(clauses)
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_REVISE, proposal)
        proposal.room.refuse_if_closed()
        proposal.refuse_unless_taking_text(base)
        if proposal.submitted_at and not reason:
            raise Invalid("reason", _("Say why the text changes: those who endorsed it will read this."))
        before = _refuse_unchanged(tx, proposal, title, clauses)
        new = {field: text for field, text in _texts(title, clauses, reason).items() if text not in before}
        naming.refuse_subjects(person, proposal.room, new, vouched=vouched)
        proposal.title, number = title, proposal.revise(base)
        _write(tx, proposal, _voice(proposal.room_id, person), clauses, reason)
        fact = ProposalRevised if proposal.submitted_at else DraftRevised
        tx.record(fact(stream_id=proposal.stream_id, proposal_id=proposal.id, number=number))
    return proposal


def submit(person: Person, proposal_id: str) -> Proposal:
    """Put a draft before the room."""
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_SUBMIT, proposal)
        proposal.room.refuse_if_closed()
        proposal.submit(now())
        tx.record(ProposalSubmitted(stream_id=proposal.stream_id, proposal_id=proposal.id))
    return proposal


def withdraw(person: Person, proposal_id: str, *, reason: str) -> Proposal:
    """Take the proposal back before voting begins; its text stays readable with the reason."""
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_WITHDRAW, proposal)
        proposal.room.refuse_if_closed()
        proposal.withdraw(reason, now())
        fact = ProposalWithdrawn if proposal.submitted_at else DraftWithdrawn
        tx.record(fact(stream_id=proposal.stream_id, proposal_id=proposal.id))
    return proposal


def sponsor(person: Person, proposal_id: str) -> Proposal:
    """Join those who put the proposal forward; an endorsement becomes the sponsorship."""
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_SPONSOR, proposal)
        proposal.room.refuse_if_closed()
        proposal.refuse_unless_taking_sponsors()
        voice_id = _voice(proposal.room_id, person)
        if voice_id in {each.voice_id for each in proposal.sponsors}:
            return proposal
        if endorsement := tx.session.get(Endorsement, (proposal_id, voice_id)):
            tx.session.delete(endorsement)
            steps.note(tx, proposal)
        proposal.sponsors.append(Sponsor(proposal_id=proposal_id, voice_id=voice_id, at=now()))
        tx.record(ProposalSponsored(stream_id=proposal.stream_id, proposal_id=proposal.id, voice_id=voice_id))
    return proposal


def endorse(person: Person, proposal_id: str, *, version: int) -> Proposal:
    """Support the text as it reads in `version`. Raises Conflict if that is not its present wording."""
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_ENDORSE, proposal)
        proposal.room.refuse_if_closed()
        proposal.refuse_unless_taking_endorsements()
        proposal.refuse_stale(version)
        voice_id = _voice(proposal.room_id, person)
        if voice_id in {each.voice_id for each in proposal.sponsors}:
            raise Conflict(_("You are among its sponsors already."))
        if _note_endorsement(tx, proposal, voice_id):
            steps.note(tx, proposal)
            tx.record(ProposalEndorsed(stream_id=proposal.stream_id, proposal_id=proposal.id))
    return proposal


def withdraw_endorsement(person: Person, proposal_id: str) -> Proposal:
    """Take one's support back; nothing happens if there was none."""
    with transaction() as tx:
        proposal = _fetch(tx, proposal_id)
        permit(person, Permission.PROPOSAL_ENDORSE, proposal)
        proposal.room.refuse_if_closed()
        proposal.refuse_unless_taking_endorsements()
        held = tx.session.get(Endorsement, (proposal_id, _voice(proposal.room_id, person)))
        if held is not None:
            tx.session.delete(held)
            steps.note(tx, proposal)
            tx.record(ProposalEndorsed(stream_id=proposal.stream_id, proposal_id=proposal.id))
    return proposal


def _fetch(tx: Transaction, proposal_id: str) -> Proposal:
    """The proposal and its room, both locked: nothing is added while the room is being sealed."""
    room_id = tx.session.scalar(select(Proposal.room_id).where(Proposal.id == proposal_id))
    tx.fetch(Room, room_id or "")
    return tx.fetch(Proposal, proposal_id)


def _voice(room_id: str, person: Person) -> str:
    """Return the acting person's voice: permitted people hold a place, and so a voice."""
    voice_id = voice_id_of(room_id, person)
    if voice_id is None:
        raise NotFound()
    return voice_id


def _begin(tx: Transaction, room: Room, voice_id: str, title: str, clauses: Sequence[ClauseText]) -> Proposal:
    proposal = Proposal(room_id=room.id, symbol=_next_symbol(tx, room.id), title=title, version=1, created_at=now())
    tx.add(proposal)
    tx.add(Sponsor(proposal_id=proposal.id, voice_id=voice_id, at=now()))
    _write(tx, proposal, voice_id, clauses, "")
    return proposal


def _next_symbol(tx: Transaction, room_id: str) -> str:
    """`DLG/<the room's code>/L.<n>`: nothing is ever deleted, so counting never gives a number twice.

    Two rooms may share a code by chance; they then share its numbers, and the column's constraint decides races.
    """
    prefix = f"DLG/{hashlib.sha256(room_id.encode()).hexdigest()[:5].upper()}/L."
    taken = select(func.count()).select_from(Proposal).where(Proposal.symbol.startswith(prefix, autoescape=True))
    return f"{prefix}{tx.session.scalars(taken).one() + 1}"


def _write(tx: Transaction, proposal: Proposal, voice_id: str, clauses: Sequence[ClauseText], reason: str) -> None:
    """Keep the wording as the proposal's present version; a clause known from before keeps its key."""
    known = set(tx.session.scalars(
        select(Clause.key).join(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id).distinct()))
    version = ProposalVersion(id=new_id(), proposal_id=proposal.id, number=proposal.version, title=proposal.title,
                              reason=reason, voice_id=voice_id, at=now())
    for position, each in enumerate(clauses, 1):
        key = each.key if each.key in known else new_id()
        known.discard(key)  # Sent twice, it is a copy: the second is a clause of its own.
        version.clauses.append(Clause(position=position, key=key, kind=each.kind, text=each.text))
    tx.add(version)


def _texts(title: str, clauses: Sequence[ClauseText], reason: str = "") -> dict[str, str]:
    """All that is written, by its field on the page."""
    written = {f"text-{each.row or n}": each.text for n, each in enumerate(clauses, 1)}
    return {"title": title, **written, "reason": reason}


def _refuse_unchanged(tx: Transaction, proposal: Proposal, title: str, clauses: Sequence[ClauseText]) -> set[str]:
    """The texts that stood there before. Raises Invalid when they are the same."""
    present = tx.session.scalars(select(ProposalVersion).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == proposal.version)).one()
    before = [(c.kind, c.text) for c in present.clauses]
    if title == present.title and before == [(each.kind, each.text) for each in clauses]:
        raise Invalid("form", _("Nothing was changed, so there is nothing to save."))
    return {present.title, *(text for _kind, text in before)}


def _note_endorsement(tx: Transaction, proposal: Proposal, voice_id: str) -> bool:
    """Whether the endorsement is new, or now speaks of a newer wording."""
    held = tx.session.get(Endorsement, (proposal.id, voice_id), populate_existing=True)
    if held is None:
        tx.add(Endorsement(proposal_id=proposal.id, voice_id=voice_id, version=proposal.version, at=now()))
        return True
    renewed = held.version != proposal.version
    held.version, held.at = proposal.version, now() if renewed else held.at
    return renewed
