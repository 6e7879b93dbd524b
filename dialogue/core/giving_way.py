"""How long work lets others go first, in a process where everybody runs in turn."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

MOMENT = 1e-6  # Seconds.
AT_A_STRETCH = 500
Thing = TypeVar("Thing")


def give_way() -> None:
    """Let everybody run who can, those too whom the network has just brought something.

    A sleep of nothing is not enough under gevent: it wakes who was ready before, and looks at the network only
    after fifty such turns (gevent's `CALLBACK_CHECK_COUNT`).
    """
    time.sleep(MOMENT)


def giving_way(things: Iterable[Thing]) -> Iterator[Thing]:
    """These things one after the other, letting others run now and then."""
    for n, thing in enumerate(things, start=1):
        yield thing
        if n % AT_A_STRETCH == 0:
            give_way()
