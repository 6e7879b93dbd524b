"""One moment of the database, read while work goes on: a reader holds up no writer, and sees halves of none."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from dialogue.backup import rows
from dialogue.backup.refusal import Refused
from dialogue.core import db

AT_ONCE = 1000  # Rows fetched together: some milliseconds of work.


class Snapshot(Protocol):
    """A moment of the database."""

    def lines(self, table: Table) -> Iterator[bytes]:
        """A table's rows as lines; each piece ends with the end of one."""

    def first_column(self, query: str) -> list[str]:
        """The first column of what a query finds."""


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # The first reading fixes the moment.

    def lines(self, table: Table) -> Iterator[bytes]:
        cursor = self._connection.execute(rows.sqlite_select(table))
        while found := cursor.fetchmany(AT_ONCE):
            yield "".join([f"{line}\n" for (line,) in found]).encode()

    def first_column(self, query: str) -> list[str]:
        return [row[0] for row in self._connection.execute(query)]


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.rollback()
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL timezone = 'UTC'")
        connection.execute("SELECT 1").fetchone()  # The first query fixes the moment.

    def lines(self, table: Table) -> Iterator[bytes]:
        with self._connection.cursor().copy(rows.postgres_copy(table)) as copy:
            gathered = bytearray()
            for line in copy:
                gathered += line
                if len(gathered) > rows.PIECE:
                    yield bytes(gathered)
                    gathered.clear()
            yield bytes(gathered)

    def first_column(self, query: str) -> list[str]:
        return [row[0] for row in self._connection.execute(query)]


def driver_errors() -> type[Exception]:
    """What the database's driver raises."""
    error: type[Exception] = db.engine().dialect.loaded_dbapi.Error
    return error


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as it is now, until the block ends. Raises Refused when it cannot be read."""
    try:
        with _connected() as connection:
            yield _Sqlite(connection) if db.is_sqlite() else _Postgres(connection)
    except (driver_errors(), DBAPIError) as error:
        raise Refused(f"The database could not be read ({type(error).__name__}).") from error


@contextmanager
def _connected() -> Iterator[Any]:
    pooled = db.engine().raw_connection()
    connection: Any = pooled.driver_connection
    try:
        yield connection
    finally:
        with suppress(driver_errors()):  # The connection may be gone.
            connection.rollback()
            if db.is_sqlite():  # What was written meanwhile waits in the log; else the server's next commit moves it.
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        pooled.close()
