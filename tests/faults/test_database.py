"""The database goes away and comes back: refused, retried, done once (catalogue 6, 7, 15)."""

import asyncio
import json
import os
import random
import signal
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests.faults.answers import get
from tests.faults.checker import CHOICES, Verdict
from tests.faults.client import Client
from tests.faults.frames import run
from tests.faults.history import History
from tests.faults.stage import Scene, Stage, all_there, until
from tests.faults.stopwatch import Stopwatch
from tests.faults.test_votes import close
from tests.servers import Postgres

pytestmark = pytest.mark.postgres
SILENCE = 10.0  # Seconds after which every caller has an answer …
SLACK = 4.0  # … and as many more as a busy machine may take for its own part.
Fault = Callable[..., None]
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
HELD = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE stream %'"


@pytest.fixture
def postgres_of_its_own() -> Iterator[Postgres]:
    """A PostgreSQL server that may be hurt."""
    started = Postgres()
    yield started
    started.server.stop()


@pytest.fixture
def on_postgres(postgres_of_its_own: Postgres, tmp_path: Path) -> Iterator[Stage]:
    """A Dialogue on it, not served yet."""
    folder = tmp_path / "stage"
    folder.mkdir()
    made = Stage(folder, postgres_of_its_own.new_database())
    yield made
    made.stop()


def crash(stage: Stage) -> None:
    """Kill -9 a backend: PostgreSQL then ends all the others, recovers from its log and starts anew."""
    with suppress(psycopg.OperationalError), psycopg.connect(stage.database) as connection:
        backends = [pid for (pid,) in connection.execute(BACKENDS)]
        os.kill(random.choice(backends), signal.SIGKILL)


def answers(stage: Stage) -> bool:
    """Whether it can be asked."""
    with suppress(psycopg.OperationalError):
        psycopg.connect(stage.database, connect_timeout=2).close()
        return True
    return False


async def busy(client: Client, ballot: str, over: asyncio.Event) -> None:
    """Talk and vote until told to stop."""
    for n in range(28):
        if over.is_set():
            return
        await client.post(f"{client.who} says {n}")
        await client.vote(ballot, client.chance.choice(CHOICES))
        await asyncio.sleep(client.chance.uniform(0.02, 0.2))


