"""Transactions, the only way to change anything: lock, permit, change, record, commit; then run the listeners."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from dialogue.core import db
from dialogue.core.application import PerApp
from dialogue.core.cooperative import yield_now
from dialogue.core.errors import Collided, Conflict, NotFound, Unavailable
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.record import Event, Recorded, write

log = logging.getLogger(__name__)
Thing = TypeVar("Thing", bound=db.Base)
Listener = Callable[[list[Recorded]], None]
AT_A_STRETCH = 500  # Rows: some milliseconds.
_AFRESH = {"populate_existing": True}
_insert = lru_cache(insert)  # Built once: building a statement costs as much as running it.
_listeners = PerApp(list[Listener])
_one_writer = PerApp(threading.Lock)  # Of SQLite, of which an application has one file.


class _Open(threading.local):
    yes = False


_open = PerApp(_Open)


class Transaction:
    """An action's open transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.recorded: list[Recorded] = []
        self.afterwards: list[Callable[[], None]] = []

    def fetch(self, model: type[Thing], id: str) -> Thing:
        """Return the thing, locked until the transaction ends. Raises NotFound."""
        query = select(model).where(model.id == id).with_for_update(of=model)  # type: ignore[attr-defined]
        return self.find(query)

    def find(self, query: Select[Thing], **values: Any) -> Thing:
        """Return the one thing that a locking query finds, as it is now. Raises NotFound."""
        found = self.session.scalars(query, values, execution_options=_AFRESH).one_or_none()
        if found is None:
            raise NotFound()
        return found

    def add(self, *things: db.Base) -> None:
        """Insert new rows now, so that a violated constraint raises here."""
        self.session.add_all(things)
        self.session.flush()

    def put_rows(self, model: type[db.Base], rows: Sequence[dict[str, Any]]) -> None:
        """Insert thousands of rows, yielding to other greenlets now and then."""
        for start in range(0, len(rows), AT_A_STRETCH):
            if start:  # Not around a few rows: yielding would split commits that are published together.
                yield_now()
            self.session.connection().execute(_insert(model), rows[start:start + AT_A_STRETCH])

    def after_commit(self, follow_up: Callable[[], None]) -> None:
        """Call `follow_up` after the commit, and not at all without one. Its failure does not fail the action."""
        self.afterwards.append(follow_up)

    def record(self, event: Event) -> int:
        """Write the event into its stream's record. Return its seq."""
        return self.record_all([event])[0]

    def record_all(self, events: Sequence[Event]) -> list[int]:
        """Write events of one stream into its record. Return their seqs."""
        self.session.flush()
        seqs = write(self.session, events)
        self.recorded += map(Recorded, events, seqs)
        return seqs


def after_commit(listener: Listener) -> None:
    """Register `listener`, called with the recorded events after each commit. Its failure does not fail the action."""
    if listener not in _listeners():
        _listeners().append(listener)


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Open the action's transaction. Raises Conflict, Unavailable; RuntimeError when nested."""
    if _open().yes:
        raise RuntimeError("an action may not call an action")
    tx = Transaction(db.session())
    # Reads from before the lock are repeated under it; and while waiting for the lock, no connection may be held that
    # the holder of the lock needs.
    _give_up(tx.session)
    with _writing(), _translated(tx.session), db.changing():
        tx.session.connection(execution_options={"writes": True})
        yield tx
        tx.session.commit()
    _tell(tx.recorded)
    _follow_up(tx.afterwards)


@contextmanager
def _writing() -> Iterator[None]:
    """Allow one writer at a time on SQLite: waiting here yields to other greenlets, waiting in SQLite does not."""
    alone = _one_writer() if db.is_sqlite() else nullcontext()
    with alone:
        opened = _open()
        opened.yes = True
        try:
            yield
        finally:
            opened.yes = False


@contextmanager
def _translated(session: Session) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        session.rollback()
        raise Conflict(_("Another person was quicker, or this was already done. Look again.")) from error
    except db.AWAY as error:
        _give_up(session)
        kind = Collided if db.is_collision(error) else Unavailable
        raise kind(_("The record cannot be reached just now. Try again in a few seconds.")) from error
    except BaseException:
        _give_up(session)
        raise


def _give_up(session: Session) -> None:
    try:
        session.rollback()
    except DBAPIError:
        session.invalidate()


def _tell(recorded: list[Recorded]) -> None:
    for listener in _listeners() if recorded else ():
        try:
            listener(recorded)
        except Exception:
            log.exception("a listener failed after commit", extra={"listener": listener.__qualname__})
            db.give_up()  # PostgreSQL would refuse every later statement of this transaction.


def _follow_up(afterwards: list[Callable[[], None]]) -> None:
    for follow_up in afterwards:
        try:
            follow_up()
        except Exception:
            log.exception("a follow-up failed after commit")
            db.give_up()


def scalar_or_not_found(query: Any) -> Any:
    """Return the one row of a reader's query. Raises NotFound."""
    found = db.session().scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
