"""What outcomes do by themselves: a closed ballot gets its record; what was taken back leaves unsigned drafts."""

from sqlalchemy import select

from dialogue.core.cutting import start_of
from dialogue.core.record import Entry
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import Transaction
from dialogue.outcomes.actions import begin
from dialogue.outcomes.decision import account
from dialogue.outcomes.events import OutcomeEdited
from dialogue.outcomes.models import Outcome, OutcomeKind, OutcomeState, SummaryPoint, SummarySource
from dialogue.proposals.models import Proposal, ProposalVersion
from dialogue.votes.models import Ballot

MAX_TITLE_LENGTH = 200


def record_decision(tx: Transaction, entry: Entry) -> None:
    """Draft the record of a closed ballot, once; its summary follows by itself (see drafting.py)."""
    ballot = tx.fetch(Ballot, entry.data["ballot_id"])
    if ballot.verdict is None or ballot.room.is_rehearsal:
        return
    if tx.session.scalar(select(Outcome.id).where(Outcome.ballot_id == ballot.id)):
        return
    proposal, version = _voted_on(tx, ballot)
    title = start_of(version.title if version else ballot.question, MAX_TITLE_LENGTH)
    outcome = begin(tx, ballot.room, kind=OutcomeKind.DECISION, title=title, verdict=ballot.verdict.value,
                    ballot_id=ballot.id, proposal_id=ballot.proposal_id, decision=account(ballot, proposal, version))
    relate(tx, Ref("ballot", ballot.id), Link.RECORDS, Ref("outcome", outcome.id))


def _voted_on(tx: Transaction, ballot: Ballot) -> tuple[Proposal | None, ProposalVersion | None]:
    if ballot.proposal_id is None:
        return None, None
    version = select(ProposalVersion).where(
        ProposalVersion.proposal_id == ballot.proposal_id, ProposalVersion.number == ballot.proposal_version)
    return tx.session.get(Proposal, ballot.proposal_id), tx.session.scalars(version).one_or_none()


def stop_citing(tx: Transaction, entry: Entry) -> None:
    """Take what was taken back out of unsigned drafts, and with it each sentence that rests on nothing else."""
    gone = entry.data["contribution_id"]
    cites = select(SummaryPoint.outcome_id).join(SummarySource).where(
        SummarySource.kind == "contribution", SummarySource.source_id == gone)
    drafts = select(Outcome.id).where(Outcome.id.in_(cites), Outcome.state == OutcomeState.DRAFT)
    for outcome_id in tx.session.scalars(drafts).all():
        outcome = tx.fetch(Outcome, outcome_id)
        outcome.stop_citing(Ref("contribution", gone))
        tx.record(OutcomeEdited(stream_id=outcome.stream_id, outcome_id=outcome.id, revision=outcome.revision))
