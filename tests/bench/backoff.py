"""How long clients wait before they come back: the rule of docs/protocol.md, as our pages keep it."""

import random

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds


def wait_before(attempt: int, lot: random.Random) -> float:
    """Seconds to wait before an attempt (0, 1, 2 …): doubled each time, half more or less by chance, at most 15."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt, 10) * lot.uniform(0.5, 1.5))
