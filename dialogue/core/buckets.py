"""Token buckets: so much at once, and then as fast as it drips; counted in this process, in no time.

For what people do many times a minute. Asking another service each time would cost more than most of what is asked;
with several workers somebody may do as much at each of them.
"""

import time

from limits import RateLimitItem

FULL_SWEEP = 50_000  # Buckets kept before the full ones are forgotten: they say nothing.
SWEEP_EVERY = 5.0  # Seconds, at least: to look through so many takes ten milliseconds.
A_TRIFLE = 1e-6  # Seconds that sums of moments may be off.


class Buckets:
    """One bucket for each limit and each who, kept as the moment when it will be full again."""

    def __init__(self) -> None:
        self._full_at: dict[tuple[str, ...], float] = {}
        self._swept_at = 0.0

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Take one; whether there was one to take."""
        now = time.monotonic()
        full_at = self._after_one(item, who, now)
        if full_at > now + item.get_expiry() + A_TRIFLE:
            return False
        if len(self._full_at) >= FULL_SWEEP and now - self._swept_at >= SWEEP_EVERY:
            self._forget_the_full(now)
        self._full_at[who] = full_at
        return True

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Whether there is one to take."""
        now = time.monotonic()
        return self._after_one(item, who, now) <= now + item.get_expiry() + A_TRIFLE

    def _after_one(self, item: RateLimitItem, who: tuple[str, ...], now: float) -> float:
        """When the bucket would be full again, were one taken now; an empty one is a whole period away from it."""
        return max(now, self._full_at.get(who, now)) + item.get_expiry() / item.amount

    def _forget_the_full(self, now: float) -> None:
        self._swept_at = now
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
