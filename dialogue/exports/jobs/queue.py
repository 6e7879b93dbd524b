"""The queue of exports: which worker took which up, how far it is, how it ended. Each change is a short transaction.

These are the system's own notes, so no permission is checked here; it was checked when the export was requested.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, or_, select
from sqlalchemy.orm import aliased

from dialogue.core import claims, db
from dialogue.core.clock import now
from dialogue.core.database_clock import database_now
from dialogue.core.transaction import transaction
from dialogue.exports.models import UNFINISHED, Export, ExportState, Failure

MAX_ATTEMPTS = 3
KEPT = timedelta(hours=24)
LONG = timedelta(minutes=5)  # What waits longer shows that no worker makes documents.


def _waiting(at: datetime) -> ColumnElement[bool]:
    left = (Export.state == ExportState.RUNNING) & Export.is_free(at)
    return or_(Export.state == ExportState.QUEUED, left)


def _in_turn(at: datetime) -> ColumnElement[bool]:
    """What waits for no other export of the same person: two slow ones of one person must not hold all places."""
    other = aliased(Export)
    running = (other.state == ExportState.RUNNING) & (other.held_until > at) & (other.id != Export.id)
    return _waiting(at) & ~select(other.id).where(running, _asker(other) == _asker(Export)).exists()


def _last_served() -> ScalarSelect[Any]:
    """When an export of the same person ended last: of those who wait, the one served longest ago comes next."""
    other = aliased(Export)
    return select(func.max(other.finished_at)).where(_asker(other) == _asker(Export)).scalar_subquery()


def _asker(export: type[Export]) -> ColumnElement[str]:
    return func.coalesce(export.owner_id, export.visitor_id)


def is_keeping_up() -> bool:
    """Whether nothing has waited long for being taken up."""
    at = database_now(db.session())
    return db.session().scalar(select(Export.id).where(_in_turn(at), Export.created_at < at - LONG).limit(1)) is None


def is_waiting() -> bool:
    """Whether there is anything to take up."""
    return db.session().scalar(select(Export.id).where(_in_turn(database_now(db.session()))).limit(1)) is not None


def take_up() -> str | None:
    """Take up the export whose turn it is, or one left by a process that is no more; its id, if there is one."""
    with transaction() as tx:
        longest_ago = func.coalesce(_last_served(), Export.created_at)
        at = database_now(tx.session)
        found = claims.first_free(tx, select(Export).where(_in_turn(at)).order_by(longest_ago, Export.created_at))
        if found is None:
            return None
        if found.attempts >= MAX_ATTEMPTS:  # It takes its process down with it.
            found.fail(Failure.BROKEN, now())
        else:
            found.take_up(at)
        return str(found.id)


def advance(export_id: str, percent: int | None) -> None:
    """Report progress, or only extend the claim. Raises NotFound, Conflict when it is over."""
    with transaction() as tx:
        tx.fetch(Export, export_id).advance(percent or 0, database_now(tx.session))


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
