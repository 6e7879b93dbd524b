"""A bucket gives what is in it, and fills again drop by drop."""

import pytest
from limits import parse

from dialogue.core import buckets
from dialogue.core.buckets import Buckets

TEN = parse("10 per minute")


class Clock:
    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that stands still until it is moved."""
    held = Clock()
    monkeypatch.setattr(buckets.time, "monotonic", lambda: held.now)
    return held


def test_a_full_bucket_gives_its_amount_at_once_and_no_more(clock: Clock) -> None:
    bucket = Buckets()
    assert [bucket.hit(TEN, "post", "a") for _ in range(12)] == [True] * 10 + [False] * 2
    assert bucket.hit(TEN, "post", "b")


def test_it_fills_evenly_and_never_above_its_rim(clock: Clock) -> None:
    bucket = Buckets()
    for _ in range(10):
        bucket.hit(TEN, "post", "a")
    clock.now += 5.9
    assert not bucket.test(TEN, "post", "a")
    clock.now += 0.2
    assert bucket.hit(TEN, "post", "a")
    clock.now += 3600
    assert [bucket.hit(TEN, "post", "a") for _ in range(11)] == [True] * 10 + [False]


def test_what_was_refused_costs_nothing(clock: Clock) -> None:
    bucket = Buckets()
    for _ in range(50):
        bucket.hit(TEN, "post", "a")
    clock.now += 6.1
    assert bucket.hit(TEN, "post", "a")


def test_full_buckets_are_forgotten_and_no_others(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "FULL_SWEEP", 100)
    bucket = Buckets()
    for n in range(100):
        bucket.hit(TEN, "post", f"{n}")
    for _ in range(3):
        bucket.hit(TEN, "post", "busy")
    clock.now += 7  # One drip takes six seconds.
    bucket.hit(TEN, "post", "one more")
    assert {who for _what, who in bucket._full_at} == {"busy", "one more"}
    assert [bucket.hit(TEN, "post", "busy") for _ in range(9)] == [True] * 8 + [False]


def test_while_none_is_full_they_are_looked_through_every_few_seconds_only(
        clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "FULL_SWEEP", 100)
    bucket, sweeps = Buckets(), []
    monkeypatch.setattr(bucket, "_forget_the_full", lambda now: sweeps.append(now) or setattr(bucket, "_swept_at", now))
    for n in range(600):
        bucket.hit(TEN, "post", f"{n}")
        clock.now += 0.01
    assert len(sweeps) == 1
