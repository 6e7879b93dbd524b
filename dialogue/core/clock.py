"""Time enters by this door only, so that tests and the sample dialogue can hold it still."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class _Held(threading.local):
    moment: datetime | None = None


_held = _Held()


def now() -> datetime:
    """The present moment, in UTC."""
    return _held.moment or datetime.now(UTC)


def held() -> datetime | None:
    """The moment the clock is held at for this thread, or none while it runs."""
    return _held.moment


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Within the block, and for this thread alone, it is this moment."""
    before, _held.moment = _held.moment, moment
    try:
        yield
    finally:
        _held.moment = before
