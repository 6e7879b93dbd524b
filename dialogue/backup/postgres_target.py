"""Restoring into PostgreSQL: one transaction empties the tables and fills them.

Until it is committed the old rows are what is there, also when the restore is killed: PostgreSQL keeps their files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Table, inspect

from dialogue import database
from dialogue.backup import rows
from dialogue.backup.archive import Archive
from dialogue.backup.refusal import Refused
from dialogue.core import db

PATIENCE = "10s"  # For locks that others hold on the tables.


class _Emptied:
    refusals = (psycopg.IntegrityError, psycopg.DataError)

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute("SET LOCAL timezone = 'UTC'")
        connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        names = ", ".join(rows.quoted(table.name) for table in database.every_table().sorted_tables)
        connection.execute(f"TRUNCATE {names}")

    def load(self, table: Table, archive: Archive) -> None:
        statement = f"COPY {rows.quoted(table.name)} ({rows.columns(table)}) FROM STDIN"
        with self._connection.cursor().copy(statement) as copy:
            for piece in archive.table(table.name):
                copy.write(piece)

    def finish(self) -> None:
        """Every constraint was checked while loading."""

    def select(self, query: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(query).fetchall())

    def first_column(self, query: str) -> list[str]:
        return [row[0] for row in self.select(query)]

    def take_over(self) -> None:
        self._connection.commit()
        self._connection.execute("ANALYZE")
        self._connection.commit()


@contextmanager
def emptied() -> Iterator[_Emptied]:
    """The connected database's tables, empty for this transaction alone."""
    _bring_up_if_bare()
    pooled = db.engine().raw_connection()
    connection: Any = pooled.driver_connection
    try:
        yield _Emptied(connection)
    except psycopg.errors.LockNotAvailable as error:
        raise Refused("A program works with the database. End it first. Nothing was changed.") from error
    except psycopg.OperationalError as error:
        raise Refused("The database went away or has no room. Nothing was changed.") from error
    finally:
        connection.rollback()
        pooled.close()


def _bring_up_if_bare() -> None:
    """Make the tables of an empty database. Raises Refused where there are tables of another version."""
    if not inspect(db.engine()).has_table("alembic_version"):
        database.bring_up()
        return
    with db.engine().connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if ",".join(sorted(found)) != database.head():
        raise Refused(f"The database has revision {','.join(found)}, this Dialogue {database.head()}. "
                      "Run “flask db upgrade” first. Nothing was changed.")
