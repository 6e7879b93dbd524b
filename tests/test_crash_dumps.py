"""A server that crashes leaves no picture of its memory."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app_server import ROOT, AppServer

SERVERS = {"embedded": ["-m", "dialogue", "serve"],
           "gunicorn": ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]}


class Dumping(AppServer):
    """A server started where the system allows core dumps of any size."""

    kind = "embedded"

    def command(self) -> list[str]:
        """What serves."""
        return ["sh", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$0" "$@"', sys.executable, *SERVERS[self.kind]]

    def processes(self) -> list[int]:
        """The server's process and the children it has."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]


@pytest.mark.parametrize("kind", SERVERS)
def test_no_serving_process_may_dump_its_memory(tmp_path: Path, kind: str) -> None:
    server = Dumping(tmp_path)
    server.flask("db", "upgrade")
    server.kind = kind
    server.start()
    try:
        for pid in server.processes()[-1:]:
            (line,) = [line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if "core" in line]
            assert line.split()[4:6] == ["1", "1"]
    finally:
        server.stop()


def test_a_crash_leaves_no_core_dump(tmp_path: Path) -> None:
    before = set(ROOT.glob("core*"))
    server = Dumping(tmp_path)
    server.flask("db", "upgrade")
    server.start()
    try:
        os.kill(server.pid, signal.SIGSEGV)
    finally:
        server.stop()
    assert set(ROOT.glob("core*")) - before == set()
    assert list(tmp_path.rglob("core*")) == []


def test_children_inherit_the_limit() -> None:
    asks = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
    code = ("import subprocess, sys; from dialogue.server import crash_dumps; crash_dumps.suppress();"
            f"subprocess.run([sys.executable, '-c', {asks!r}])")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 1)"
