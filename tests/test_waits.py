"""Who waits for something else than the database holds none of its connections meanwhile, at any door."""

import re
import select
import socket as sockets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from dialogue.core import db, limits
from dialogue.core.cooperative import MOMENT
from dialogue.core.transaction import transaction
from dialogue.live.events import registered
from tests.live.conftest import Socket
from tests.live.conftest import socket as socket
from tests.policies import EVENT_THINGS, FILLED, FILLED_IN_JSON, built, declared
from tests.servers import Redis
from tests.test_matrix import House, _payload
from tests.test_matrix import house as house
from tests.world import PASSWORD, World

pytestmark = pytest.mark.slow("each route, for one role")

HARD = "*Words* with [a mark](https://example.org) "  # Read by a child process; numbered, so that none is remembered.
NEW = "a wholly different sentence"


class Waits:
    """What was waited for, and where a connection was held meanwhile."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.holding: list[str] = []
        self.door = ""

    def note(self, what: str) -> None:
        """Something is about to be waited for."""
        self.seen.add(what)
        session = db._work().session
        if session is not None and session.in_transaction():
            self.holding.append(f"{self.door} waits for {what}")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Everything that is waited for from here on."""
    noted = Waits()

    def watch(owner: Any, name: str, what: str, *, when: Callable[..., bool] = lambda *_args, **_more: True) -> None:
        call = getattr(owner, name)

        def noting(*args: Any, **more: Any) -> Any:
            if when(*args, **more):
                noted.note(what)
            return call(*args, **more)

        monkeypatch.setattr(owner, name, noting)

    watch(PasswordHasher, "hash", "a password")
    watch(PasswordHasher, "verify", "a password")
    watch(select, "poll", "a child process")
    watch(subprocess, "Popen", "a program")
    watch(threading.Event, "wait", "a thread", when=lambda event, *_seconds: not event.is_set())
    watch(time, "sleep", "time", when=lambda seconds: seconds > MOMENT)
    watch(sockets.socket, "sendall", "Redis")
    return noted


@pytest.fixture
def shared(house: House, redis_server: Redis) -> Iterator[None]:
    """The limits are counted in Redis."""
    limits.connect(redis_server.url)
    yield
    limits.connect(None)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("who", ["chair", "convenor", "participant"])
def test_no_route_holds_a_connection_while_it_waits(house: House, who: str, waits: Waits) -> None:
    client = house.client(who)
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/rooms").text)
    assert token
    with client.session_transaction() as session:
        as_it_began = dict(session)
    for n, (method, address) in enumerate(declared()):
        with client.session_transaction() as session:
            session.clear()
            session.update(as_it_began)
        waits.door = f"{method} {address}"
        body = {} if method == "GET" else {"json": json(n)} if address.startswith("/api/") else {"data": form(house, n)}
        client.open(built(address, house.ids), method=method, headers={"X-CSRFToken": token[1]}, **body).close()
    assert waits.holding == []
    assert {"a password", "a child process", "Redis"} <= waits.seen


def json(n: int) -> dict[str, Any]:
    """What gets past the parsing of every JSON door."""
    return FILLED_IN_JSON | {"text": f"{HARD}{n}", "key": f"key-{n}"}


def form(house: House, n: int) -> dict[str, Any]:
    """… of every form."""
    hard = f"{HARD}{n}"
    return FILLED | {
        "text": hard, "description": hard, "answer": hard, "key": f"key-{n}", "segment": house.ids["segment_id"],
        "email": f"person{n}@example.org", "password": PASSWORD, "current": PASSWORD, "new": NEW, "code": "WRONG",
        "what": "agenda", "format": "md"}


@pytest.mark.usefixtures("shared")
def test_no_event_holds_a_connection_while_it_waits(
        house: House, world: World, socket: Callable[..., Socket], waits: Waits,
        monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.client("chair")
    monkeypatch.setattr(world, "browser", lambda _person: type("B", (), {"client": browser}))
    there = socket(None)
    for n, event in enumerate(sorted(registered())):
        waits.door = event
        there.ask(event, **_payload(house, event) | {"text": f"{HARD}event {n}", "key": f"e{n}"})
    assert set(registered()) == set(EVENT_THINGS)
    assert waits.holding == []
    assert "a child process" in waits.seen


def test_wrong_sign_ins_hold_no_connection_while_their_passwords_are_checked(world: World, waits: Waits) -> None:
    person = world.person()
    for email in (person.email, "nobody@example.org"):
        waits.door = email
        assert world.browser().post("/sign-in", email=email, password="wrong").status_code == 422
    assert "a password" in waits.seen
    assert waits.holding == []


def test_waiting_inside_a_transaction_is_a_mistake_of_ours(world: World) -> None:
    with transaction(), pytest.raises(RuntimeError):
        db.pause()
