"""The peer: the official Node Socket.IO server, installed beside us for measuring only."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from dialogue.setup.node import npm_environment
from tests.bench.machine import CACHE, pinned
from tests.bench.ours import Running
from tests.guardian import Server
from tests.servers import free_port, wait_until

PACKAGES = {"socket.io": "4.8.4", "better-sqlite3": "12.4.1"}
DATABASE_DRIVER = "better-sqlite3"  # compiled when it is installed
HOME = CACHE / "peer"
_numbers = count(1)


class Peer:
    """Node's Socket.IO server speaking our events; with storage it commits each post and vote to SQLite first."""

    name = "peer"

    def __init__(self, kit: Path, folder: Path, core: int) -> None:
        self._script, self._folder, self._core = kit / "peer_socketio.js", folder, core
        self._environment = npm_environment()
        self.stores = _install(self._environment)

    @contextmanager
    def serve(self, *, stored: bool) -> Iterator[Running]:
        """Serve within the block."""
        number, port = next(_numbers), free_port()
        environment = self._environment | {"NODE_PATH": str(HOME / "node_modules")}
        if stored:
            environment["STORE"] = str(self._folder / f"peer-{number}.sqlite")
        server = Server(pinned(["node", str(self._script), str(port)], self._core), env=environment,
                        log=self._folder / f"peer-{number}.log")
        try:
            wait_until(lambda: _listens(port), server, "The peer")
            yield Running(port, server.pid, stream="bench", ballot="bench", server=server)
        finally:
            server.kill()


def _install(environment: dict[str, str]) -> bool:
    """Install what is missing; returns whether the database driver works here. Raises CalledProcessError, OSError."""
    HOME.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"name": "peer", "private": True, "dependencies": PACKAGES,
                         "allowScripts": {DATABASE_DRIVER: True}})
    package = HOME / "package.json"
    if not package.exists() or package.read_text() != wanted:
        package.write_text(wanted)
        _npm(["install", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
    if not _driver_works(environment):
        try:
            _npm(["rebuild", DATABASE_DRIVER], environment)  # The only one allowed to run its script: it compiles.
        except subprocess.CalledProcessError:
            return False
    return _driver_works(environment)


def _driver_works(environment: dict[str, str]) -> bool:
    program = f"require('{DATABASE_DRIVER}')(':memory:')"
    return subprocess.run(["node", "-e", program], cwd=HOME, env=environment, capture_output=True).returncode == 0


def _npm(arguments: list[str], environment: dict[str, str]) -> None:
    command = ["npm", "--loglevel=error", *arguments]
    subprocess.run(command, cwd=HOME, env=environment, check=True, capture_output=True, text=True)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True
