"""How many have voted, as it is told while a secret ballot is open.

A figure stands for a second, for all readers, interfaces and workers: finer steps would show each vote singly,
and so who has just voted. The database holds the figure and measures the second.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from dialogue.core import database_clock, db
from dialogue.core.errors import DomainError
from dialogue.core.transaction import Transaction, transaction
from dialogue.votes import keys, secret_box
from dialogue.votes.models import Ballot, BallotState
from dialogue.votes.secret_models import Turnout

log = logging.getLogger(__name__)
PACE = 1.0  # Seconds.
TALLY = "tally"  # The name of its message to sockets.


class Told(NamedTuple):
    """What to tell, and whether it was counted at this very look."""

    cast: int
    is_fresh: bool


def begin(tx: Transaction, ballot: Ballot) -> None:
    """Have the turnout of a secret ballot told from now on."""
    tx.add(Turnout(ballot_id=ballot.id, told_at=database_clock.database_now(tx.session), told=0))


def end(tx: Transaction, ballot: Ballot) -> None:
    """Remove what was told of a ballot that is over."""
    tx.session.execute(delete(Turnout).where(Turnout.ballot_id == ballot.id))


def figures(ballot_ids: Collection[str]) -> dict[str, Told]:
    """What to tell of these open secret ballots. The first to look after a second counts anew, for all."""
    if not ballot_ids:
        return {}
    query = select(Turnout.ballot_id, Turnout.told_at, Turnout.told).where(
        Turnout.ballot_id.in_(ballot_ids))
    rows, at = database_clock.rows_and_moment(db.session(), query)
    due = sorted(id for id, told_at, _told, _at in rows if _is_due(told_at, at))
    unknown = {id: Told(0, is_fresh=False) for id in ballot_ids}
    return unknown | {id: Told(told, is_fresh=False) for id, _told_at, told, _at in rows} | _counted(due)


def _is_due(told_at: datetime, at: datetime | None) -> bool:
    """Whether a second has passed; a clock that was set back has the figure stand for no longer than that."""
    return at is not None and abs(at - told_at) >= timedelta(seconds=PACE)


def _counted(ballot_ids: Collection[str]) -> dict[str, Told]:
    """Count anew and keep the figures; what cannot be counted or kept now stays as it was told."""
    if not ballot_ids:
        return {}
    db.pause()
    try:
        with transaction() as tx:
            found = {id: _count(tx, id) for id in ballot_ids}
    except DomainError:
        log.warning("turnout update delayed: the database is read-only")
        return {}
    return {id: told for id, told in found.items() if told}


def _count(tx: Transaction, ballot_id: str) -> Told | None:
    """Count one ballot, unless another worker has done so meanwhile or is at it."""
    query = select(Turnout).where(Turnout.ballot_id == ballot_id).with_for_update(skip_locked=True)
    turnout = tx.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if turnout is None:
        return None
    at = database_clock.database_now(tx.session)
    cast = _votes_in(tx, ballot_id) if _is_due(turnout.told_at, at) else None
    if cast is None:
        return Told(turnout.told, is_fresh=False)
    turnout.told_at, turnout.told = at, max(cast, turnout.told)
    return Told(turnout.told, is_fresh=True)


def _votes_in(tx: Transaction, ballot_id: str) -> int | None:
    """How many votes are in the box, or None where it cannot be opened."""
    key = keys.find(ballot_id)
    ballot = tx.session.get(Ballot, ballot_id)
    if key is None or ballot is None or ballot.state is not BallotState.OPEN:
        return None
    try:
        return secret_box.whole(tx.session, ballot, key).cast
    except DomainError:
        return None
