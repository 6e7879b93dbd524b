"""Restoring into SQLite: a new file is filled, verified and brought to the disk, then renamed over the old one."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import OperationalError

from dialogue import database
from dialogue.backup import rows
from dialogue.backup.archive import Archive
from dialogue.backup.files import sync, sync_folder
from dialogue.backup.refusal import Damaged, Refused
from dialogue.core import db

BESIDE = ("", "-wal", "-shm", "-journal")
INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


class _Fresh:
    refusals = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)

    def __init__(self, made: Path, place: Path) -> None:
        self._made, self._place = made, place
        self._connection = sqlite3.connect(made, isolation_level=None)
        # A power cut costs this file alone, which is then made anew.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._indexes = self._connection.execute(INDEXES).fetchall()
        for name, _sql in self._indexes:  # Made once at the end, they take half the time.
            self._connection.execute(f"DROP INDEX {rows.quoted(name)}")

    def load(self, table: Table, archive: Archive) -> None:
        name, places = rows.quoted(table.name), ", ".join("?" * len(table.columns))
        self._connection.execute(f"DELETE FROM {name}")  # noqa: S608 - What migrations put there is in the backup too.
        self._connection.execute("BEGIN")
        self._connection.executemany(
            f"INSERT INTO {name} ({rows.columns(table)}) VALUES ({places})",  # noqa: S608 - names of our own tables.
            rows.values(table, archive.lines(table.name)))
        self._connection.execute("COMMIT")

    def finish(self) -> None:
        for _name, sql in self._indexes:
            self._connection.execute(sql)
        if broken := self.select("PRAGMA foreign_key_check"):
            raise Damaged(f"{len(broken)} rows of the backup refer to rows that are missing. Nothing was changed.")

    def select(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def first_column(self, query: str) -> list[str]:
        return [row[0] for row in self.select(query)]

    def take_over(self) -> None:
        self.close()
        sync(self._made)
        _retire(self._place)
        os.replace(self._made, self._place)
        sync_folder(self._place.parent)

    def close(self) -> None:
        self._connection.close()


@contextmanager
def fresh(place: Path, url: str) -> Iterator[_Fresh]:
    """A new, empty database beside the one at `place`; `url` is that one's address."""
    made = place.with_name(f"{place.name}.restoring")
    _remove(made)  # An earlier restore may have been killed.
    try:
        _shape(made, url)
        target = _Fresh(made, place)
        try:
            yield target
        finally:
            target.close()
    except (sqlite3.OperationalError, OperationalError) as error:
        raise Refused(f"The new database could not be written ({error}). Nothing was changed.") from error
    finally:
        _remove(made)


def _shape(made: Path, url: str) -> None:
    os.close(os.open(made, os.O_WRONLY | os.O_CREAT, 0o600))
    db.connect(f"sqlite:///{made}")
    try:
        database.bring_up()
        db.release()
    finally:
        db.connect(url)


def _retire(place: Path) -> None:
    """Have the old database finish its write-ahead log: beside the new one, the log would be taken for its own."""
    if not place.exists():
        _remove(place)
        return
    connection = sqlite3.connect(place, isolation_level=None, timeout=0)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as busy:
        raise Refused("A program works with the database. End it first. Nothing was changed.") from busy
    except sqlite3.DatabaseError:  # It cannot be read, which may be why a backup is restored.
        _set_aside(place)
    finally:
        connection.close()


def _set_aside(place: Path) -> None:
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            os.replace(f"{place}{ending}", f"{place}.unreadable{ending}")


def _remove(path: Path) -> None:
    for ending in BESIDE:
        Path(f"{path}{ending}").unlink(missing_ok=True)
