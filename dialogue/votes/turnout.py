"""How many have voted, as it is told while a ballot is open.

Of a secret ballot the figure stays for a second, whoever asks and however: at finer steps its moments would tell who
has just voted.
"""

import time
from typing import NamedTuple

PACE = 1.0  # Seconds.


class _Told(NamedTuple):
    at: float
    cast: int


_told: dict[str, _Told] = {}


def told(ballot_id: str, cast: int, *, is_secret: bool) -> int:
    """What to tell of an open ballot in which `cast` have voted by now."""
    if not is_secret:
        return cast
    now = time.monotonic()
    last = _told.get(ballot_id)
    if last is not None and now - last.at < PACE:
        return last.cast
    for old in [id for id, told in _told.items() if now - told.at >= PACE]:
        _told.pop(old, None)  # Unless another thread was quicker.
    # Who asked earlier may come here later: a turnout does not go back.
    _told[ballot_id] = _Told(now, max(cast, last.cast if last else 0))
    return _told[ballot_id].cast
