"""Two gunicorn workers on two ports, or four; one PostgreSQL, one Redis."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface

from dialogue import create_app
from dialogue.accounts import actions as accounts
from dialogue.accounts.models import AccessToken, Person
from dialogue.accounts.secrets import digest
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.transaction import transaction
from dialogue.settings import Settings
from tests.app_server import AppServer
from tests.servers import Postgres, Redis
from tests.workers.wire import Line
from tests.world import World


class Worker(AppServer):
    """Dialogue as gunicorn serves it, with deploy/gunicorn.conf.py."""

    def command(self) -> list[str]:
        """What serves."""
        return [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]

    def kill(self) -> None:
        """End the process that serves, and the one that watches it, as a power cut would."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        os.kill(self.pid, signal.SIGSTOP)  # Else it replaces the other at once.
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        super().kill()


class Cluster:
    """What runs: `workers`, and the `redis` between them, which a test may stop and start again."""

    def __init__(self, folder: Path, database_url: str, *, size: int = 2, **env: str) -> None:
        self._folder = folder
        self._env = env
        self.database_url = database_url
        self.instance = folder / "instance"
        self.redis = Redis()
        self.workers: list[Worker] = []
        self.resize(size)

    def resize(self, size: int) -> None:
        """Have so many workers: the last ones end, or others begin."""
        while len(self.workers) > size:
            self.workers.pop().stop()
        while len(self.workers) < size:
            self.workers.append(self._worker(self._folder / f"worker-{len(self.workers) + 1}"))

    def _worker(self, folder: Path) -> Worker:
        folder.mkdir(exist_ok=True)
        shared = {"DIALOGUE_INSTANCE": str(self.instance), "DIALOGUE_REDIS_URL": self.redis.url}
        worker = Worker(folder, self.database_url, DIALOGUE_LOG="json", **shared, **self._env)
        worker.start()
        return worker

    @property
    def urls(self) -> list[str]:
        """Where the workers are."""
        return [worker.url for worker in self.workers]

    def restart_redis(self) -> None:
        """A new Redis at the same address, after the old one was stopped."""
        self.redis = Redis(self.redis.port)

    def mend(self) -> None:
        """Start what an earlier test left ended."""
        if not self.redis.server.runs():
            self.restart_redis()
        for worker in self.workers:
            if not worker.runs():
                worker.start()

    def stop(self) -> None:
        """End everything."""
        for worker in self.workers:
            worker.stop()
        self.redis.server.stop()


@pytest.fixture(scope="session")
def cluster(postgres: Postgres, blank_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers for all tests of this folder."""
    started = Cluster(tmp_path_factory.mktemp("cluster"), postgres.new_database(like=blank_postgres))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def four_workers(cluster: Cluster) -> Iterator[Cluster]:
    """Four workers for the tests of one file."""
    cluster.resize(4)
    yield cluster
    cluster.resize(2)


@pytest.fixture(scope="session")
def _worlds() -> list[World]:
    """The world, once there is one: its convenor and its theme are made once."""
    return []


@pytest.fixture
def world(cluster: Cluster, _worlds: list[World]) -> Iterator[World]:
    """People and rooms in the workers' database, made from here: a third process without nudges."""
    cluster.mend()
    app = create_app(Settings(
        instance=cluster.instance, database_url=cluster.database_url, secret_key="only-for-tests", testing=True))
    if not _worlds:
        _worlds.append(World(app))
    _worlds[0].app = app
    _worlds[0].come_back()
    yield _worlds[0]
    db.release()
    db.engine().dispose()


@pytest.fixture
def lines() -> Iterator[Callable[..., Line]]:
    """A function: `lines(worker, person)` connects the person to the worker, with a token of its own."""
    opened: list[Line] = []

    def connect(worker: Worker, person: Person) -> Line:
        opened.append(Line(worker.url, token_of(person)))
        return opened[-1]

    yield connect
    for line in opened:
        line.close()


@pytest.fixture
def browsers(world: World) -> Iterator[Callable[..., Line]]:
    """A function: `browsers(worker, person)` signs the person in on a browser and opens its socket."""
    opened: list[Line] = []

    def connect(worker: Worker, person: Person) -> Line:
        session = SecureCookieSessionInterface().get_signing_serializer(world.app)
        assert session is not None
        cookie = session.dumps({"_user_id": accounts.start_sign_in(person)})
        opened.append(Line(worker.url, headers={"Origin": worker.url, "Cookie": f"dialogue={cookie}"}))
        return opened[-1]

    yield connect
    for line in opened:
        line.close()


def staying(connection: HTTPConnection) -> tuple[int, bool]:
    """What `/readyz` says on a connection that is kept: its status, and whether the process means to stay."""
    connection.request("GET", "/readyz")
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())["staying"]


def token_of(person: Person) -> str:
    """A personal access token."""
    token = new_id()
    with transaction() as tx:
        tx.add(AccessToken(digest=digest(token), person_id=person.id, label="test", created_at=now()))
    return token
