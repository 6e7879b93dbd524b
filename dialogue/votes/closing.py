"""Ending a ballot, inside an open transaction, and removing afterwards what could lead from a vote to a voter."""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import delete, select

from dialogue.core import database_clock, db, erasure
from dialogue.core.attribution import ActorSet
from dialogue.core.transaction import Transaction
from dialogue.proposals.models import Proposal
from dialogue.votes import conversion, keys, secret_box, turnout
from dialogue.votes.breakdown import Cells, breakdown
from dialogue.votes.events import BallotCancelled, BallotClosed
from dialogue.votes.models import Ballot, BallotState, Vote
from dialogue.votes.rules import Choice, tally
from dialogue.votes.secret_models import SealedVote

log = logging.getLogger(__name__)
SetChoice = tuple[ActorSet, Choice]
TABLES = ("secret_box", "turnout", "secret_vote", "receipt")  # What could lead from a vote to a voter.


def close(tx: Transaction, ballot: Ballot) -> None:
    """Count, fix the result and seal the votes: all of it, or nothing. Raises Conflict where the key was lost."""
    votes = list(_votes(tx, ballot))
    hides = ballot.is_secret or ballot.room.attribution.hides_people
    ballot.close(database_clock.database_now(tx.session), tally((choice for _set, choice in votes), ballot.eligible),
                 by_set(votes, secret=hides))
    if ballot.is_secret:
        _seal(tx, ballot, [choice for _set, choice in votes])
    if ballot.proposal_id and ballot.closed_at and ballot.verdict:
        tx.fetch(Proposal, ballot.proposal_id).decide(ballot.verdict.value, ballot.closed_at)
    tx.record(BallotClosed(stream_id=ballot.stream_id, ballot_id=ballot.id))


def cancel(tx: Transaction, ballot: Ballot) -> None:
    """Call it off: what was cast is gone, and its proposal is back where it was."""
    ballot.cancel(database_clock.database_now(tx.session))
    _purge(tx, ballot)
    tx.session.execute(delete(Vote).where(Vote.ballot_id == ballot.id))
    if ballot.proposal_id:
        tx.fetch(Proposal, ballot.proposal_id).reopen()
    tx.record(BallotCancelled(stream_id=ballot.stream_id, ballot_id=ballot.id))


def by_set(votes: Iterable[SetChoice], *, secret: bool) -> dict[str, Any]:
    """The breakdown as it is stored: a row a set (None if withheld), and what the withheld ones add up to."""
    found = breakdown(((actor_set.value, choice) for actor_set, choice in votes),
                      [actor_set.value for actor_set in ActorSet], secret=secret)
    return {"rows": {row.group: _stored(row.cells) for row in found.rows}, "remainder": _stored(found.remainder)}


def _stored(cells: Cells | None) -> dict[str, int] | None:
    return None if cells is None else asdict(cells)


def _votes(tx: Transaction, ballot: Ballot) -> Sequence[SetChoice]:
    if ballot.is_secret:
        return _secret_votes(tx, ballot)
    query = select(Vote.actor_set, Vote.choice).where(Vote.ballot_id == ballot.id)
    return [(actor_set, choice) for actor_set, choice in tx.session.execute(query)]


def lacks_key(ballot: Ballot) -> bool:
    """Whether it is a secret ballot that is open and whose key is not at hand."""
    return ballot.is_secret and ballot.state is BallotState.OPEN and keys.find(ballot.id) is None


def _secret_votes(tx: Transaction, ballot: Ballot) -> Sequence[SetChoice]:
    key = keys.find(ballot.id) if ballot.state is BallotState.OPEN else None
    if key is None:
        ballot.refuse_unless_open()
        raise secret_box.key_lost()
    return list(secret_box.whole(tx.session, ballot, key).votes())


def _seal(tx: Transaction, ballot: Ballot, choices: list[Choice]) -> None:
    """Keep the choices alone, in an order and under ids that come from nowhere."""
    secrets.SystemRandom().shuffle(choices)
    tx.put_rows(SealedVote, [{"ballot_id": ballot.id, "choice": choice} for choice in choices])
    _purge(tx, ballot)


def _purge(tx: Transaction, ballot: Ballot) -> None:
    """Remove what could lead from a vote to a voter, and after the commit the key and what the files still hold."""
    if ballot.is_secret:
        tx.after_commit(partial(_forget, ballot.id))
    secret_box.remove(tx, ballot)
    turnout.end(tx, ballot)
    conversion.remove(tx, ballot)


def _forget(ballot_id: str) -> None:
    """Destroy a secret ballot's key, then what the database's files still hold of its box; the sweep tries again."""
    keys.destroy(ballot_id)
    erasure.note(TABLES)
    scrub()


def scrub() -> bool:
    """Have deleted rows leave the database's files too. False if readers were in the way: try again later."""
    return erasure.scrub(TABLES)


def sweep_keys() -> None:
    """Destroy keys whose ballot is over, or was never opened: a crash may have come before their time."""
    held = keys.held()
    query = select(Ballot.id, Ballot.state).where(Ballot.id.in_(held))
    states: dict[str, BallotState] = dict(db.session().execute(query).all())
    for ballot_id, old in held.items():
        state = states.get(ballot_id)
        if (state is None and old) or state in (BallotState.CLOSED, BallotState.CANCELLED):
            log.warning("a key outlived its ballot and was destroyed", extra={"ballot": ballot_id})
            keys.destroy(ballot_id)


def clean_up() -> None:
    """Seal votes of an earlier version, and destroy keys and deleted rows that outlived their ballot."""
    conversion.convert_all()
    sweep_keys()
    scrub()
