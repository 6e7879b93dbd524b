"""A worker that is told to end finishes what it began; who was with it goes on at another."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection

from sqlalchemy import func, select

from dialogue.core import db
from dialogue.rooms.models import RoomRole
from dialogue.votes.models import Vote
from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.frames import run
from tests.faults.history import History
from tests.faults.stage import all_there, stored, until
from tests.workers.conftest import Cluster, staying, token_of
from tests.workers.wire import Line, Lost
from tests.world import World

Lines = Callable[..., Line]
Fault = Callable[..., None]


def test_a_worker_told_to_end_keeps_what_it_acknowledged_and_ends_in_ten_seconds(
        cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    voters = [world.member(room) for _ in range(40)]
    ballot = world.ballot(room, world.member(room, RoomRole.CHAIR))
    worker = cluster.workers[0]
    connected = [lines(worker, voter) for voter in voters]
    watching = HTTPConnection("127.0.0.1", int(worker.url.rpartition(":")[2]))
    assert staying(watching) == (200, True)
    began = time.monotonic()
    os.kill(worker.pid, signal.SIGTERM)
    sent = []
    for line in connected * 5:
        with suppress(Lost):
            sent.append((line, line.send("ballot.cast", ballot=ballot.id, key=f"k{len(sent)}", choice="yes")))
        time.sleep(0.01)
        if len(sent) == 30:
            assert staying(watching) == (503, False)
            watching.close()
    for line in connected:
        assert line.until(lambda line=line: not line.is_open, 10)
        assert line.payloads("restart") == [{"jitter_ms": 3000}]
    kept = {id(line) for line, number in sent if answered(line, number)}
    while worker.runs():
        assert time.monotonic() - began < 10
        time.sleep(0.1)
    worker.restart()
    assert 0 < len(kept) == db.session().scalar(select(func.count()).where(Vote.ballot_id == ballot.id))


def answered(line: Line, number: int) -> bool:
    """Whether a vote was acknowledged."""
    try:
        return bool(line.answer(number)["ok"])
    except Lost:
        return False


async def take_seats(clients: list[Client], stream: str) -> None:
    """Connect and join, some after the others: the first time people do not all come at once."""
    for n in range(0, len(clients), 100):
        some = clients[n:n + 100]
        await asyncio.gather(*(client.connect() for client in some))
        assert all(answer["ok"] for answer in await asyncio.gather(*(client.join(stream) for client in some)))


async def come_back(clients: list[Client]) -> float:
    """Let all clients join at once, retrying at once when refused. Return the seconds until all receive a post."""
    await until(lambda: not any(client.is_connected for client in clients))
    began = time.monotonic()
    staying = [asyncio.create_task(client.stay()) for client in clients]
    said = await clients[0].post("Is everybody back?")
    await all_there(clients, said["seq"], within=60)
    took = time.monotonic() - began
    for task in staying:
        task.cancel()
    await asyncio.gather(*staying, return_exceptions=True)
    return took


def test_clients_that_all_reconnect_at_once_are_live_again(  # Catalogue 25.
        cluster: Cluster, world: World, history: History, verdict: Verdict, fault: Fault, *, soak: bool) -> None:
    room = world.room()
    tokens = [token_of(world.member(room)) for _ in range(200 if soak else 20)]
    everybody = [Client(cluster.urls[n % 2], tokens[n // 10], history, who=f"window-{n}")
                 for n in range(len(tokens) * 10)]

    async def play() -> float:
        await take_seats(everybody, room.id)
        for worker in cluster.workers:
            worker.kill()
            worker.start()
        return await come_back(everybody)

    took = run(play())
    fault("coming back at once", len(everybody))
    assert took < (30 if soak else 15)  # Workers, database and clients share two cores.
    verdict.delivery(history, stored(room.id))
