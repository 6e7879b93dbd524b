"""Counting that several workers share in Redis, and that each does alone while Redis is away."""

import logging
import time

from limits import RateLimitItem
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from dialogue.core import db, redis

log = logging.getLogger(__name__)
UNREADABLE = (ValueError, TypeError, IndexError, OverflowError)  # What an answer of another shape raises.
PATIENCE = 0.1  # Seconds a request waits for Redis, at most twice: to connect, and for the answer.
ALONE = 5.0  # Seconds this process counts alone after Redis gave no answer.


class SharedLimiter:
    """Counts in Redis. Without an answer in time, counts in this process's memory for a while: callers do not wait.

    The count in memory begins at zero, so a person may use the limit once more at each worker.
    """

    def __init__(self, url: str) -> None:
        self._shared = MovingWindowRateLimiter(RedisStorage(url, redis.pool(url, patience=PATIENCE)))
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._alone_until = 0.0

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Count one more; whether it is within the limit."""
        return self._ask("hit", item, who)

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Whether one more would be within the limit."""
        return self._ask("test", item, who)

    def _ask(self, question: str, item: RateLimitItem, who: tuple[str, ...]) -> bool:
        if self._may_ask_redis():
            db.pause()  # Redis may take its time; the database's connections are not to wait for it.
            try:
                answer: bool = getattr(self._shared, question)(item, *who)
            except (*redis.AWAY, *UNREADABLE):
                log.warning("redis unavailable: rate limits are counted by each process alone")
                self._alone_until = time.monotonic() + ALONE
            else:
                self._alone_until = 0.0
                return answer
        return bool(getattr(self._own, question)(item, *who))

    def _may_ask_redis(self) -> bool:
        if time.monotonic() < self._alone_until:
            return False
        if self._alone_until:
            self._alone_until = time.monotonic() + ALONE  # One tries; the others go on alone until it knows.
        return True
