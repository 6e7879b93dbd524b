"""People at their screens, in front of a real server."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect

from dialogue import create_app
from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.halls.models import Hall
from dialogue.halls.questions import actions as questions
from dialogue.rooms.models import RoomRole
from dialogue.settings import Settings
from tests.app_server import AppServer
from tests.world import PASSWORD, World

expect.set_options(timeout=20_000)  # A machine that does other things too is slow, not broken.


@dataclass
class House:
    """A served Dialogue, the world behind it (made by another process) and people who come to its door."""

    server: AppServer
    world: World
    new_person: Callable[..., Page]

    def enter(self, person: Person, address: str = "/", **screen: object) -> Page:
        """The person, signed in, goes to the address on a browser of their own."""
        page = self.new_person(self.server.url, **screen)
        held = {"dialogue": self._cookie(person)}
        if screen.get("java_script_enabled", True):
            held["bookmark"] = "viewport"  # As the script of the sign-in page leaves it.
        page.context.add_cookies([{"name": name, "value": value, "url": self.server.url}
                                  for name, value in held.items()])
        page.goto(address)
        return page

    def sign_in(self, page: Page, person: Person) -> None:
        """The person signs in by the form."""
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(person.email or "")
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()

    def _cookie(self, person: Person) -> str:
        signer = SecureCookieSessionInterface().get_signing_serializer(self.world.app)
        assert signer is not None
        assert person.id  # Read here: the thread below has a session of its own, and this one stays as it is.
        with ThreadPoolExecutor(1) as apart:
            return str(signer.dumps({"_user_id": apart.submit(_begin, person).result()}))


def _begin(person: Person) -> str:
    try:
        return start_sign_in(person)
    finally:
        db.release()


@pytest.fixture
def house(serve: Callable[..., AppServer], new_person: Callable[..., Page]) -> Iterator[House]:
    """A served Dialogue with an empty database."""
    server = serve()
    with world_behind(server, f"sqlite:///{server.folder / 'dialogue.sqlite'}") as world:
        yield House(server, world, new_person)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, blank_database: Path) -> Iterator[AppServer]:
    """A served Dialogue with the sample in it, for all tests of this process that only look."""
    server = AppServer(tmp_path_factory.mktemp("sample"))
    (server.folder / "dialogue.sqlite").write_bytes(blank_database.read_bytes())
    server.flask("demo", "--if-empty")
    server.start()
    yield server
    server.stop()


@dataclass
class Staffed:
    """A hall with a moderator and two participants."""

    hall: Hall
    chair: Person
    asker: Person
    reader: Person


@pytest.fixture
def staffed(house: House) -> Staffed:
    """A hall with its people; its first question was asked."""
    hall = house.world.hall(title="Hall of examples")
    found = Staffed(hall, house.world.member(hall, RoomRole.CHAIR), house.world.member(hall), house.world.member(hall))
    questions.ask(found.asker, hall.id, text="Asked first?")
    for person in (found.chair, found.asker, found.reader):
        db.session().refresh(person)
    db.session().refresh(hall)
    return found


@contextmanager
def world_behind(server: AppServer, url: str) -> Iterator[World]:
    """The world of a served Dialogue, made in this process on the same database."""
    app = create_app(Settings(instance=server.folder, database_url=url, secret_key="only-for-tests", testing=True))
    yield World(app)
    db.release()
    db.engine().dispose()
