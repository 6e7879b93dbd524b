"""However few open files the shell grants at first, the server takes as many as it may."""

import re
import sys
from pathlib import Path

import pytest

from tests.app_server import AppServer

SERVERS = {"embedded": ["-m", "dialogue", "serve"],
           "gunicorn": ["-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"]}


class Limited(AppServer):
    """A server started from a shell after `ulimit`."""

    kind, limit = "embedded", "-Sn 300"

    def command(self) -> list[str]:
        """What serves."""
        return ["sh", "-c", f'ulimit {self.limit}; exec "$0" "$@"', sys.executable, *SERVERS[self.kind]]

    def descriptors(self) -> list[tuple[int, int]]:
        """The soft and the hard limit of each of its processes."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        limits = [Path(f"/proc/{pid}/limits").read_text() for pid in (self.pid, *children)]
        found = [re.findall(r"Max open files +(\d+) +(\d+)", text)[0] for text in limits]
        return [(int(soft), int(hard)) for soft, hard in found]


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("limit", ["-Sn 300", "-n 300"])
def test_the_soft_limit_is_raised_to_the_hard_one_and_few_are_told_of(tmp_path: Path, kind: str, limit: str) -> None:
    server = Limited(tmp_path)
    server.flask("db", "upgrade")
    server.kind, server.limit = kind, limit
    server.start()
    try:
        soft, hard = server.descriptors()[-1]
        assert soft == hard
        assert ("Only 300 files may be open at once" in server.log()) == (hard == 300)
        assert server.log().count("files may be open") <= 1
    finally:
        server.stop()
