"""What changes ballots: opening, casting, closing, calling off, explaining."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from dialogue.accounts.models import Person
from dialogue.core import database_clock, db, idempotency, reformatting, richtext
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotPermitted
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.tasks import for_each
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import Transaction, transaction
from dialogue.proposals.models import Proposal, ProposalState, ProposalVersion
from dialogue.rooms import naming
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Room
from dialogue.rooms.voices import electorate, voice_id_of, voting_guests
from dialogue.votes import casting, closing, conversion, keys, turnout
from dialogue.votes.events import BallotOpened, VoteExplained
from dialogue.votes.models import Ballot, BallotState, Elector, Explanation, Precedent, Terms, Visibility
from dialogue.votes.rules import Choice, Rule
from dialogue.votes.secret_box import Box

log = logging.getLogger(__name__)
SMALLEST_SECRET_ROLL = 5


def open_on_proposal(person: Person, proposal_id: str, *, terms: Terms, key: str | None = None) -> Ballot:
    """Put a submitted proposal, in its present version, to a decision."""
    with transaction() as tx:
        proposal = tx.fetch(Proposal, proposal_id)
        permit(person, Permission.BALLOT_OPEN, proposal)
        if earlier := _opened_with(tx, proposal.room, person, key, proposal_id):
            return earlier
        refuse_unless_submitted(proposal)
        # Its writers answered for the names of actors. What is voted on is published as it stands.
        naming.refuse_subjects(person, proposal.room, {"form": _text_of(tx, proposal)}, vouched=True)
        ballot = Ballot(proposal_id=proposal.id, proposal_version=proposal.version, question=proposal.title)
        begin(tx, proposal.room, ballot, terms)
        proposal.open()
        relate(tx, Ref("proposal", proposal.id), Link.DECIDES, Ref("ballot", ballot.id))
        _remember(tx, ballot, person, key, proposal_id)
    return ballot


def _text_of(tx: Transaction, proposal: Proposal) -> str:
    version = tx.session.scalars(select(ProposalVersion).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == proposal.version)).one()
    return "\n".join([version.title, *(clause.text for clause in version.clauses)])


def open_on_question(person: Person, room_id: str, *, question: str, terms: Terms, vouched: bool = False,
                     key: str | None = None) -> Ballot:
    """Put a free question to a decision in a room or town hall. Raises Named (`vouched`: as in naming.py)."""
    with transaction() as tx:
        room = tx.fetch(Room, room_id)
        permit(person, Permission.BALLOT_OPEN, room)
        if earlier := _opened_with(tx, room, person, key, question):
            return earlier
        naming.refuse_subjects(person, room, {"question": question}, vouched=vouched)
        ballot = Ballot(question=question)
        begin(tx, room, ballot, terms)
        _remember(tx, ballot, person, key, question)
    return ballot


def refuse_unless_submitted(proposal: Proposal) -> None:
    """Raise Conflict, saying why this proposal cannot be put to a decision."""
    if proposal.state is ProposalState.OPEN:
        raise Conflict(_("A ballot on this proposal is open already."))
    if proposal.state is not ProposalState.SUBMITTED:
        raise Conflict(_("Only a submitted proposal can be put to a decision."))


def begin(tx: Transaction, room: Room, ballot: Ballot, terms: Terms) -> None:
    """Within an open transaction: freeze rule, quorum and roll, and let the voting begin. Raises Conflict, Invalid."""
    room.refuse_if_closed()
    at = database_clock.database_now(tx.session)
    roll = electorate(room)
    _refuse_terms(terms, room, len(roll), at)
    ballot.id, ballot.room_id, ballot.room, ballot.eligible, ballot.opened_at = new_id(), room.id, room, len(roll), at
    ballot.guest_votes = room.guest_votes if voting_guests(room) else GuestVotes.NONE
    ballot.rule, ballot.visibility, ballot.closes_at = terms.rule, terms.visibility, terms.closes_at
    ballot.quorum_numerator, ballot.quorum_denominator = terms.quorum.numerator, terms.quorum.denominator
    tx.add(ballot)
    tx.put_rows(Elector, _electors(ballot, roll))
    tx.record(BallotOpened(stream_id=room.id, ballot_id=ballot.id))
    if ballot.is_secret:
        Box.made(ballot, keys.make(ballot.id), roll).put(tx)
        turnout.begin(tx, ballot)


def _electors(ballot: Ballot, roll: Mapping[str, ActorSet]) -> list[dict[str, Any]]:
    hides = ballot.room.attribution.hides_people
    return [{"ballot_id": ballot.id, "voice_id": voice_id, "actor_set": None if hides else actor_set}
            for voice_id, actor_set in sorted(roll.items())]


def _refuse_terms(terms: Terms, room: Room, eligible: int, at: datetime) -> None:
    if not eligible:
        raise Invalid("roll", _("No member may vote yet: a voter has a voting place and has entered the room."))
    if room.attribution.hides_people and eligible < SMALLEST_SECRET_ROLL:
        raise Invalid("roll", _("This room’s rule allows secret ballots only, and a secret ballot needs at least five "
                                "voters. Give more people a vote, and ask those who have one to enter the room."))
    if terms.visibility is Visibility.RECORDED and room.attribution.hides_people:
        raise Invalid("visibility", _("A recorded ballot would show who voted how, which this room’s rule forbids."))
    if terms.visibility is Visibility.SECRET and eligible < SMALLEST_SECRET_ROLL:
        raise Invalid("visibility", _("With fewer than five voters a ballot cannot be secret."))
    if terms.closes_at is not None and terms.closes_at <= at:
        raise Invalid("closes_at", _("Choose a time that is still to come."))


def _opened_with(tx: Transaction, room: Room, person: Person, key: str | None, about: str) -> Ballot | None:
    body = idempotency.fingerprint("ballot", room.id, about)
    earlier = idempotency.answered(tx, voice_id_of(room.id, person) or person.id, key, body)
    return tx.fetch(Ballot, earlier) if earlier else None


def _remember(tx: Transaction, ballot: Ballot, person: Person, key: str | None, about: str) -> None:
    body = idempotency.fingerprint("ballot", ballot.room_id, about)
    idempotency.answer(tx, voice_id_of(ballot.room_id, person) or person.id, key, body, ballot.id)


def cast(person: Person, ballot_id: str, *, choice: Choice, key: str | None = None) -> str:
    """Vote, or change the vote: the last one before the closing counts. Returns a receipt that tells nothing.

    The roll is frozen, the right to use it is not: who lost the place since casts no more, but a vote cast
    before that stands. The deadline is judged when the vote is written, by the database's clock. Votes that come
    in together share a commit.
    """
    return casting.cast(casting.CastRequest(person, ballot_id, choice, key))


def _elector(tx: Transaction, ballot: Ballot, person: Person) -> Elector:
    voice_id = voice_id_of(ballot.room_id, person)
    found = tx.session.get(Elector, (ballot.id, voice_id)) if voice_id else None
    if found is None:
        raise NotPermitted(casting.OFF_ROLL)
    return found


def close_ballot(person: Person, ballot_id: str) -> Ballot:
    """End the voting by hand and fix the result."""
    with transaction() as tx:
        ballot = tx.fetch(Ballot, ballot_id)
        permit(person, Permission.BALLOT_CLOSE, ballot)
        closing.close(tx, ballot)
    return ballot


def cancel_ballot(person: Person, ballot_id: str) -> Ballot:
    """Call the ballot off: no result, and its proposal is as it was before."""
    with transaction() as tx:
        ballot = tx.fetch(Ballot, ballot_id)
        permit(person, Permission.BALLOT_CLOSE, ballot)
        closing.cancel(tx, ballot)
    return ballot


def close_overdue(ballot_id: str) -> bool:
    """Fix the result of a ballot whose deadline has passed, by itself. False if there was nothing to do.

    A ballot whose key was lost stays open: the key may be brought back, and calling off is for the chair.
    """
    with transaction() as tx:
        ballot = tx.fetch(Ballot, ballot_id)
        if not ballot.is_overdue(database_clock.database_now(tx.session)) or closing.lacks_key(ballot):
            return False
        closing.close(tx, ballot)
    return True


def sweep() -> int:
    """Close what is overdue, and finish what a crash interrupted. Return how many were closed."""
    closed = close_all_overdue()
    closing.clean_up()
    return closed


def are_overdue() -> bool:
    """Tell whether a ballot that can be closed is overdue; one whose key was lost cannot."""
    return not all(map(closing.lacks_key, db.session().scalars(_overdue(Ballot))))


def close_all_overdue() -> int:
    """Close every ballot that is overdue. Return how many were closed. Raises SomeFailed, after trying all."""
    conversion.convert_all()
    ids = db.session().scalars(_overdue(Ballot.id)).all()
    closed: list[bool] = []
    for_each(ids, lambda ballot_id: closed.append(_closed(ballot_id)))
    return sum(closed)


def _overdue(what: Any) -> Select[Any]:
    return select(what).where(Ballot.state == BallotState.OPEN, Ballot.closes_at <= now())


def _closed(ballot_id: str) -> bool:
    """Close one that is overdue; a refusal is no failure."""
    try:
        return close_overdue(ballot_id)
    except Conflict:
        log.warning("a ballot that is overdue cannot be closed", extra={"ballot": ballot_id})
        return False


def explain(person: Person, ballot_id: str, *, text: str, vouched: bool = False) -> Explanation:
    """Explain one's vote in a recorded ballot that has closed, once. Raises Named where the room hides people now."""
    html = richtext.render(text)
    with transaction() as tx:
        ballot = tx.fetch(Ballot, ballot_id)
        permit(person, Permission.BALLOT_EXPLAIN, ballot)
        ballot.refuse_explanation()
        naming.refuse(person, ballot.room, {"text": text}, vouched=vouched)
        elector = _elector(tx, ballot, person)
        if tx.session.get(Explanation, (ballot.id, elector.voice_id)):
            raise Conflict(_("You have explained your vote already."))
        given = Explanation(ballot_id=ballot.id, voice_id=elector.voice_id, text=text, html=html, at=now())
        tx.add(given)
        reformatting.note(tx, Explanation, {"ballot_id": ballot.id, "voice_id": elector.voice_id, "html": html})
        tx.record(VoteExplained(stream_id=ballot.stream_id, ballot_id=ballot.id))
    return given


def add_precedent(person: Person, *, title: str, body: str, held_on: date, rule: Rule, yes: int, no: int, abstain: int,
                  eligible: int | None, source: str, note: str = "", quorum_needed: int = 0) -> Precedent:
    """Add a decision of history, to be judged by our rules beside our own; `eligible` is None where it is unknown."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        if eligible is not None and yes + no + abstain > eligible:
            raise Invalid("eligible", _("More votes than people who may vote."))
        precedent = Precedent(title=title, body=body, held_on=held_on, rule=rule, yes=yes, no=no, abstain=abstain,
                              eligible=eligible, source=source, note=note, quorum_needed=quorum_needed)
        tx.add(precedent)
    return precedent
