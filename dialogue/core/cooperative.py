"""Cooperative scheduling: long work yields to other greenlets."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

MOMENT = 1e-6  # Seconds.
AT_A_STRETCH = 500
Thing = TypeVar("Thing")


def yield_now() -> None:
    """Yield to the event loop, pending I/O included.

    Under gevent `sleep(0)` is not enough: it runs greenlets that were ready before, and polls the network only after
    fifty such turns (gevent's `CALLBACK_CHECK_COUNT`).
    """
    time.sleep(MOMENT)


def cooperatively(things: Iterable[Thing]) -> Iterator[Thing]:
    """Iterate over things, yielding to the event loop now and then."""
    for n, thing in enumerate(things, start=1):
        yield thing
        if n % AT_A_STRETCH == 0:
            yield_now()
