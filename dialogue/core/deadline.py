"""By when the work at hand has to be answered: a request or a socket event as a whole, however often it waits.

Work without a deadline (publishing, commands) waits as long as each single wait allows.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 8.0  # With the margin of a last connection attempt, an answer comes within ten.


class _Work(threading.local):
    """When the work of this thread (or greenlet) ends."""

    at = math.inf


_work = _Work()


def begin(seconds: float = SECONDS) -> None:
    """Have the work from here on end in time."""
    _work.at = time.monotonic() + seconds


def end() -> None:
    """The work is over; what comes next has no deadline until it begins."""
    _work.at = math.inf


@contextmanager
def running(seconds: float = SECONDS) -> Iterator[None]:
    """Within the block the work ends in time."""
    begin(seconds)
    try:
        yield
    finally:
        end()


@contextmanager
def stopped() -> Iterator[None]:
    """Within the block something other than the database is waited for: that does not count."""
    began = time.monotonic()
    try:
        yield
    finally:
        _work.at += time.monotonic() - began


def left() -> float:
    """Seconds that may still be waited for something; infinite without a deadline."""
    return max(0.0, _work.at - time.monotonic())


def for_a_lock() -> float:
    """The same as `threading.Lock.acquire` takes it as its timeout."""
    seconds = left()
    return -1 if seconds == math.inf else seconds
