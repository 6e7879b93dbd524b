"""Claims in the database, so that of several workers one alone does a piece of background work.

A claim holds for LEASE seconds from its last extension. So the claim of a worker that was killed ends by itself, and
another worker takes the work over. Moments are the database's, because workers' clocks may differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, String, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.database_clock import database_now
from dialogue.core.errors import Conflict
from dialogue.core.transaction import Transaction, transaction

LEASE = timedelta(seconds=10)


class Claimable:
    """The columns of a row that one worker at a time works on."""

    held_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    @classmethod
    def is_free(cls, at: datetime) -> ColumnElement[bool]:
        """Return the condition that no worker holds the row at this moment."""
        return or_(cls.held_until.is_(None), cls.held_until <= at)

    def hold(self, at: datetime) -> None:
        """Claim the row, or extend the claim."""
        self.held_until = at + LEASE


class TaskClaim(Claimable, db.Base):
    """The claim of a worker on a task. After a failure the row has no holder, and is held until the next try."""

    __tablename__ = "task_claim"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    holder: Mapped[str] = mapped_column(String(22), default="")

    @property
    def is_well(self) -> bool:
        """Return whether no failure of the task since its last success is known."""
        return self.attempts == 0 or (self.attempts == 1 and self.holder != "")


@dataclass(frozen=True)
class Claim:
    """A task that this worker holds; no two claims have the same holder. `attempt` counts from 1."""

    name: str
    holder: str
    attempt: int


def take(name: str) -> Claim | None:
    """Claim the task, or return None while another worker holds it or its next try is not due."""
    holder = db.new_id()
    try:
        with transaction() as tx:
            at = database_now(tx.session)
            values = {"holder": holder, "held_until": at + LEASE}
            found = _update(tx, (TaskClaim.name == name) & TaskClaim.is_free(at),
                            attempts=TaskClaim.attempts + 1, **values)
            row = tx.session.get(TaskClaim, name, populate_existing=True)
            if row is None:
                row = TaskClaim(name=name, attempts=1, **values)
                tx.add(row)
            elif not found:
                return None
            return Claim(name, holder, row.attempts)
    except Conflict:  # Another worker made the row at the same moment.
        return None


def extend(claim: Claim) -> bool:
    """Prolong the claim. False if another worker took the task over."""
    with transaction() as tx:
        return _update(tx, _mine(claim), held_until=database_now(tx.session) + LEASE)


def release(claim: Claim) -> None:
    """End the claim of a task that succeeded, unless another worker took it over."""
    with transaction() as tx:
        _update(tx, _mine(claim), holder="", held_until=None, attempts=0)


def postpone(claim: Claim, wait: timedelta) -> None:
    """End the claim of a task that failed, and have no worker try again sooner than this."""
    with transaction() as tx:
        _update(tx, _mine(claim), holder="", held_until=database_now(tx.session) + wait)


def is_well(name: str) -> bool:
    """Return whether no failure of the task is known, for a worker that does not run it now."""
    row = db.session().get(TaskClaim, name, populate_existing=True)
    return row is None or row.is_well


def holder(name: str) -> str:
    """Return the holder of the task's claim, or an empty text where no worker holds it now."""
    row = db.session().get(TaskClaim, name, populate_existing=True)
    is_held = row is not None and row.held_until is not None and row.held_until > database_now(db.session())
    return row.holder if row is not None and is_held else ""


def first_free(tx: Transaction, query: Select[Any]) -> Any | None:
    """Return the first row of the query that no other worker is taking up at this moment, locked."""
    return tx.session.scalars(query.limit(1).with_for_update(skip_locked=True)).one_or_none()


def _mine(claim: Claim) -> ColumnElement[bool]:
    return (TaskClaim.name == claim.name) & (TaskClaim.holder == claim.holder)


def _update(tx: Transaction, where: ColumnElement[bool], **values: Any) -> bool:
    done = tx.session.execute(update(TaskClaim).where(where).values(**values).execution_options(
        synchronize_session=False))
    return isinstance(done, CursorResult) and done.rowcount > 0
