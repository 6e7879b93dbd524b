"""Token buckets, counted in this process.

They limit requests that come many times a minute: asking Redis each time would cost more than most such requests. With
several workers a person may therefore use the limit at each of them.
"""

import time

from limits import RateLimitItem

FULL_SWEEP = 50_000  # Buckets kept before the full ones are forgotten: they say nothing.
SWEEP_EVERY = 5.0  # Seconds, at least: to look through so many takes ten milliseconds.
A_TRIFLE = 1e-6  # Seconds that sums of moments may be off.


class Buckets:
    """One bucket for each limit and person, stored as the moment when it will be full again."""

    def __init__(self) -> None:
        self._full_at: dict[tuple[str, ...], float] = {}
        self._swept_at = 0.0

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Take one token. Return whether there was one."""
        now = time.monotonic()
        full_at = self._after_one(item, who, now)
        if full_at > now + item.get_expiry() + A_TRIFLE:
            return False
        if len(self._full_at) >= FULL_SWEEP and now - self._swept_at >= SWEEP_EVERY:
            self._forget_the_full(now)
        self._full_at[who] = full_at
        return True

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Tell whether there is a token to take."""
        now = time.monotonic()
        return self._after_one(item, who, now) <= now + item.get_expiry() + A_TRIFLE

    def _after_one(self, item: RateLimitItem, who: tuple[str, ...], now: float) -> float:
        """Return when the bucket would be full again after taking a token; an empty one is a whole period away."""
        return max(now, self._full_at.get(who, now)) + item.get_expiry() / item.amount

    def _forget_the_full(self, now: float) -> None:
        self._swept_at = now
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