def test_a_database_that_crashes_and_recovers_costs_nothing_acknowledged_and_doubles_nothing(
        on_postgres: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    times = 20 if soak else 3
    scene = on_postgres.scene(10)
    ballot = on_postgres.open_ballot(scene)
    on_postgres.server.start()
    chance = random.Random(seed)
    told: list[str] = []

    async def ask(over: asyncio.Event) -> None:
        while not over.is_set():
            told.append(await asyncio.to_thread(status, on_postgres, scene))

    async def play() -> None:
        clients = await on_postgres.clients(scene.members, history, scene.id, seed=seed)
        staying = [asyncio.create_task(client.stay()) for client in clients]
        over = asyncio.Event()
        deeds = [asyncio.create_task(busy(client, ballot, over)) for client in clients]
        deeds.append(asyncio.create_task(ask(over)))
        for _ in range(times):
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            await asyncio.to_thread(crash, on_postgres)
            await until(lambda: answers(on_postgres))
        over.set()
        await asyncio.gather(*deeds)
        await asyncio.sleep(2.5)  # … until the broadcaster has looked again by itself.
        await all_there(clients, len(await asyncio.to_thread(on_postgres.entries, scene)))
        for task in staying:
            task.cancel()

    run(play())
    assert set(told) == {"ok", "unavailable"}
    fault("PostgreSQL crash", times)
    fault("unavailable told", told.count("unavailable"))
    assert any(history.of("post", "ok"))
    verdict.delivery(history, on_postgres.entries(scene))
    assert close(on_postgres, scene, ballot) == 200
    verdict.votes(history, on_postgres.ballot(ballot), on_postgres.votes(ballot))


def test_a_closing_that_the_database_does_not_survive_is_whole_or_has_not_happened(
        on_postgres: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    times = 25 if soak else 4
    scene = on_postgres.scene(6)
    ballots = [on_postgres.open_ballot(scene) for _ in range(times)]
    on_postgres.server.start()
    chance = random.Random(seed)

    async def play(ballot: str, hurt: Callable[[str], Awaitable[int]]) -> int:
        clients = await on_postgres.clients(scene.members, history, seed=seed)
        await asyncio.gather(*(client.vote(ballot, client.chance.choice(CHOICES)) for client in clients))
        answered = await hurt(ballot)
        await until(lambda: answers(on_postgres))
        await asyncio.gather(*(client.close() for client in clients))
        return answered

    async def at_any_moment(ballot: str) -> int:
        closing = asyncio.create_task(asyncio.to_thread(close, on_postgres, scene, ballot))
        await asyncio.sleep(chance.uniform(0, 0.02))
        await asyncio.to_thread(crash, on_postgres)
        return await closing

    async def before_its_last_word(ballot: str) -> int:
        with held_up(on_postgres, scene):
            closing = asyncio.create_task(asyncio.to_thread(close, on_postgres, scene, ballot))
            await until(lambda: bool(held(on_postgres)))
            os.kill(held(on_postgres)[0], signal.SIGKILL)
            return await closing

    for n, ballot in enumerate(ballots):
        is_certain = n % 2 == 0
        answered = run(play(ballot, before_its_last_word if is_certain else at_any_moment))
        assert not is_certain or on_postgres.ballot(ballot)["state"] == "open", "it was killed amid the closing"
        if on_postgres.ballot(ballot)["state"] == "open":
            assert answered == 503
            assert on_postgres.ballot(ballot)["yes"] is None
            assert close(on_postgres, scene, ballot) == 200
        assert answered in (200, 503)
        verdict.votes(history, on_postgres.ballot(ballot), on_postgres.votes(ballot))
    fault("PostgreSQL crash amid a closing", (times + 1) // 2)
    fault("PostgreSQL crash around a closing", times // 2)


@contextmanager
def held_up(stage: Stage, scene: Scene) -> Iterator[None]:
    """Within the block no change of this room can be committed: its record is locked."""
    with suppress(psycopg.OperationalError), psycopg.connect(stage.database) as connection:
        connection.execute("SELECT seq FROM stream WHERE id = %s FOR UPDATE", [scene.id])
        yield


def held(stage: Stage) -> list[int]:
    """The backends that wait for the record."""
    with psycopg.connect(stage.database) as connection:
        return [pid for (pid,) in connection.execute(HELD)]


def test_when_every_connection_is_taken_the_answer_is_503_and_not_silence(
        on_postgres: Stage, history: History, fault: Fault) -> None:
    scene = on_postgres.scene(2)
    on_postgres.server.start()

    async def play() -> None:
        [client] = await on_postgres.clients(scene.members[:1], history, scene.id)
        with psycopg.connect(on_postgres.database) as connection, ThreadPoolExecutor(60) as pool:
            connection.execute("LOCK TABLE entry IN ACCESS EXCLUSIVE MODE")
            ask = partial(asyncio.get_running_loop().run_in_executor, pool, status, on_postgres, scene)
            asked = [ask() for _ in range(60)]
            await until(lambda: sum(one.done() for one in asked) >= 20)
            connection.rollback()
            found = await asyncio.gather(*asked)
        assert set(found) == {"ok", "unavailable"}
        assert (await client.post("Served again"))["ok"]

    run(play())
    fault("exhausted pool")


@contextmanager
def silent(postgres: Postgres) -> Iterator[None]:
    """Within the block PostgreSQL is there and says nothing: its connections stand, and new ones come about."""
    postmaster = int((postgres.home / "data" / "postmaster.pid").read_text().splitlines()[0])
    with psycopg.connect(postgres.url("postgres")) as connection:
        stopped = [postmaster, *(pid for (pid,) in connection.execute(BACKENDS))]
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


def test_a_database_that_falls_silent_is_answered_with_503_within_ten_seconds_and_found_again(
        postgres_of_its_own: Postgres, on_postgres: Stage, fault: Fault, history: History) -> None:
    scene = on_postgres.scene(2)
    ballot = on_postgres.open_ballot(scene)
    on_postgres.server.start()
    token = scene.members[0].token
    deeds = {"contribution.post": {"stream": scene.id, "key": "said", "text": "Said once"},
             "ballot.cast": {"ballot": ballot, "key": "cast", "choice": "yes"}, "stream.join": {"stream": scene.id}}
    doors = {"GET /readyz": None, "GET /rooms": None, f"GET /rooms/{scene.id}": None, "GET /proposals": None,
             f"GET /api/v1/streams/{scene.id}/events": None,
             f"POST /api/v1/rooms/{scene.id}/contributions": {"text": "By HTTP", "key": "by-http"}}

    async def play() -> None:
        clients = await on_postgres.clients([scene.members[1]] * len(deeds), history, scene.id)
        assert all([(await client.ask("stream.leave", {"stream": scene.id}))["ok"] for client in clients])
        assert (await asyncio.to_thread(knock, on_postgres, "GET /rooms", None, token))[0] == 200
        with silent(postgres_of_its_own):
            acks = [told(on_postgres, client.ask(*deed))
                    for client, deed in zip(clients, deeds.items(), strict=True)]
            pages = [asyncio.to_thread(knock, on_postgres, door, sent, token) for door, sent in doors.items()]
            answers = await asyncio.gather(*acks, *pages)
        # The second round begins where the first one ended: on connections that were given up.
        assert [(code, seconds) for code, seconds in answers if seconds > SILENCE + SLACK] == []
        assert [code for code, _seconds in answers] == ["unavailable"] * len(deeds) + [503] * len(doors)
        await until(lambda: status(on_postgres, scene) == "ok")
        for client, deed in zip(clients, deeds.items(), strict=True):
            for _again in range(2):
                assert (await client.ask(*deed))["ok"]
        for _again in range(2):
            await asyncio.to_thread(knock, on_postgres, list(doors)[-1], doors[list(doors)[-1]], token)
        for client in clients:
            await client.close()

    run(play())
    texts = [row["text"] for row in on_postgres.rows("SELECT text FROM contribution ORDER BY text")]
    assert texts == ["By HTTP", "Said once"]
    assert [vote["choice"] for vote in on_postgres.votes(ballot)] == ["yes"]
    fault("PostgreSQL stopped")


def test_what_queues_behind_a_silent_database_is_answered_in_time_too(
        postgres_of_its_own: Postgres, on_postgres: Stage, fault: Fault, history: History) -> None:
    """More requests than connections, and more than one event of the same socket."""
    scene = on_postgres.scene(1)
    on_postgres.server.start()

    async def play() -> None:
        [client] = await on_postgres.clients(scene.members, history, scene.id)
        with silent(postgres_of_its_own), ThreadPoolExecutor(80) as pool:
            loop, token = asyncio.get_running_loop(), scene.members[0].token
            ask = partial(loop.run_in_executor, pool, knock, on_postgres, f"GET /rooms/{scene.id}", None, token)
            posts = [{"stream": scene.id, "key": f"k{n}", "text": f"Word {n}"} for n in range(4)]
            acks = [told(on_postgres, client.ask("contribution.post", post)) for post in posts]
            answers = await asyncio.gather(*[ask() for _ in range(80)], *acks)
        assert [(code, seconds) for code, seconds in answers if seconds > SILENCE + SLACK] == []
        assert {code for code, _seconds in answers} == {503, "unavailable"}
        await client.close()

    run(play())
    fault("PostgreSQL stopped")


async def told(stage: Stage, ack: Awaitable[dict[str, Any]]) -> tuple[str, float]:
    """What an event is answered, and after how many seconds."""
    watch = Stopwatch(stage.server.pid)
    answer = await ack
    return "ok" if answer["ok"] else answer["error"]["code"], watch.seconds()


def knock(stage: Stage, door: str, sent: dict[str, str] | None, token: str) -> tuple[int, float]:
    """The status a request is answered with, and after how many seconds."""
    method, _space, address = door.partition(" ")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(stage.url + address, json.dumps(sent).encode() if sent else None, headers, method=method)
    watch = Stopwatch(stage.server.pid)
    try:
        with urlopen(request, timeout=60) as answer:
            answer.read()
            return answer.status, watch.seconds()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, watch.seconds()


def status(stage: Stage, scene: Scene) -> str:
    """What asking for a room's record is answered."""
    found = get(f"{stage.url}/api/v1/streams/{scene.id}/events", scene.members[0].token)
    return "ok" if found["ok"] else str(found["error"]["code"])
