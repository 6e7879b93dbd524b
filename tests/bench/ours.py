"""Dialogue as it is measured: a fresh copy of one rehearsal, served on a core of its own."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from dialogue.live.transport.frames import message
from tests.app_server import AppServer
from tests.bench.machine import pinned

_numbers = count(1)


class Pinned(AppServer):
    """A Dialogue that keeps to one core."""

    core = 0

    def command(self) -> list[str]:
        """What serves, on its core."""
        return pinned(super().command(), self.core)


@dataclass(frozen=True)
class Running:
    """A server under measurement, ours or the peer's, and what the generator has to be told about it."""

    port: int
    pid: int
    stream: str
    ballot: str
    tokens: Path | None = None
    server: Any = None


class Ours:
    """One rehearsal, set up once; every run begins with a copy of it, so that no run pays for an earlier one."""

    name = "ours"

    def __init__(self, folder: Path, people: int, core: int) -> None:
        self._folder, self._core = folder, core
        template = folder / "template"
        template.mkdir()
        server = AppServer(template)
        server.flask("db", "upgrade")
        self.tokens = folder / "tokens.txt"
        said = server.flask("rehearse", "--people", str(people), "--tokens", str(self.tokens))
        made = json.loads(said.strip().splitlines()[-1])
        self.stream, self.ballot = made["stream"], made["ballot"]

    @contextmanager
    def serve(self, *, stored: bool = True) -> Iterator[Running]:
        """Serve a fresh copy within the block; everything is always stored."""
        folder = self._folder / f"run-{next(_numbers)}"
        shutil.copytree(self._folder / "template", folder)
        server = Pinned(folder)
        server.core = self._core
        server.start()
        try:
            port = int(server.env["PORT"])
            yield Running(port, server.pid, self.stream, self.ballot, self.tokens, server)
        finally:
            server.kill()  # The copy is deleted: there is no need for a graceful shutdown.
            shutil.rmtree(folder, ignore_errors=True)

    def turnout(self, running: Running) -> int:
        """How many have voted, as the server says to a guest."""
        return int(self._asked(running, f"/api/v1/ballots/{self.ballot}")["cast"])

    def frame_bytes(self, running: Running) -> int:
        """The size of the frame that tells the newest post alone."""
        path = f"/api/v1/streams/{self.stream}/events"
        told = self._asked(running, f"{path}?limit=250")
        while told["more"]:
            told = self._asked(running, f"{path}?limit=250&after={told['events'][-1]['seq']}")
        return len(message("record", {"stream": self.stream, "events": told["events"][-1:]}).frame)

    def counted_after_kill(self, running: Running) -> dict[str, int]:
        """Votes by choice, read from the database after the server was ended as by a power cut."""
        running.server.kill()
        with closing(sqlite3.connect(running.server.folder / "dialogue.sqlite")) as database:
            query = "SELECT choice, count(*) FROM vote WHERE ballot_id = ? GROUP BY choice"
            return dict(database.execute(query, (self.ballot,)).fetchall())

    def _asked(self, running: Running, path: str) -> Any:
        token = self.tokens.read_text().split()[0]
        request = Request(f"{running.server.url}{path}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(request, timeout=60) as answer:
            return json.load(answer)
