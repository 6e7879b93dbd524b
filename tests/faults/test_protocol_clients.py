"""The protocol as others' clients speak it: npm's socket.io-client and python-socketio's, against a served Dialogue."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask
from socketio.exceptions import ConnectionError as NotConnected

from dialogue.core import record
from dialogue.core.errors import DomainError
from dialogue.core.limits import LIMITS
from dialogue.halls.models import MAX_QUESTION_LENGTH
from dialogue.live.events import registered
from dialogue.live.streams import subscribing
from dialogue.live.transport import connection_limits, flood_limit, frames, writer
from dialogue.rooms.contributions import actions
from dialogue.rooms.models import RoomRole
from dialogue.setup.node import npm_environment
from dialogue.votes.queries import as_data
from tests.faults.answers import get
from tests.faults.client import Client
from tests.faults.frames import PATIENCE, RawSocket, run
from tests.faults.stage import Scene, Stage
from tests.world import World

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


@pytest.fixture
def scene(mortal_stage: Stage) -> Scene:
    """A room, served."""
    made = mortal_stage.scene(3)
    mortal_stage.open_ballot(made)
    mortal_stage.server.start()
    return made


def say(stage: Stage, scene: Scene, words: str) -> None:
    """Let another client post."""

    async def once() -> None:
        client = Client(stage.url, scene.members[0].token)
        await client.connect()
        client.stream = scene.id
        assert (await client.post(words, key=words.replace(" ", "-")))["ok"]

    run(once())


@pytest.fixture
def npm_client(mortal_stage: Stage, scene: Scene) -> Iterator[subprocess.Popen[str]]:
    """The program in tests/faults/npm, running."""
    command = ["node", str(Path(__file__).parent / "npm" / "client.js"), mortal_stage.url, scene.members[1].token,
               scene.id]
    with subprocess.Popen(command, cwd=ROOT, env=npm_environment(), stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def test_the_npm_client_is_refused_posts_once_and_comes_back_to_what_it_missed(
        mortal_stage: Stage, scene: Scene, npm_client: subprocess.Popen[str]) -> None:
    assert npm_client.stdout is not None
    refused = json.loads(npm_client.stdout.readline())
    assert refused == {"step": "refused", "stranger": "token", "nobody": "origin"}
    posted = json.loads(npm_client.stdout.readline())
    assert posted["joined"]["role"] == "participant"
    assert posted["first"]["ok"]
    assert posted["second"] == posted["first"]
    assert posted["other"]["error"]["code"] == "conflict"
    assert posted["applied"][-1] == "contribution.posted"
    mortal_stage.server.kill()
    with mortal_stage.world() as world:
        missed = world.contribution(scene.room, scene.chair.person, "While you were away")
    mortal_stage.server.start()
    back = json.loads(npm_client.stdout.readline())
    stored = mortal_stage.entries(scene)
    assert back["last"] >= missed.seq
    assert back["applied"] == [entry["kind"] for entry in stored[:back["last"]]]
    assert npm_client.wait(10) == 0


class PythonClient:
    """A program with python-socketio's client, as simple as one would write it."""

    def __init__(self, url: str, token: str, stream: str) -> None:
        self.url, self.token, self.stream = url, token, stream
        self.applied: list[dict[str, Any]] = []
        self.joins = 0
        self.lock = threading.Lock()
        self.socket = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=1)
        self.socket.on("record", lambda record: self.apply(record["events"]))
        self.socket.on("connect", self.listen)

    def connect(self) -> None:
        """Open it."""
        self.socket.connect(self.url, auth={"token": self.token}, transports=["websocket"])

    def listen(self) -> None:
        """Join with what was seen last; called at each connection."""
        answer = self.socket.call("stream.join", {"stream": self.stream, "after": len(self.applied)})
        self.apply(answer["events"])
        self.joins += 1

    def apply(self, events: list[dict[str, Any]]) -> None:
        """In order, each once."""
        with self.lock:
            for entry in events:
                if entry["seq"] == len(self.applied) + 1:
                    self.applied.append(entry)

    def ask(self, event: str, **payload: Any) -> Any:
        """Send an event."""
        return self.socket.call(event, payload)


def wait_for(holds: Any) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_python_socketio_s_client_posts_votes_and_comes_back(mortal_stage: Stage, scene: Scene) -> None:
    stranger = PythonClient(mortal_stage.url, "made up", scene.id)
    told = []
    stranger.socket.on("connect_error", told.append)
    with pytest.raises(NotConnected):
        stranger.connect()
    assert told == [{"message": "token"}]
    client = PythonClient(mortal_stage.url, scene.members[1].token, scene.id)
    client.connect()
    wait_for(lambda: client.joins == 1)
    first = client.ask("contribution.post", stream=scene.id, key="k", text="From Python")
    assert first["ok"]
    assert client.ask("contribution.post", stream=scene.id, key="k", text="From Python") == first
    assert client.ask("contribution.post", stream=scene.id, key="k", text="Else")["error"]["code"] == "conflict"
    vote = client.ask("ballot.cast", ballot=scene.ballot, key="v", choice="yes")
    assert vote["ok"]
    wait_for(lambda: len(client.applied) == first["seq"])
    mortal_stage.server.stop()
    with mortal_stage.world() as world:
        world.contribution(scene.room, scene.chair.person, "While you were away")
    mortal_stage.server.start()
    wait_for(lambda: client.joins == 2)
    assert client.ask("ballot.cast", ballot=scene.ballot, key="v", choice="yes") == vote
    stored = mortal_stage.entries(scene)
    wait_for(lambda: len(client.applied) == len(stored))
    assert [entry["kind"] for entry in client.applied] == [entry["kind"] for entry in stored]
    client.socket.disconnect()


