"""Limits that several workers count together, and what becomes of them while Redis is away."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis as Client

from dialogue.core import limits, shared_limits
from dialogue.core.db import new_id
from dialogue.core.errors import TooMany
from dialogue.core.limits import LIMITS
from dialogue.core.shared_limits import SharedLimiter
from tests.servers import Redis


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis of the test's own, which it may stop."""
    started = Redis()
    yield started
    started.server.stop()


def tries(ask: Callable[[], bool], most: int = 200) -> int:
    """Count the requests until one is refused."""
    return next(n for n in range(most) if not ask())


def test_two_workers_count_together(redis: Redis) -> None:
    one, other = SharedLimiter(redis.url), SharedLimiter(redis.url)
    item, who = LIMITS["post"], new_id()
    assert tries(lambda: one.hit(item, who) and other.hit(item, who)) == 15
    assert not one.test(item, who)
    assert other.test(item, new_id())


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGSTOP])
def test_limits_hold_without_waiting_while_redis_is_away(redis: Redis, ending: signal.Signals) -> None:
    limits.connect(redis.url)
    who = new_id()
    limits.throttle("wrong_code", who)
    os.kill(redis.server.pid, ending)
    began = time.monotonic()
    try:
        for _ in range(30):
            limits.throttle("wrong_code", who)
        with pytest.raises(TooMany):
            limits.throttle("wrong_code", who)
    finally:
        limits.connect(None)
        if ending is signal.SIGSTOP:
            os.kill(redis.server.pid, signal.SIGCONT)
    assert time.monotonic() - began < 0.5  # One of them waited, and briefly.


def test_counting_together_goes_on_when_redis_is_back(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_limits, "ALONE", 0.05)
    one, other = SharedLimiter(redis.url), SharedLimiter(redis.url)
    item, who = LIMITS["wrong_code"], new_id()
    os.kill(redis.server.pid, signal.SIGSTOP)
    assert one.hit(item, who)
    os.kill(redis.server.pid, signal.SIGCONT)
    time.sleep(0.1)
    assert tries(lambda: one.hit(item, who)) == 30
    assert not other.hit(item, who)


POISONS: list[tuple[str, tuple[object, ...]]] = [
    ("set", ("text",)), ("set", ("9" * 400,)), ("hset", ("a", "b")), ("zadd", ({"a": 1},)), ("sadd", ("a",)),
    ("rpush", ("text",) * 12), ("rpush", ("nan",) * 12), ("rpush", ("-1e400",) * 12), ("rpush", (b"\xff",) * 12),
    ("rpush", ("1e999",) * 12), ("rpush", ("",) * 40)]


@pytest.mark.parametrize(("command", "details"), POISONS)
def test_a_forged_counter_fails_no_request(redis: Redis, command: str, details: tuple[object, ...]) -> None:
    limits.connect(redis.url)
    client = Client.from_url(redis.url)
    try:
        limits.throttle("sign_in", "somebody")
        (key,) = client.keys()
        client.delete(key)
        getattr(client, command)(key, *details)
        for ask in (limits.refuse_if_exhausted, limits.throttle):
            with suppress(TooMany):
                ask("sign_in", "somebody")
    finally:
        limits.connect(None)


@settings(max_examples=100)
@given(answer=st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
       | st.lists(st.none() | st.integers() | st.binary() | st.text(), max_size=3))
def test_an_answer_of_another_shape_fails_no_request(answer: object) -> None:
    limiter = SharedLimiter("redis://127.0.0.1:1/0")
    for script in ("lua_moving_window", "lua_acquire_moving_window"):
        setattr(limiter._shared.storage, script, lambda _keys, _details: answer)
    for ask in (limiter.hit, limiter.test):
        limiter._alone_until = 0.0
        assert isinstance(ask(LIMITS["sign_in"], "somebody"), bool)
