"""How long work lets others go first, in a process where everybody runs in turn."""

import time

MOMENT = 1e-6  # Seconds.


def give_way() -> None:
    """Let everybody run who can, those too whom the network has just brought something.

    A sleep of nothing is not enough under gevent: it wakes who was ready before, and looks at the network only
    after fifty such turns (gevent's `CALLBACK_CHECK_COUNT`).
    """
    time.sleep(MOMENT)