def test_the_record_can_be_fetched_in_pages(stage: Stage) -> None:
    scene = stage.scene(1)
    for n in range(5):
        say(stage, scene, f"Words {n}")
    token = scene.members[0].token
    address = f"{stage.url}/api/v1/streams/{scene.id}/events"
    whole = get(address, token)["events"]
    pages, after, more = [], 0, True
    while more:
        page = get(f"{address}?after={after}&limit=3", token)
        pages, after, more = pages + page["events"], page["seq"], page["more"]
    assert pages == whole


@pytest.mark.usefixtures("app")  # All nouns have registered theirs.
def test_the_protocol_names_every_event_a_client_may_send() -> None:
    table = PROTOCOL.split("### What a client sends")[1].split("### What the server sends")[0]
    told = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert told == set(registered())


@pytest.mark.usefixtures("app")  # All nouns have registered theirs.
def test_the_protocol_names_every_kind_of_entry_of_a_stream() -> None:
    section = PROTOCOL.split("### What is recorded")[1].split("## ")[0]
    told, noun = set(), ""
    for word in re.findall(r"`([a-z_.]+)`", section.split("|---|---|")[1].split("\n\n")[0]):
        noun = word.split(".")[0] or noun
        told.add(f"{noun}.{word.split('.')[1]}")
    house = {"dialogue.accounts.events"}  # In no person's stream.
    known = {event.kind for event in record.Event.__subclasses__()
             if event.__module__.startswith("dialogue.") and event.__module__ not in house}
    assert told == {kind for kind in known if not kind.startswith("theme.")}


def test_the_protocol_names_every_request_for_programs(app: Flask) -> None:
    table = PROTOCOL.split("| request | answer |")[1].split("\n\n")[0]
    told = [f"{method} /api/v1{path}" for method, path in re.findall(r"^\| `([A-Z]+) ([^`?]+)", table, flags=re.M)]
    known = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
             for method in rule.methods - {"HEAD", "OPTIONS"}}
    others = {"GET /api/v1/healthz", "GET /api/v1/readyz"}  # Beside the door for programs.
    nameless = [re.sub("<.+?>", "<>", request) for request in told]
    assert sorted(nameless) == sorted({re.sub("<.+?>", "<>", request) for request in known} | others)


def test_the_protocol_tells_what_a_ballot_holds(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    world.member(room)
    shape = PROTOCOL.split("## Ballot\n`{")[1].split("}")[0].split(", ")
    assert set(shape) == set(as_data(world.ballot(room, chair)))


def test_the_protocol_tells_the_status_of_every_refusal() -> None:
    told = {(int(status), code) for status, code in re.findall(r"(\d{3}) `([a-z_]+)`", PROTOCOL)}
    kinds = DomainError.__subclasses__()
    assert told == {(kind.status, kind.code) for kind in kinds}
    assert f"are `{DomainError.code}`: {DomainError.status}" in PROTOCOL


def test_the_protocol_tells_the_limits_that_hold() -> None:
    figures = (f"{frames.MAX_FRAME // 1024} KB", f"{frames.MAX_DEPTH} deep",
               f"{connection_limits.MAX_OF_ONE_ACCOUNT} sockets an account",
               f"{connection_limits.MAX_OF_ONE_ADDRESS} sockets an address",
               f"{subscribing.MAX_STREAMS} streams a socket",
               f"{writer.MAX_BEHIND // 1024} KB behind",
               f"{subscribing.MAX_EVENTS} entries or {subscribing.MAX_BYTES // 1024} KB",
               f"{flood_limit.RATE:.0f} a second a socket, {flood_limit.BURST:.0f} at once",
               f"{actions.MAX_TEXT:,}; {MAX_QUESTION_LENGTH}; {actions.MAX_REASON} characters",
               f"{LIMITS['live'].amount} a minute", f"{LIMITS['public_address'].amount:,} a minute",
               f"{LIMITS['post'].amount} a minute", f"{LIMITS['press'].amount} a minute")
    assert [figure for figure in figures if figure not in PROTOCOL] == []


def test_the_protocol_tells_the_greeting_that_comes(stage: Stage) -> None:
    async def greeting() -> Any:
        socket = await RawSocket.open(stage.url, origin=stage.url)
        return json.loads((await socket.read())[1][1:])

    greeted = run(greeting())
    assert f"every {greeted['pingInterval'] // 1000} s" in PROTOCOL
    assert f"within {greeted['pingTimeout'] // 1000} s" in PROTOCOL
    assert greeted["maxPayload"] == frames.MAX_FRAME
    assert greeted["upgrades"] == []
