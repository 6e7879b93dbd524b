"""The lock of an installation: serving processes and backups share it, a restore holds it alone.

On SQLite it is a file lock beside the database; on PostgreSQL an advisory lock of a connection that stays open. Both
end with the process, however it ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.engine import make_url

from dialogue.core.application import PerApp

POSTGRES_LOCK = 0x6469616C6F677565  # "dialogue", as a number.


class InUse(Exception):
    """The lock is held in a way that excludes ours."""

    def __str__(self) -> str:
        """Say what to do."""
        return "A backup is being restored here. Start Dialogue again when that has ended."


class _Lock(Protocol):
    def take(self, *, alone: bool) -> bool:
        """Try to get the lock; at once."""

    def is_held(self) -> bool:
        """Whether it still holds."""

    def close(self) -> None:
        """Give it back."""


class _FileLock:
    """A lock on a file beside the SQLite database."""

    def __init__(self, database: Path) -> None:
        self._descriptor = os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, *, alone: bool) -> bool:
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_held(self) -> bool:
        return True

    def close(self) -> None:
        os.close(self._descriptor)


class _AdvisoryLock:
    """A lock of one PostgreSQL connection."""

    def __init__(self, url: str) -> None:
        from dialogue.core import postgres  # Its driver is not loaded where SQLite is all there is.

        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = postgres.Bounded.connect(address, autocommit=True, **postgres.BOUNDS)

    def take(self, *, alone: bool) -> bool:
        ask = "SELECT pg_try_advisory_lock(%s)" if alone else "SELECT pg_try_advisory_lock_shared(%s)"
        row: Any = self._connection.execute(ask, [POSTGRES_LOCK]).fetchone()
        return bool(row[0])

    def is_held(self) -> bool:
        from psycopg import Error

        try:
            self._connection.execute("SELECT 1")
        except Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()


class _Shared:
    """The lock that an application shares while it is served."""

    url = ""
    lock: _Lock | None = None


_shared = PerApp(_Shared)


def share(url: str) -> None:
    """Share the lock from now on. Raises InUse while a restore holds it."""
    shared = _shared()
    shared.url, shared.lock = url, _taken(url, alone=False)


def keep() -> None:
    """Take the lock again if its connection broke. Raises InUse, and what the database raises while it is away."""
    shared = _shared()
    if shared.lock is None and not shared.url:
        return
    if shared.lock is None or not shared.lock.is_held():
        lost, shared.lock = shared.lock, None
        if lost is not None:
            with suppress(Exception):
                lost.close()
        shared.lock = _taken(shared.url, alone=False)


@contextmanager
def held(url: str, *, alone: bool) -> Iterator[None]:
    """Hold the lock within the block, alone or with others. Raises InUse."""
    lock = _taken(url, alone=alone)
    try:
        yield
    finally:
        lock.close()


def _taken(url: str, *, alone: bool) -> _Lock:
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite"
    lock: _Lock = _FileLock(Path(address.database or "dialogue")) if is_file else _AdvisoryLock(url)
    if not lock.take(alone=alone):
        lock.close()
        raise InUse
    return lock
