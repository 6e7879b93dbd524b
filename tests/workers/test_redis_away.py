"""Redis only makes it sooner: stopped, paused or restarted, nothing is lost and nobody waits."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dialogue.core.db import new_id
from tests.workers.conftest import Cluster
from tests.workers.wire import Line
from tests.world import World

Lines = Callable[..., Line]
AT_MOST = 2.5  # Seconds a reader waits: the look every two, and the way there.


@contextmanager
def paused(cluster: Cluster) -> Iterator[None]:
    """Redis takes connections and answers nobody."""
    os.kill(cluster.redis.server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(cluster.redis.server.pid, signal.SIGCONT)


@contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    """Redis is gone."""
    cluster.redis.server.kill()
    try:
        yield
    finally:
        cluster.restart_redis()


@pytest.mark.parametrize("away", [paused, stopped])
def test_without_redis_writes_do_not_wait_and_readers_wait_two_seconds(
        cluster: Cluster, world: World, lines: Lines, away: Callable[..., object], *, soak: bool) -> None:
    room = world.room()
    here, there = (lines(worker, world.member(room)) for worker in cluster.workers)
    for line in (here, there):
        line.ask("stream.join", stream=room.id)

    def say(text: str) -> tuple[float, float]:
        """Say something here; the seconds until it was acknowledged, and until it was heard there."""
        began = time.monotonic()
        said = here.ask("contribution.post", stream=room.id, key=new_id(), text=text)
        acknowledged = time.monotonic() - began
        assert there.until(lambda: said["seq"] in there.seqs(), 10)
        return acknowledged, time.monotonic() - began

    usual = max(say(f"before {n}")[0] for n in range(3))
    with away(cluster):  # type: ignore[attr-defined]
        during = [say(f"during {n}") for n in range(25 if soak else 2)]  # Of two seconds each.
    assert max(acknowledged for acknowledged, _heard in during) <= usual + 0.4  # 200 ms, on a busy machine.
    assert max(heard for _acknowledged, heard in during) <= AT_MOST
    back = time.monotonic()
    while say("after")[1] > 0.5 or say("after")[1] > 0.5:
        assert time.monotonic() - back < 5
    assert here.until(lambda: here.seqs() == there.seqs())
    assert there.seqs() == sorted(set(there.seqs()))
