"""By when the work at hand has to be answered."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from dialogue.core import db, deadline, postgres
from dialogue.core.coalescing import Coalescer
from dialogue.core.errors import Unavailable


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def monotonic(self) -> float:
        """The moment."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The deadline's own clock."""
    moved = Clock()
    monkeypatch.setattr(deadline, "time", moved)
    yield moved
    deadline.end()


@contextmanager
def running() -> Iterator[None]:
    """Within the block the work has a deadline."""
    deadline.begin()
    try:
        yield
    finally:
        deadline.end()


def test_work_without_a_deadline_may_wait_for_ever() -> None:
    assert deadline.left() == math.inf
    assert deadline.for_a_lock() == -1


def test_work_has_less_time_the_longer_it_takes_and_never_less_than_none(clock: Clock) -> None:
    with running():
        assert deadline.left() == deadline.SECONDS
        clock.now += 3
        assert deadline.left() == deadline.for_a_lock() == deadline.SECONDS - 3
        clock.now += 100
        assert deadline.left() == 0
    assert deadline.left() == math.inf


def test_waiting_for_something_else_than_the_database_does_not_count(app: Flask, clock: Clock) -> None:
    with running():
        with db.elsewhere():
            clock.now += 60
        assert deadline.left() == deadline.SECONDS


def test_a_request_has_a_deadline_that_ends_with_it(app: Flask) -> None:
    seen: list[float] = []
    app.add_url_rule("/how-long", view_func=lambda: str(seen.append(deadline.left()) or ""))
    assert app.test_client().get("/how-long").status_code == 200
    assert 0 < seen[0] <= deadline.SECONDS
    assert deadline.left() == math.inf


def test_a_turn_that_does_not_come_is_refused_in_time(app: Flask, clock: Clock) -> None:
    held, over = threading.Event(), threading.Event()

    def work(asked: object) -> list[str]:
        held.set()
        assert over.wait(30)
        return ["done"]

    batch: Coalescer[str, str] = Coalescer(work)
    first = threading.Thread(target=batch.submit, args=("a",))
    first.start()
    assert held.wait(30)
    with running():
        clock.now += deadline.SECONDS
        with pytest.raises(Unavailable):
            batch.submit("b")
    over.set()
    first.join()
    assert batch.submit("c") == "done"


@pytest.mark.postgres
def test_the_pool_is_waited_for_no_longer_than_the_request_may(
        postgres_url: Callable[[], str], clock: Clock) -> None:
    engine = db.connect(postgres_url(), is_serving=True)
    pool = engine.pool
    assert isinstance(pool, postgres.Pool)
    assert pool.timeout() == 5
    with running():
        clock.now += deadline.SECONDS - 1
        assert pool.timeout() == 1
    engine.dispose()
