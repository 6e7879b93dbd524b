"""A worker that is told to end finishes what it began; who was with it goes on at another."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection

from sqlalchemy import func, select

from dialogue.core import db
from dialogue.rooms.models import RoomRole
from dialogue.votes.models import Vote
from tests.workers.conftest import Cluster, staying, token_of
from tests.workers.wire import Line, Lost, Participant
from tests.world import World

Lines = Callable[..., Line]


def test_a_worker_told_to_end_is_not_ready_keeps_what_it_acknowledged_and_is_gone_within_ten_seconds(
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


def test_everybody_who_comes_back_at_once_is_live_again(cluster: Cluster, world: World, *, soak: bool) -> None:
    people = 2000 if soak else 200
    room = world.room()
    tokens = [token_of(world.member(room)) for _ in range(people // 10)]
    everybody = [Participant([cluster.urls[n % 2]], tokens[n // 10], room.id) for n in range(people)]
    with ThreadPoolExecutor(50) as pool:
        lines = list(pool.map(lambda one: one.connected(), everybody))
        for worker in cluster.workers:
            worker.kill()
            worker.start()
        began = time.monotonic()
        again = list(pool.map(lambda one: one.connected(), everybody))
    assert not any(line.is_open for line in lines)
    said = Participant(cluster.urls, token_of(world.member(room)), room.id).post("Is everybody back?")
    for line in again:
        assert line.until(lambda line=line: said in line.seqs())
    assert time.monotonic() - began < (60 if soak else 15)  # Both workers, the database and everybody share two cores.
    for line in again:
        line.close()
