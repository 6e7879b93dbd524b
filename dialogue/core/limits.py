"""Rate limits, the same for pages and sockets."""

from flask import g, has_app_context
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from dialogue.core.application import PerApp
from dialogue.core.buckets import Buckets
from dialogue.core.errors import TooMany
from dialogue.core.hashed_keys import hashed_key
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.shared_limits import SharedLimiter

LIMITS: dict[str, RateLimitItem] = {
    "sign_in": parse("10 per minute"),  # Of an account at one network address.
    "sign_in_slow": parse("40 per 30 minutes"),  # Likewise.
    "sign_in_address": parse("60 per minute"),  # Of all accounts at one network address.
    "sign_in_account": parse("100 per 10 minutes"),  # Of an account at all network addresses; beyond that …
    "sign_in_sparse": parse("1 per 5 minutes"),  # … at each of them.
    "sign_in_device": parse("10 per minute"),  # Of a device that has signed in to the account before.
    "invitation": parse("20 per minute"),
    "register": parse("120 per minute"),
    "hall_address": parse("600 per minute"),  # A plenary hall shares one address …
    "hall_code": parse("3000 per minute"),  # … and five thousand people one code.
    "guest_vote": parse("30 per minute"),  # Votes taken by registration alone, at a network address in a hall …
    "guest_vote_hourly": parse("600 per hour"),  # … where several hundred may share one address.
    "wrong_code": parse("30 per minute"),
    "post": parse("30 per minute"),
    "press": parse("120 per minute"),
    "live": parse("240 per minute"),
    "public_address": parse("1200 per minute"),  # Unidentified sockets of one network address.
    "export": parse("20 per minute"),
    "compare": parse("60 per minute"),
}
OFTEN = frozenset({"post", "press", "live", "public_address"})  # Too frequent to ask Redis each time.
Limiter = MovingWindowRateLimiter | SharedLimiter


def _in_memory() -> Limiter:
    return MovingWindowRateLimiter(MemoryStorage())


_limiter = PerApp(_in_memory)
_buckets = PerApp(Buckets)


def connect(redis_url: str | None) -> None:
    """Count in Redis for several workers, else in this process."""
    _limiter.set(SharedLimiter(redis_url) if redis_url else _in_memory())
    _buckets.set(Buckets())


def _counter(what: str) -> Limiter | Buckets:
    return _buckets() if what in OFTEN else _limiter()


def _is_lifted() -> bool:
    """Tell whether limits are lifted for the current person: guests of a rehearsal have no place outside it."""
    return has_app_context() and getattr(g.get("person"), "is_rehearsing", False)


def throttle(what: str, who: str) -> None:
    """Count one more `what` by `who`, an account if there is one: a mission shares one address. Raises TooMany."""
    if not _is_lifted() and not _counter(what).hit(LIMITS[what], what, hashed_key(what, who)):
        raise TooMany(_("That was too often in a short time. Wait a minute, then press again."))


def refuse_if_exhausted(what: str, who: str) -> None:
    """Raise TooMany if `throttle` would, without counting: for tries of which only the failed ones count."""
    if not _counter(what).test(LIMITS[what], what, hashed_key(what, who)):
        raise TooMany(_("That was too often in a short time. Wait a minute, then press again."))
