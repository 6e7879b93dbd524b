"""What breaks in the real world: a killed server, a database that is away, hands that press twice, old forms."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg
import socketio
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.accounts.profile import actions as profiles
from dialogue.core import db
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions as votes
from tests.app_server import AppServer
from tests.journeys.conftest import House, world_behind
from tests.world import PASSWORD

POSTS, KILLS, PATIENCE = 8, 2, 60


class Program:
    """A program at the socket: sends a thing under its key until it is acknowledged."""

    def __init__(self, url: str, person: Person) -> None:
        self.url, self.token = url, profiles.make_token(person, label="program", days=1, key="k")[1]
        self.acknowledged: dict[str, str] = {}
        self.asked: list[str] = []

    def posts(self, room_id: str, texts: list[str]) -> None:
        """Post each text; where no answer comes, post it again on a new connection under the same key."""
        for text in texts:
            self.asked.append(text)
            payload = {"stream": room_id, "key": text, "text": text}
            self.acknowledged[text] = self._until_acknowledged(lambda sent=payload: self._by_socket(sent))

    def votes(self, ballot: str, choice: str) -> None:
        """Cast a vote over HTTP until it is receipted."""
        body = {"choice": choice, "key": "vote"}
        self.acknowledged["vote"] = self._until_acknowledged(lambda: self._by_http(f"/api/v1{ballot}/votes", body))

    def _until_acknowledged(self, attempt: Callable[[], str | None]) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if answer := attempt():
                return answer
            time.sleep(0.2)
        raise AssertionError("no answer in time")

    def _by_socket(self, payload: dict[str, str]) -> str | None:
        try:
            with socketio.SimpleClient() as client:
                client.connect(self.url, auth={"token": self.token}, transports=["websocket"])
                answer = client.call("contribution.post", payload, timeout=5)
        except socketio.exceptions.SocketIOError:
            return None
        return str(answer["id"]) if answer["ok"] else None

    def _by_http(self, path: str, body: dict[str, str]) -> str | None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            with urlopen(Request(self.url + path, json.dumps(body).encode(), headers), timeout=5) as answer:
                return str(json.load(answer)["receipt"])
        except HTTPError as refusal:
            if refusal.code != 503:
                raise
            return None
        except (URLError, OSError):
            return None


def at_once(*deeds: Callable[[], None]) -> list[threading.Thread]:
    """Begin all of them at the same time."""
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    return threads


def killed_meanwhile(server: AppServer, threads: list[threading.Thread]) -> None:
    """Cut the server's power again and again while the others work, and let them finish."""
    for _cut in range(KILLS):
        time.sleep(0.7)
        server.kill()
        server.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_posts_that_were_acknowledged_survive_kills_and_nothing_is_there_twice(house: House) -> None:
    room = house.world.room()
    programs = [Program(house.server.url, house.world.member(room)) for _ in range(3)]
    room_id = room.id
    db.release()
    threads = at_once(*(lambda p=p, n=n: p.posts(room_id, [f"{n}-{i}" for i in range(POSTS)])
                        for n, p in enumerate(programs)))
    killed_meanwhile(house.server, threads)
    kept = {c.text: c.id for c in db.session().scalars(select(Contribution).where(Contribution.room_id == room_id))}
    assert kept == {text: id for program in programs for text, id in program.acknowledged.items()}
    assert db.session().scalar(select(func.count(Contribution.id))) == len(programs) * POSTS
    seqs = sorted(db.session().scalars(select(Contribution.seq).where(Contribution.room_id == room_id)))
    assert len(set(seqs)) == len(seqs)


def test_votes_that_were_receipted_are_counted_once_however_often_the_server_dies(house: House) -> None:
    room = house.world.room()
    people = [house.world.member(room) for _ in range(6)]
    chair = house.world.member(room, RoomRole.CHAIR, may_vote=False)
    ballot = house.world.ballot(room, chair)
    programs = [Program(house.server.url, person) for person in people]
    address, ballot_id = ballot.address, ballot.id
    db.release()
    threads = at_once(*(lambda p=p, n=n: p.votes(address, "yes" if n % 3 else "no") for n, p in enumerate(programs)))
    killed_meanwhile(house.server, threads)
    closed = votes.close_ballot(chair, ballot_id)
    assert (closed.yes, closed.no, closed.abstain) == (4, 2, 0)


# --- The database is away ---


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock this SQLite file against other writers."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def away(url: str) -> Iterator[None]:
    """Make this PostgreSQL database refuse and end all connections."""
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def writes_in_vain(page: Page) -> None:
    """Press Post, read that nothing was sent, and still have the words."""
    page.get_by_label("Your contribution").fill("Words to keep")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_text("cannot be reached just now").or_(page.get_by_text("Not sent")).first).to_be_visible()
    expect(page.get_by_label("Your contribution")).to_have_value("Words to keep")


def writes_in_the_end(page: Page) -> None:
    """Press again, and be heard once."""
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_label("Your contribution")).to_have_value("", timeout=30_000)
    page.reload()
    expect(page.locator(".contribution .body")).to_have_text(["Words to keep"])


def test_while_the_file_of_the_database_is_locked_a_draft_waits_in_the_browser(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    with locked(house.server.folder / "dialogue.sqlite"):
        writes_in_vain(page)
    writes_in_the_end(page)


def test_without_the_database_a_page_says_so_and_the_draft_waits(
    serve: Callable[..., AppServer], new_person: Callable[..., Page], postgres_url: Callable[[], str]
) -> None:
    url = postgres_url()
    server = serve(url)
    with world_behind(server, url) as world:
        room = world.room()
        house, person = House(server, world, new_person), world.member(room)
        db.release()
        page = house.enter(person, room.address)
        with away(url):
            writes_in_vain(page)
            answer = page.goto(room.address)
            assert answer is not None
            assert (answer.status, answer.header_value("Retry-After")) == (503, "5")
            expect(page.get_by_role("heading", level=1)).to_have_text("One moment")
        page.get_by_role("link", name="Try again").click()
        expect(page.get_by_label("Your contribution")).to_have_value("Words to keep")
        writes_in_the_end(page)


# --- Hands and old forms ---


def test_a_form_pressed_twice_is_one_deed(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address, java_script_enabled=False)
    page.get_by_label("Your contribution").fill("Said once")
    page.get_by_role("button", name="Post").dblclick()
    expect(page.locator(".contribution .body")).to_have_text(["Said once"])


def test_an_old_form_keeps_its_words_and_needs_one_more_press(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address, java_script_enabled=False)
    page.get_by_label("Your contribution").fill("Written in a session that is over")
    page.context.clear_cookies()
    elsewhere = page.context.new_page()
    elsewhere.goto("/sign-in")
    elsewhere.get_by_label("E-mail address").fill(person.email or "")
    elsewhere.get_by_label("Password").fill(PASSWORD)
    elsewhere.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Press once more")
    expect(page.locator("textarea")).to_have_value("Written in a session that is over")
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator(".contribution .body")).to_have_text(["Written in a session that is over"])
