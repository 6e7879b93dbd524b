"""Rate limits of a client that uses more than one worker."""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.workers.conftest import Cluster
from tests.workers.wire import Line
from tests.world import World

Lines = Callable[..., Line]


def status(url: str, path: str) -> int:
    """What a page answers."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path)
    answered = connection.getresponse().status
    connection.close()
    return answered


def test_what_is_seldom_is_counted_over_all_workers_together(cluster: Cluster, world: World) -> None:
    assert world.app
    answers = [status(cluster.urls[n % 2], "/agenda.ics") for n in range(24)]
    assert answers == [200] * 20 + [429] * 4


def test_what_is_frequent_is_counted_by_each_worker(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    person = world.member(room)
    for at, worker in enumerate(cluster.workers):
        line = lines(worker, person)
        began = time.monotonic()
        answers = [line.ask("contribution.post", stream=room.id, key=f"{at}-{n}", text=f"{n}")["ok"] for n in range(40)]
        assert answers[:30] == [True] * 30
        assert sum(answers) <= 31 + (time.monotonic() - began) / 2  # It drips: one every two seconds.
