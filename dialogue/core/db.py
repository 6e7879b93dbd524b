"""The database: one engine an application, one session for each piece of work.

SQLite is the embedded default (WAL, `synchronous=FULL`: what was acknowledged survives a power cut);
PostgreSQL is the same code at scale.
"""

import secrets
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, String, Text, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from dialogue.core import deadline
from dialogue.core.application import PerApp

BUSY_SECONDS = 5


def new_id() -> str:
    """A public address: 128 random bits in 22 characters, so that it can be neither guessed nor counted."""
    made = secrets.token_urlsafe(16)
    # A hyphen at its start would be a formula to a spreadsheet and an option to a command.
    return made if made[0] != "-" else secrets.choice(string.ascii_letters) + made[1:]


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime: it would silently mean something else elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back, whatever the driver returned."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Key = Annotated[str, mapped_column(String(22), primary_key=True, default=new_id)]
Long = Annotated[str, mapped_column(Text)]


class Base(DeclarativeBase):
    """What every table is made from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment(), dict[str, Any]: JSON(), list[Any]: JSON()}


def stored(enum: type[StrEnum]) -> Enum:
    """An enum kept as its value in a plain, portable text column with a check."""
    return Enum(enum, native_enum=False, length=24, values_callable=lambda e: [m.value for m in e],
                create_constraint=False)


class _Work(threading.local):
    """The session of the thread (or greenlet) at work; never inherited by another."""

    session: Session | None = None
    is_changing = False


class _Connected:
    engine: Engine | None = None


_work = PerApp(_Work)
_connected = PerApp(_Connected)


def connect(url: str, *, is_serving: bool = False) -> Engine:
    """Open the application's one engine, closing an earlier one.

    Who serves waits for PostgreSQL for a bounded time only; a migration or an operator's command takes its time.
    """
    if (earlier := _connected().engine) is not None:
        release()
        earlier.dispose()
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}} if url.startswith("sqlite") else {
        "pool_pre_ping": True}
    if is_serving and not url.startswith("sqlite"):
        from dialogue.core import postgres  # Its driver is not loaded where SQLite is all there is.

        options["poolclass"] = postgres.Pool
    # An error names its statement, never the words or the choice that were to be stored.
    made = create_engine(url, pool_size=20, max_overflow=10, pool_timeout=5, hide_parameters=True, **options)
    _connected().engine = made
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    elif is_serving:
        _bound(made)
    return made


def _bound(engine: Engine) -> None:
    from dialogue.core import postgres  # Its driver is not loaded where SQLite is all there is.

    event.listen(engine, "do_connect", postgres.connect)
    event.listen(engine, "checkin", postgres.lie_idle)
    event.listen(engine, "checkout", postgres.work)


def engine() -> Engine:
    """The application's engine; `connect` comes first."""
    found = _connected().engine
    if found is None:
        raise RuntimeError("the database is not connected")
    return found


def session() -> Session:
    """The session of the work at hand, for reading; `transaction()` writes with the same one."""
    work = _work()
    if work.session is None:
        work.session = Session(engine(), expire_on_commit=False)
    return work.session


def pause() -> None:
    """Give the connection back before waiting for something else; what was read stays at hand.

    To wait inside a transaction is a mistake of ours: it would hold its locks, and giving back would commit half of it.
    """
    work = _work()
    if work.is_changing:
        raise RuntimeError("a transaction may wait for the database alone")
    if work.session is None or not work.session.in_transaction():
        return
    try:
        work.session.commit()  # There is nothing to commit: changes are made in a transaction() alone.
    except (DBAPIError, PendingRollbackError):  # Its connection is gone, now or since something before failed.
        work.session.invalidate()


def give_up() -> None:
    """Take back what the work at hand has begun; what the error page shows of it is read anew."""
    try:
        session().rollback()
    except DBAPIError:
        session().invalidate()


@contextmanager
def elsewhere() -> Iterator[None]:
    """Within the block work waits for something that may take seconds: without a connection, its deadline stopped."""
    pause()
    with deadline.stopped():
        yield


@contextmanager
def changing() -> Iterator[None]:
    """Within the block a transaction is open: nothing but the database may be waited for."""
    work = _work()
    work.is_changing = True
    try:
        yield
    finally:
        work.is_changing = False


def release() -> None:
    """End the work at hand and give its connection back; what it was answered stands, even if it breaks only now."""
    work = _work()
    ended, work.session = work.session, None
    if ended is None:
        return
    try:
        ended.close()
    except DBAPIError:
        ended.invalidate()


def is_sqlite() -> bool:
    """Return whether this application uses SQLite (the embedded form)."""
    return engine().dialect.name == "sqlite"


# The database cannot be reached. What is asked on a connection after it broke fails under the last of these names.
AWAY = (OperationalError, PoolTimeout, PendingRollbackError)


def is_collision(error: SQLAlchemyError) -> bool:
    """Whether PostgreSQL gave the transaction up for another's sake: serialization_failure, deadlock_detected."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40001", "40P01")


@contextmanager
def synced_at_the_end() -> Iterator[None]:
    """Within the block, SQLite does not wait for the disk at each commit; at its end everything is on it.

    Only for filling an empty database from one thread: after a power cut midway it is to be made anew.
    """
    if is_sqlite():
        _pragma("synchronous=OFF")
    try:
        yield
    finally:
        if is_sqlite():
            _pragma("synchronous=FULL", "wal_checkpoint(TRUNCATE)")


def _pragma(*pragmas: str) -> None:
    """Tell the pool's connection this, which the next session will get."""
    release()
    connection = engine().raw_connection()
    for pragma in pragmas:
        connection.cursor().execute(f"PRAGMA {pragma}")
    connection.close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # We say BEGIN ourselves, see _begin_sqlite.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
                   f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes its lock at once: a reader that turns writer later could only fail.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
