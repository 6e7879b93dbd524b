"""Serving, seen from outside: `python -m dialogue serve`."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guardian import Server
from tests.servers import free_port, wait_until

ROOT = Path(__file__).parent.parent
SAYS_HOW_IT_STARTS = """
from gevent import monkey
from dialogue import create_app

print("patched before all:", monkey.is_module_patched("socket"), flush=True)
app = create_app()
socketio = app.extensions["socketio"]
"""


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A folder whose application says how it was started."""
    (tmp_path / "wsgi.py").write_text(SAYS_HOW_IT_STARTS)
    return tmp_path


def environment(folder: Path, **env: str) -> dict[str, str]:
    """Return the surroundings of a command run in that folder."""
    own = {"PYTHONPATH": str(ROOT), "DIALOGUE_INSTANCE": str(folder / "instance"), "HOST": "127.0.0.1"}
    return {**os.environ, **own, **env}


def serve(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "dialogue", "serve"]
    return subprocess.run(command, cwd=folder, env=environment(folder, **env), capture_output=True, text=True)


@pytest.fixture
def serving(stand_in: Path) -> Iterator[Server]:
    """The stand-in, served; sample sign-ins lie in its folder."""
    (stand_in / "instance").mkdir()
    (stand_in / "instance" / "sample-sign-ins.txt").write_text("Sign in as sample-chair.\n")
    env = environment(stand_in, PORT=str(free_port()))
    upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    subprocess.run(upgrade, cwd=stand_in, env=env, check=True, capture_output=True)
    server = Server([sys.executable, "-m", "dialogue", "serve"], log=stand_in / "log", cwd=stand_in, env=env)
    wait_until(lambda: "is open at" in server.last_words(), server, "Dialogue")
    yield server
    server.stop()


def test_gevent_is_there_before_the_application(serving: Server):
    assert "patched before all: True" in serving.last_words()


def test_people_are_told_where_to_go_and_how_to_sign_in(serving: Server):
    assert "Dialogue is open at http://localhost:" in serving.last_words()
    assert "Sign in as sample-chair." in serving.last_words()


def test_the_server_shuts_down_gracefully(serving: Server):
    serving.stop()
    assert "Traceback" not in serving.last_words()
    assert not serving.runs()


def test_a_taken_port_is_told_in_one_sentence(stand_in: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = serve(stand_in, PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Dialogue cannot listen on 127.0.0.1, port {port}")
    assert answer.stderr.count("\n") == 1


def test_a_senseless_setting_is_told_in_one_sentence(stand_in: Path):
    answer = serve(stand_in, PORT="many")
    assert answer.returncode == 1
    assert "PORT" in answer.stderr
    assert answer.stderr.count("\n") == 1
