"""Seconds as a machine with nothing else to do would take: without those in which a process waited for a processor.

Linux counts for each thread how long it was ready to run and did not. Elsewhere the plain seconds are told.
"""

import time
from pathlib import Path


class Stopwatch:
    """Measures one thing that this thread and the main threads of some processes do in turn."""

    def __init__(self, *pids: int) -> None:
        self._counts = [Path("/proc/thread-self/schedstat"), *(Path(f"/proc/{pid}/schedstat") for pid in pids)]
        self._queued = self._seconds_queued()
        self._began = time.monotonic()

    def seconds(self) -> float:
        """The seconds since it was made."""
        return max(0.0, time.monotonic() - self._began - (self._seconds_queued() - self._queued))

    def _seconds_queued(self) -> float:
        return sum(_queued(counts) for counts in self._counts)


def _queued(counts: Path) -> float:
    try:
        return int(counts.read_text().split()[1]) / 1e9
    except (OSError, IndexError):  # The process has ended, or this is not Linux.
        return 0.0
