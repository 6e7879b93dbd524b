"""A worker that is told to end finishes what it began; who was with it goes on at another."""

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection

from sqlalchemy import func, select

from dialogue.core import db, record
from dialogue.rooms.models import RoomRole
from dialogue.votes.models import Vote
from tests.workers.conftest import Cluster, staying, token_of
from tests.workers.wire import Line, Lost, Participant
from tests.world import World

Lines = Callable[..., Line]


def talk(participant: Participant, over: threading.Event) -> list[int]:
    """Say something twice a second, fifteen times at most; the numbers that were acknowledged."""
    said: list[int] = []
    while not over.is_set() and len(said) < 15:
        said.append(participant.post(f"Word {len(said)}"))
        over.wait(0.4)
    return said


def test_a_rolling_restart_under_load_loses_no_acknowledged_post(cluster: Cluster, world: World) -> None:
    room = world.room()
    people = [world.member(room) for _ in range(12)]
    urls = cluster.urls
    participants = [Participant([urls[n % 2], urls[1 - n % 2]], token_of(person), room.id)
                    for n, person in enumerate(people)]
    over = threading.Event()
    with ThreadPoolExecutor(len(people)) as pool:
        talking = [pool.submit(talk, participant, over) for participant in participants]
        try:
            for worker in cluster.workers:
                time.sleep(0.5)
                worker.restart()
        finally:
            over.set()
        acknowledged = [seq for one in talking for seq in one.result()]
    assert len(acknowledged) == len(set(acknowledged)) > len(people)
    last = record.last_seq(room.id)
    for participant in participants:
        line = participant.connected()
        assert line.until(lambda one=participant: one.seen()[-1:] == [last], 10)
        assert participant.seen() == list(range(1, last + 1))
    posted = [seq for seq, entry in participants[0].entries.items() if entry["kind"] == "contribution.posted"]
    assert sorted(posted) == sorted(acknowledged)


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
