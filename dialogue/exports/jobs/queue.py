"""The book of the work on exports: who took what up, how far it is, how it ended. Each entry is a short transaction.

These are the system's own notes, so no permission is checked here; it was checked when the export was requested.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, or_, select
from sqlalchemy.orm import aliased

from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.transaction import transaction
from dialogue.exports.models import UNFINISHED, Export, ExportState, Failure

HOLD = timedelta(seconds=10)  # Without a sign of life for so long, the work counts as left.
MAX_ATTEMPTS = 3
KEPT = timedelta(hours=24)
LONG = timedelta(minutes=5)  # What waits longer shows that no desk is at work.


def _waiting() -> ColumnElement[bool]:
    left = (Export.state == ExportState.RUNNING) & (Export.held_until < now())
    return or_(Export.state == ExportState.QUEUED, left)


def _in_turn() -> ColumnElement[bool]:
    """What waits for no other export of the same person: two slow ones of one person must not hold all places."""
    other = aliased(Export)
    running = (other.state == ExportState.RUNNING) & (other.held_until >= now()) & (other.id != Export.id)
    return _waiting() & ~select(other.id).where(running, _asker(other) == _asker(Export)).exists()


def _last_served() -> ScalarSelect[Any]:
    """When an export of the same person ended last: of those who wait, the one served longest ago comes next."""
    other = aliased(Export)
    return select(func.max(other.finished_at)).where(_asker(other) == _asker(Export)).scalar_subquery()


def _asker(export: type[Export]) -> ColumnElement[str]:
    return func.coalesce(export.owner_id, export.visitor_id)


def is_keeping_up() -> bool:
    """Whether nothing has waited long for being taken up."""
    query = select(Export.id).where(_in_turn(), Export.created_at < now() - LONG).limit(1)
    return db.session().scalar(query) is None


def is_waiting() -> bool:
    """Whether there is anything to take up."""
    return db.session().scalar(select(Export.id).where(_in_turn()).limit(1)) is not None


def take_up() -> str | None:
    """Take up the export whose turn it is, or one left by a process that is no more; its id, if there is one."""
    with transaction() as tx:
        served = _last_served()
        longest_ago = func.coalesce(served, Export.created_at)
        query = select(Export).where(_in_turn()).order_by(longest_ago, Export.created_at).limit(1)
        found = tx.session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
        if found is None:
            return None
        if found.attempts >= MAX_ATTEMPTS:  # It takes its process down with it.
            found.fail(Failure.BROKEN, now())
        else:
            found.take_up(now() + HOLD)
        return found.id


def advance(export_id: str, percent: int | None) -> None:
    """Report progress, or only prolong the claim. Raises NotFound, Conflict when it is over."""
    with transaction() as tx:
        export = tx.fetch(Export, export_id)
        export.advance(percent or 0, now() + HOLD)


def finish(export_id: str) -> None:
    """The file is there."""
    with transaction() as tx:
        tx.fetch(Export, export_id).finish(now())


def fail(export_id: str, why: Failure) -> None:
    """There will be no file."""
    with transaction() as tx:
        tx.fetch(Export, export_id).fail(why, now())


def forget_old() -> Sequence[str]:
    """Forget what is older than a day; the ids of what is still known."""
    with transaction() as tx:
        old = (Export.created_at < now() - KEPT) & Export.state.not_in(UNFINISHED)
        tx.session.execute(delete(Export).where(old | (Export.created_at < now() - 2 * KEPT)))
        return tx.session.scalars(select(Export.id)).all()
