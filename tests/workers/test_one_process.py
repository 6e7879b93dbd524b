"""The embedded form ends as peacefully as a worker."""

import os
import signal
import time
from collections.abc import Callable
from http.client import HTTPConnection

from dialogue import create_app
from dialogue.core import db, record
from dialogue.settings import Settings
from tests.app_server import AppServer
from tests.workers.conftest import staying, token_of
from tests.workers.wire import Line, Lost
from tests.world import World


def test_told_to_end_it_finishes_what_it_began_and_keeps_what_it_acknowledged(
        serve: Callable[..., AppServer]) -> None:
    server = serve()
    database = f"sqlite:///{server.folder / 'dialogue.sqlite'}"
    world = World(create_app(Settings(instance=server.folder, database_url=database, secret_key="x", testing=True)))
    room = world.room()
    lines = [Line(server.url, token_of(world.member(room))) for _ in range(10)]
    watching = HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
    assert staying(watching) == (200, True)
    sent = [(line, line.send("contribution.post", stream=room.id, key=f"k{n}", text=f"{n}"))
            for n, line in enumerate(lines * 5)]
    began = time.monotonic()
    os.kill(server.pid, signal.SIGTERM)
    time.sleep(0.1)
    assert staying(watching) == (503, False)
    watching.close()
    acknowledged = [answer["seq"] for line, number in sent if (answer := answered(line, number)).get("ok")]
    for line in lines:
        assert line.until(lambda line=line: not line.is_open)
        assert line.payloads("restart") == [{"jitter_ms": 3000}]
    while server.runs():
        assert time.monotonic() - began < 10
        time.sleep(0.05)
    kept = [entry.seq for entry in record.entries(room.id, after=0, limit=100) if entry.kind == "contribution.posted"]
    db.release()
    db.engine().dispose()
    assert acknowledged
    assert sorted(acknowledged) == kept


def answered(line: Line, number: int) -> dict[str, object]:
    """The answer; an empty one where the connection went before it came."""
    try:
        return dict(line.answer(number))
    except Lost:
        return {}
