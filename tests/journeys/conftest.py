"""People at their screens, in front of a real server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dialogue import create_app
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
        """The person signs in on a browser of their own and goes to the address."""
        page = self.new_person(self.server.url, **screen)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(person.email or "")
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.goto(address)
        return page


@pytest.fixture
def house(serve: Callable[..., AppServer], new_person: Callable[..., Page]) -> Iterator[House]:
    """A served Dialogue with an empty database."""
    server = serve()
    with world_behind(server, f"sqlite:///{server.folder / 'dialogue.sqlite'}") as world:
        yield House(server, world, new_person)


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
