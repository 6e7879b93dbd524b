"""Dialogue as people meet it: `python -m dialogue serve` in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.compiled import share_templates
from tests.guardian import Server
from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent


class AppServer:
    """A running Dialogue with its own folder, database and port.

    Its settings come from the environment and nowhere else; `folder` holds the database and the log.
    """

    def __init__(self, folder: Path, database_url: str | None = None, **env: str) -> None:
        port = free_port()
        self.port = port
        self.url = f"http://localhost:{port}"
        self.folder = folder
        own = {"DIALOGUE_INSTANCE": str(folder), "DIALOGUE_URL": self.url, "PORT": str(port)}
        own |= {"DIALOGUE_SECRET_KEY": "only-for-tests", "HOST": "127.0.0.1"}
        own |= {"DIALOGUE_DATABASE_URL": database_url} if database_url else {}
        strangers = {name for name in os.environ if name.startswith("DIALOGUE_")}
        inherited = {name: value for name, value in os.environ.items() if name not in strangers}
        self.env = {**inherited, **own, **env}
        self._server: Server
        share_templates(Path(self.env["DIALOGUE_INSTANCE"]))

    def flask(self, *arguments: str) -> str:
        """Run one of our `flask` commands on this installation and return what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.fail(f"flask {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def command(self) -> list[str]:
        """What serves."""
        return [sys.executable, "-m", "dialogue", "serve"]

    def start(self) -> None:
        """Start serving and wait until `/healthz` answers."""
        self._server = Server(self.command(), log=self.folder / "server.log", cwd=ROOT, env=self.env)
        wait_until(self._answers, self._server, "Dialogue")

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    @property
    def pid(self) -> int:
        """The number of the serving process."""
        return self._server.pid

    def runs(self) -> bool:
        """Say whether the process is there."""
        return self._server.runs()

    def log(self) -> str:
        """Return the end of what the server wrote."""
        return self._server.last_words()

    def stop(self) -> None:
        """End the server politely."""
        self._server.stop()

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._server.kill()

    def restart(self) -> None:
        """Serve again: same folder, same database, same port."""
        self.stop()
        self.start()


@pytest.fixture
def serve(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., AppServer]]:
    """A function: `serve(database_url=None, **env)` starts one more Dialogue and returns it.

    Without a database address it keeps SQLite in its own folder. The database is migrated, and empty
    unless `DIALOGUE_DEMO="1"`. When the test fails, the end of each server's log is shown with it.
    """
    started: list[AppServer] = []
    request.node.dialogue_servers = started

    def start(database_url: str | None = None, **env: str) -> AppServer:
        folder = tmp_path / f"dialogue-{len(started) + 1}"
        folder.mkdir()
        server = AppServer(folder, database_url, **env)
        if database_url:
            server.flask("db", "upgrade")
        else:
            blank: Path = request.getfixturevalue("blank_database")
            (folder / "dialogue.sqlite").write_bytes(blank.read_bytes())
        if env.get("DIALOGUE_DEMO") == "1":
            server.flask("demo", "--if-empty")
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep in view what the servers of a failed test had to say."""
    report = yield
    if report.failed:
        for server in getattr(item, "dialogue_servers", []):
            report.sections.append((f"log of {server.url}", server.log()))
    return report
