"""Sockets without a server: flask-socketio's own client, in this process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.live.connections import connections
from dialogue.server import background
from tests.world import World

ORIGIN = {"Origin": "http://localhost:8000"}


class Socket:
    """A person's socket: `ask` sends an event and returns its ack, `heard` what has come in since."""

    def __init__(self, world: World, person: Person | None, **more: Any) -> None:
        browser = world.browser(person)
        self.browser = browser
        server = world.app.extensions["socketio"]
        self.client = server.test_client(world.app, flask_test_client=browser.client, **{"headers": ORIGIN, **more})
        db.release()

    def ask(self, event: str, **payload: Any) -> Any:
        """Send an event with its object."""
        return self.send(event, payload)

    def send(self, event: str, *payload: Any) -> Any:
        """Send an event with anything at all."""
        return self.client.emit(event, *payload, callback=True)

    def heard(self, event: str | None = None) -> list[Any]:
        """What arrived since the last time, of one event or of all."""
        return [got["args"][0] for got in self.client.get_received() if event in (None, got["name"])]

    def join(self, stream_id: str, **more: Any) -> Any:
        """Listen to a stream."""
        answer = self.ask("stream.join", stream=stream_id, **more)
        self.heard()
        return answer


@pytest.fixture
def socket(world: World) -> Iterator[Callable[..., Socket]]:
    """A function: `socket(person)` connects one more; `socket()` connects a public one."""

    def connect(person: Person | None = None, **more: Any) -> Socket:
        return Socket(world, person, **more)

    yield connect
    for connection in connections():
        connections().drop(connection.sid)


@pytest.fixture
def publish(world: World) -> Callable[[], None]:
    """A function that does what the serving process does after a commit."""

    def once() -> None:
        db.release()
        background.publish()
        background.tell()
        db.release()

    return once
