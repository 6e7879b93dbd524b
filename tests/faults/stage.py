"""Where the faults happen: a served Dialogue with people in it, who can be killed and counted."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import create_engine, text

from dialogue import create_app
from dialogue.accounts.models import Person
from dialogue.accounts.profile.actions import make_token
from dialogue.core import db, record
from dialogue.core.record import Audience
from dialogue.database import config
from dialogue.rooms.models import Room, RoomRole
from dialogue.settings import Settings
from dialogue.votes import actions as votes
from tests.app_server import AppServer
from tests.faults.client import Client
from tests.faults.frames import PATIENCE
from tests.faults.history import History
from tests.world import World

BALLOT = "SELECT id, state, yes, no, abstain, eligible, verdict FROM ballot WHERE id = :id"


@dataclass(frozen=True)
class Player:
    """A person with an account and a token."""

    person: Person
    token: str


@dataclass
class Scene:
    """A room, its chair, and those who speak and vote in it."""

    room: Room
    chair: Player
    members: list[Player]
    ballot: str = ""

    @property
    def id(self) -> str:
        """The room's stream."""
        return self.room.id


class Stage:
    """One served Dialogue. What is set up is set up by the actions, in the same database, from this process."""

    def __init__(self, folder: Path, database_url: str | None = None, **env: str) -> None:
        self.server = AppServer(folder, database_url, **env)
        self.database = database_url or f"sqlite:///{folder / 'dialogue.sqlite'}"
        db.connect(self.database)
        command.upgrade(config(), "head")
        db.engine().dispose()  # The application below has an engine of its own.
        app = create_app(Settings(instance=folder, database_url=self.database, secret_key="only-for-tests"))
        self._world = World(app)
        db.release()
        db.engine().dispose()

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.url

    @contextmanager
    def world(self) -> Iterator[World]:
        """The world behind the server, to change it by actions."""
        db.connect(self.database)
        try:
            with db.synced_at_the_end() if not self._is_up() else _as_it_is():
                yield self._world
        finally:
            db.release()
            db.engine().dispose()

    def _is_up(self) -> bool:
        return hasattr(self.server, "_server")

    def scene(self, members: int = 6, role: RoomRole = RoomRole.PARTICIPANT, **room: Any) -> Scene:
        """A room with a chair and some members, each with a token."""
        with self.world() as world:
            made = world.room(**room)
            chair = self._player(world.member(made, RoomRole.CHAIR))
            return Scene(made, chair, [self._player(world.member(made, role)) for _ in range(members)])

    def player(self, make: Callable[[World], Person]) -> Player:
        """Make another person with a token."""
        with self.world() as world:
            return self._player(make(world))

    def _player(self, person: Person) -> Player:
        return Player(person, make_token(person, label="program", days=None, key="token")[1])

    def open_ballot(self, scene: Scene, **terms: Any) -> str:
        """Open a recorded ballot in the room."""
        with self.world() as world:
            scene.ballot = world.ballot(scene.room, scene.chair.person, **terms).id
        return scene.ballot

    def close_ballot(self, scene: Scene) -> dict[str, Any]:
        """Close it from here, as another worker would; returns the result."""
        with self.world():
            votes.close_ballot(scene.chair.person, scene.ballot)
        return self.ballot(scene.ballot)

    def stop(self) -> None:
        """End it, if it was begun."""
        if self._is_up():
            self.server.stop()

    # --- what is there at the end ---

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of the database, read from outside."""
        engine = create_engine(self.database.replace("postgresql://", "postgresql+psycopg://"))
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def ballot(self, ballot: str) -> dict[str, Any]:
        """A ballot as it is stored."""
        return self.rows(BALLOT, id=ballot)[0]

    def votes(self, ballot: str) -> list[dict[str, Any]]:
        """The recorded votes as they are stored."""
        return self.rows("SELECT ballot_id, voice_id, choice FROM vote WHERE ballot_id = :id", id=ballot)

    def entries(self, scene: Scene) -> list[Any]:
        """The room's whole record as its members may see it, from the database."""
        with self.world() as world, world.app.app_context():
            return stored(scene.id)

    def memory(self) -> int:
        """Resident bytes of the serving process."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024

    def exceptions(self) -> list[str]:
        """What the server logged as a mistake of its own."""
        log = (self.server.folder / "server.log").read_text(errors="replace")
        return [line for line in log.splitlines() if line.startswith(("Traceback", "ERROR"))]

    # --- clients ---

    def client(self, player: Player | None, history: History | None = None, **more: Any) -> Client:
        """Make a client of a person, or of the public."""
        who = player.person.name if player else "nobody"
        return Client(self.url, player.token if player else None, history, who=more.pop("who", who), **more)

    async def clients(self, players: list[Player], history: History, stream: str | None = None,
                      seed: int = 0) -> list[Client]:
        """A client for each, connected and, if asked, listening from the beginning."""
        made = [self.client(player, history, seed=seed) for player in players]
        await asyncio.gather(*(client.connect() for client in made))
        if stream is not None:
            await asyncio.gather(*(client.join(stream, after=0) for client in made))
        return made


def stored(stream: str) -> list[Any]:
    """A stream's whole record as its members may see it, from the database this process is connected to."""
    found: list[Any] = []
    while page := record.entries(stream, after=len(found)):
        found += record.present(page, Audience.MEMBERS)
    return found


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


async def until(holds: Callable[[], bool], within: float = PATIENCE) -> float:
    """Wait until something holds; returns how long that took. Raises TimeoutError."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.02)
    return time.monotonic() - began


async def all_there(clients: list[Client], seq: int, within: float = PATIENCE) -> None:
    """Wait until each has applied everything up to a number."""
    await until(lambda: all(client.last == seq for client in clients), within)
