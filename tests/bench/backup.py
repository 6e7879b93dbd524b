"""Backing up an installation of a given size while people post: `python -m tests.bench.backup --megabytes 1000`.

Prints how long posts take without and with a backup under way, and how long backup and restore take. With
`--postgres` the database is PostgreSQL, started for it. Let nothing else run meanwhile.
"""

import argparse
import asyncio
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.record import Entry, Stream
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of
from tests.app_server import ROOT, AppServer
from tests.faults.client import Client
from tests.faults.stage import Scene, Stage
from tests.servers import Postgres

POSTERS = 24
BETWEEN = 2.5  # Seconds between two posts of a person: an account has thirty a minute.
ROW = 1600  # Bytes a contribution takes with its entry and its places in the indexes, about.
AT_ONCE = 5000


def main() -> None:
    """Fill, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--megabytes", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=30, help="of posting without a backup")
    asked.add_argument("--postgres", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="dialogue-bench-") as folder, _database(options) as url:
        stage = Stage(Path(folder), url)
        try:
            _measure(stage, Path(folder), options)
        finally:
            stage.stop()


@contextmanager
def _database(options: argparse.Namespace) -> Iterator[str | None]:
    if not options.postgres:
        yield None
        return
    server = Postgres()
    try:
        yield server.new_database().replace("postgresql:", "postgresql+psycopg:")
    finally:
        server.server.stop()


def _measure(stage: Stage, folder: Path, options: argparse.Namespace) -> None:
    scene = stage.scene(members=POSTERS)
    _fill(stage, scene, options.megabytes * 1_000_000 // ROW)
    _say(f"database: {_size(stage, folder) / 1e6:.0f} MB")
    stage.server.start()
    target = folder / "backup"
    asyncio.run(_posting(stage, scene, options.seconds, lambda: _flask(stage.server, "backup", str(target))))
    stage.server.stop()
    began = time.monotonic()
    subprocess.run(_command("restore", str(target)), cwd=ROOT, env=stage.server.env, check=True)
    _say(f"restore: {time.monotonic() - began:.1f} s; backup's file: {target.stat().st_size / 1e6:.0f} MB")


async def _posting(stage: Stage, scene: Scene, seconds: float, backup: Callable[[], Awaitable[None]]) -> None:
    clients = [stage.client(player) for player in scene.members]
    await asyncio.gather(*(_come_in(client, scene) for client in clients))
    for name, doing in (("without", lambda: asyncio.sleep(seconds)), ("with", backup)):
        times: list[float] = []
        talking = [asyncio.create_task(_talk(client, times)) for client in clients]
        began = time.monotonic()
        await doing()
        took = time.monotonic() - began
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        _say(f"{name} a backup: {took:.1f} s, {len(times)} posts, {_told(times)}")


async def _come_in(client: Client, scene: Scene) -> None:
    await client.connect()
    await client.join(scene.id)


async def _talk(client: Client, times: list[float]) -> None:
    await asyncio.sleep(client.chance.uniform(0, BETWEEN))
    while True:
        began = time.monotonic()
        answer: Any = await client.post("An *honest* word, said while a backup is taken.")
        times.append(time.monotonic() - began)
        if not answer or not answer["ok"]:
            _say(f"refused: {answer}")
        await asyncio.sleep(BETWEEN)


def _told(times: list[float]) -> str:
    if len(times) < 2:
        return "too few to tell"
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms"


async def _flask(server: AppServer, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(*_command(*arguments), cwd=ROOT, env=server.env)
    if await process.wait():
        raise SystemExit("the backup failed")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def _size(stage: Stage, folder: Path) -> int:
    if stage.database.startswith("sqlite"):
        return (folder / "dialogue.sqlite").stat().st_size
    return int(stage.rows("SELECT pg_database_size(current_database()) AS size")[0]["size"])


def _fill(stage: Stage, scene: Scene, number: int) -> None:
    """Put so many contributions in. Their entries are of a kind that no follower has to answer first."""
    with stage.world():
        room = db.session().get_one(Room, scene.id)
        voices = [voice_id_of(room.id, player.person) for player in scene.members]
        first = db.session().scalar(select(Stream.seq).where(Stream.id == room.id)) or 0
        db.release()
        with db.engine().begin() as connection:
            for start in range(0, number, AT_ONCE):
                rows = [_said(scene.id, random.choice(voices), first + n + 1)
                        for n in range(start, min(start + AT_ONCE, number))]
                connection.execute(insert(Contribution), [said for said, _entry in rows])
                connection.execute(insert(Entry), [entry for _said, entry in rows])
            connection.execute(text("UPDATE stream SET seq = :seq WHERE id = :id"),
                               {"seq": first + number, "id": scene.id})


def _said(room: str, voice: str | None, seq: int) -> tuple[dict[str, Any], dict[str, Any]]:
    id, words = new_id(), " ".join(f"{random.getrandbits(24):x}" for _ in range(80))
    said = {"id": id, "room_id": room, "voice_id": voice, "seq": seq, "text": words,
            "html": f'<p dir="auto">{words}</p>', "at": now(), "hidden_reason": "", "supports": 0}
    return said, {"stream_id": room, "seq": seq, "kind": "contribution.supported", "audience": "members", "at": now(),
                  "data": {"contribution_id": id}}


if __name__ == "__main__":
    main()
