"""Erasing from the database's files what was removed from its tables.

Deleted rows and replaced words are noted by the statement that did it, once its transaction is committed, so that no
action has to remember to. `scrub` erases what was noted; the serving process calls it now and then.

SQLite overwrites removed cells (`secure_delete`), but its write-ahead log keeps the old pages until it is truncated.
PostgreSQL keeps removed rows until VACUUM; docs/operating.md says what it keeps longer.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Engine, Enum, String, event

from dialogue.core import db
from dialogue.core.application import PerApp

SHORTEST = 65  # Characters. Ids, kinds and digests are shorter than any column for words.
VACUUM_SECONDS = 600
_REMOVES = re.compile(r'\s*(?:DELETE FROM|UPDATE) "?(\w+)"?(?: SET (.*?)(?: WHERE | RETURNING |\Z))?', re.DOTALL)


class _Due:
    """The tables whose deleted texts are still to be erased from the database's files."""

    def __init__(self) -> None:
        self.tables: set[str] = set()  # They lost rows since they were last erased.
        self.log = True  # SQLite's log; a killed process may have left its erasing to the next one.


_due = PerApp(_Due)


def watch(engine: Engine) -> None:
    """Note from now on what this engine's committed statements removed."""
    event.listen(engine, "after_cursor_execute", _look)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)


def _look(connection: Any, _cursor: Any, statement: str, *_rest: object) -> None:
    table = loses(statement)
    if table is not None:
        connection.info.setdefault("removed_from", set()).add(table)


def _commit(connection: Any) -> None:
    note(connection.info.pop("removed_from", ()))


def _forget(connection: Any) -> None:
    if not connection.invalidated:  # A broken connection has lost its notes, and may not be asked for them.
        connection.info.pop("removed_from", None)


@lru_cache(maxsize=2000)  # Statements are few; their values are not part of them.
def loses(statement: str) -> str | None:
    """The table of which the statement deletes rows or replaces words, if it does."""
    found = _REMOVES.match(statement)
    table = db.Base.metadata.tables.get(found[1]) if found else None
    if found is None or table is None:
        return None
    replaced = [table.columns.get(name) for name in re.findall(r"(\w+)\s*=", found[2] or "")]
    is_loss = found[2] is None or any(column is not None and holds_words(column) for column in replaced)
    return table.name if is_loss else None


def holds_words(column: Column[Any]) -> bool:
    """Whether the column may hold what a person wrote."""
    kind = column.type
    if isinstance(kind, String) and not isinstance(kind, Enum):
        return kind.length is None or kind.length >= SHORTEST
    return isinstance(kind, JSON)


def note(tables: Collection[str]) -> None:
    """Note that rows or words were removed from these tables, so that the next `scrub` erases them."""
    if tables:
        due = _due()
        due.tables.update(tables)
        due.log = True


def is_due() -> bool:
    """Tell whether this process noted something to erase."""
    return _due().log if db.is_sqlite() else bool(_due().tables)


def scrub(tables: Collection[str] | None = None) -> bool:
    """Erase what was removed from these tables, or from all. False if readers were in the way: try again later."""
    due = _due()
    wanted = due.tables & set(tables) if tables is not None else set(due.tables)
    if not (due.log if db.is_sqlite() else wanted):
        return True
    db.session().commit()  # Our own reading would be in the way.
    due.tables.difference_update(wanted)
    due.log = done = False
    try:
        done = _erase(sorted(wanted))
    finally:
        if not done:
            due.tables.update(wanted)
            due.log = True
    return done


def _erase(tables: Collection[str]) -> bool:
    connection = db.engine().raw_connection()
    try:
        return _truncate_log(connection) if db.is_sqlite() else _vacuum(connection, tables)
    finally:
        connection.close()


def _truncate_log(connection: Any) -> bool:
    """SQLite: move everything from the write-ahead log into the database, where deleted rows are overwritten."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")  # Waiting in SQLite would hold the loop.
    try:
        busy, _frames, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        cursor.execute(f"PRAGMA busy_timeout={db.BUSY_SECONDS * 1000}")
    return not busy


def _vacuum(connection: Any, tables: Collection[str]) -> bool:
    """PostgreSQL: remove deleted rows from the tables' files."""
    driver = connection.driver_connection
    driver.rollback()
    driver.autocommit = True
    driver.patience = VACUUM_SECONDS  # See core/postgres.py: a large table takes longer than a request may.
    try:
        driver.execute(f"SET statement_timeout = '{VACUUM_SECONDS}s'")
        driver.execute(f"VACUUM {', '.join(tables)}")
    finally:
        driver.execute("RESET statement_timeout")
        driver.autocommit = False
    return True
