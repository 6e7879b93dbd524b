"""Erasing from the database's files what was removed from its tables.

SQLite overwrites removed cells (`secure_delete`), but its write-ahead log keeps the old pages until it is truncated.
PostgreSQL keeps removed rows until VACUUM; docs/operating.md says what it keeps longer.
"""

from collections.abc import Collection
from typing import Any

from dialogue.core import db

_due: set[str] = set()  # Tables that lost rows since they were last erased from the files.
_log_due = True  # SQLite's log; a killed process may have left its erasing to the next one.


def note(tables: Collection[str]) -> None:
    """Note that rows or words were removed from these tables, so that the next `scrub` erases them."""
    global _log_due  # noqa: PLW0603 - whether the database's files still hold what was deleted.
    if tables:
        _due.update(tables)
        _log_due = True


def scrub(tables: Collection[str] | None = None) -> bool:
    """Erase what was removed from these tables, or from all. False if readers were in the way: try again later."""
    global _log_due  # noqa: PLW0603
    wanted = _due & set(tables) if tables is not None else set(_due)
    if not (_log_due if db.is_sqlite() else wanted):
        return True
    db.session().commit()  # Our own reading would be in the way.
    _due.difference_update(wanted)
    _log_due = done = False
    try:
        done = _erase(sorted(wanted))
    finally:
        if not done:
            _due.update(wanted)
            _log_due = True
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
    try:
        driver.execute(f"VACUUM {', '.join(tables)}")
    finally:
        driver.autocommit = False
    return True
