"""Counting again: whether a stored result is what the stored votes give."""

from collections.abc import Iterator

from sqlalchemy import select

from dialogue.core import db
from dialogue.votes.closing import by_set
from dialogue.votes.models import Ballot, BallotState, Vote
from dialogue.votes.rules import Choice, decide, tally
from dialogue.votes.secret_models import SealedVote


def closed_ballots() -> Iterator[tuple[Ballot, bool]]:
    """Each closed ballot, oldest first, and whether its result holds."""
    query = select(Ballot).where(Ballot.state == BallotState.CLOSED).order_by(Ballot.closed_at, Ballot.id)
    for ballot in db.session().scalars(query).all():
        yield ballot, holds(ballot)


def holds(ballot: Ballot) -> bool:
    """Whether figures, verdict and (where votes have a name) breakdown follow from the votes."""
    try:
        count = tally(choices(ballot), ballot.eligible)
    except ValueError:
        return False  # More votes than the roll has voters.
    same = (ballot.yes, ballot.no, ballot.abstain) == (count.yes, count.no, count.abstain)
    return same and decide(ballot.rule, count, ballot.quorum).verdict is ballot.verdict and _breakdown_holds(ballot)


def choices(ballot: Ballot) -> list[Choice]:
    """The votes of a closed ballot without their voters; secret ones in the order they were sealed in."""
    kind = SealedVote if ballot.is_secret else Vote
    query = select(kind.choice).where(kind.ballot_id == ballot.id)
    return list(db.session().scalars(query.order_by(SealedVote.id) if ballot.is_secret else query))


def _breakdown_holds(ballot: Ballot) -> bool:
    if ballot.is_secret:
        return True  # Which set a sealed vote came from is kept nowhere.
    query = select(Vote.actor_set, Vote.choice).where(Vote.ballot_id == ballot.id)
    votes = [(actor_set, choice) for actor_set, choice in db.session().execute(query)]
    return ballot.by_set in (by_set(votes, secret=False), by_set(votes, secret=True))
