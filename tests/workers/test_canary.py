"""What people type, are called, sign in with and choose stays out of logs, figures, Redis and temporary files."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from redis import Redis as Client

from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes.models import Visibility
from tests.workers.conftest import Cluster, Worker, token_of
from tests.workers.wire import Line
from tests.world import PASSWORD, World

CANARY = "canarybird"
Lines = Callable[..., Line]


class Heard:
    """What Redis is sent while the block runs."""

    def __init__(self, cluster: Cluster) -> None:
        self.client: Any = Client.from_url(cluster.redis.url)
        self.commands: list[str] = []

    def __enter__(self) -> "Heard":
        """Listen."""
        self._ear = self.client.monitor().__enter__()
        return self

    def __exit__(self, *_error: object) -> None:
        """Hear it out up to a mark of our own."""
        self.client.echo("the end")
        while not self.commands or "the end" not in self.commands[-1]:
            self.commands.append(self._ear.next_command()["command"])
        self._ear.__exit__(None, None, None)


def post(worker: Worker, path: str, **fields: str) -> None:
    """Send a form as a page would: with its cookie and its token."""
    with urlopen(Request(f"{worker.url}/sign-in"), timeout=10) as page:
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        token = re.findall(r'name="csrf-token" content="([^"]+)"', page.read().decode())[0]
    body = urlencode({"csrf_token": token, **fields}).encode()
    origin = {"Cookie": cookie, "Origin": worker.url, "Referer": f"{worker.url}/sign-in"}
    try:
        urlopen(Request(worker.url + path, body, origin), timeout=10).close()
    except HTTPError as refusal:
        refusal.close()


@pytest.fixture
def room(world: World) -> Room:
    """A room of the unheard."""
    return world.room(AttributionRule.CHATHAM_HOUSE, title=f"{CANARY} room")


def take_part(cluster: Cluster, world: World, room: Room, lines: Lines) -> list[str]:
    """Do on two workers what people do; returns what must not be found."""
    chair = world.member(room, RoomRole.CHAIR, name=f"{CANARY} chair")
    voters = [world.member(room, name=f"{CANARY} voter") for _ in range(5)]
    ballot = world.ballot(room, chair, Visibility.SECRET)
    hall = world.hall(title=f"{CANARY} hall")
    secrets = [token_of(chair), start_sign_in(chair)]
    for worker in cluster.workers:
        for email, password in ((chair.email, PASSWORD), (f"{CANARY}@example.org", f"{CANARY} password"),
                                (f"{CANARY} password in the field of names", "x"), ("x" * 300, CANARY)):
            post(worker, "/sign-in", email=str(email), password=password)
        post(worker, "/halls/join", code=hall.code, name=CANARY)
        post(worker, "/halls/join", code="CANARYBI", name=CANARY)
        line = lines(worker, chair)
        line.ask("stream.join", stream=room.id)
        line.ask("contribution.post", stream=room.id, key=f"{CANARY}-{worker.url}", text=f"{CANARY} words")
        vote(worker, lines, voters, ballot.id)
        for path in (f"/agenda?search={CANARY}", f"/invitations/{CANARY}{'x' * 30}", f"/{CANARY}", "/rooms"):
            look(worker, path, secrets[1])
    return [CANARY, "CANARYBI", hall.code, PASSWORD, "abstain", "@example.org", *secrets, *(each.id for each in voters)]


def vote(worker: Worker, lines: Lines, voters: list[Person], ballot_id: str) -> None:
    """Each votes."""
    for voter in voters:
        lines(worker, voter).ask("ballot.cast", ballot=ballot_id, key=f"{CANARY}-{voter.id}", choice="abstain")


def look(worker: Worker, path: str, session: str) -> None:
    """Open a page, which may not be there."""
    try:
        urlopen(Request(worker.url + path, headers={"Cookie": f"dialogue={session}"}), timeout=10).close()
    except HTTPError as refusal:
        refusal.close()


def test_nothing_people_type_is_written_where_it_is_not_kept(
        cluster: Cluster, world: World, lines: Lines, room: Room) -> None:
    with Heard(cluster) as heard:
        secrets = take_part(cluster, world, room, lines)
    assert any("PUBLISH" in command for command in heard.commands)
    assert any("sign_in" in command for command in heard.commands)
    kept = [key + (heard.client.dump(key) or b"") for key in heard.client.scan_iter()]
    places = {"redis": "\n".join(heard.commands).encode(), "kept in redis": b"\n".join(kept)}
    for n, worker in enumerate(cluster.workers):
        with urlopen(f"{worker.url}/metrics", timeout=10) as figures:
            places[f"figures {n}"] = figures.read()
        places[f"log {n}"] = (worker.folder / "server.log").read_bytes()
    for file in left_behind(cluster.instance):
        places[file.name] = file.read_bytes()
    found = [(place, secret) for place, content in places.items() for secret in secrets if secret.encode() in content]
    assert found == []


def test_no_refusal_is_logged_as_an_error(cluster: Cluster, world: World, lines: Lines, room: Room) -> None:
    worker = cluster.workers[0]
    log = worker.folder / "server.log"
    before = log.stat().st_size
    person = world.member(room)
    post(worker, "/sign-in", email=str(person.email), password="another horse battery staple")
    post(worker, "/halls/join", code="WRONGCDE", name="A name")
    post(worker, "/start", name="", email="", password="short")
    line = lines(worker, person)
    for event in ("stream.join", "contribution.post", "contribution.edit", "question.ask", "ballot.cast"):
        assert not line.ask(event, stream="nothing", contribution="nothing", ballot="nothing", text="", key="k")["ok"]
    look(worker, "/rooms/nothing", "no session")
    said = log.read_bytes()[before:].decode()
    assert "answered" in said
    assert "error" not in said
    assert "broke" not in said


def left_behind(instance: Path) -> list[Path]:
    """The files of an installation, but for what is kept there on purpose: the record, keys and compiled pages."""
    return [file for file in instance.rglob("*") if file.is_file() and "templates-" not in str(file)]
