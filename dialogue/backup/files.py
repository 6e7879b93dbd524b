"""Files that are there whole or not at all, readable to their owner alone."""

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dialogue.backup.refusal import Refused

STEP = 4_000_000  # Bytes between two waits for the disk: what piles up unwritten would hold up the server's commits.


class _Steady(io.FileIO):
    """A file that is brought to the disk as it is written."""

    _unsynced = 0

    def write(self, data: Any) -> int:
        """Write all of it."""
        view = memoryview(data)
        for start in range(0, len(view), STEP):
            self._write_all(view[start:start + STEP])
        return len(view)

    def _write_all(self, view: memoryview) -> None:
        while view:
            written = super().write(view) or 0
            view = view[written:]
            self._unsynced += written
        if self._unsynced >= STEP:
            os.fdatasync(self.fileno())
            self._unsynced = 0


@contextmanager
def whole(target: Path) -> Iterator[io.FileIO]:
    """A file that gets its name only when the block ends well. Raises Refused when another process writes it."""
    partial = target.with_name(f"{target.name}.partial")
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT, 0o600)
    with _Steady(descriptor, "wb") as file:
        _claim(descriptor, target)
        try:
            os.ftruncate(descriptor, 0)
            os.fchmod(descriptor, 0o600)
            yield file
            os.fsync(descriptor)
            os.replace(partial, target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


def _claim(descriptor: int, target: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused(f"Another process is writing {target} just now.") from None


def sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's list of names is on the disk."""
    sync(folder)
