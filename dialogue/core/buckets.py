"""Token buckets: so much at once, and then as fast as it drips; counted in this process, in no time.

For what people do many times a minute. Asking another service each time would cost more than most of what is asked;
with several workers somebody may do as much at each of them.
"""

import time

from limits import RateLimitItem

FULL_SWEEP = 50_000  # Buckets kept before the full ones are forgotten: they say nothing.


class Buckets:
    """One bucket for each limit and each who: how full it was, and when."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, ...], tuple[float, float]] = {}

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Take one; whether there was one to take."""
        now = time.monotonic()
        level = self._level(item, who, now)
        if level < 1:
            return False
        if len(self._levels) >= FULL_SWEEP:
            self._forget_the_full(item, now)
        self._levels[who] = level - 1, now
        return True

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Whether there is one to take."""
        return self._level(item, who, time.monotonic()) >= 1

    def _level(self, item: RateLimitItem, who: tuple[str, ...], now: float) -> float:
        level, at = self._levels.get(who, (float(item.amount), now))
        return min(float(item.amount), level + (now - at) * item.amount / item.get_expiry())

    def _forget_the_full(self, item: RateLimitItem, now: float) -> None:
        old = now - item.get_expiry()
        self._levels = {who: (level, at) for who, (level, at) in self._levels.items() if at > old}
