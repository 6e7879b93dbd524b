"""People at their screens, in front of a real server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from dialogue import create_app
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.settings import Settings
from tests.app_server import AppServer
from tests.world import PASSWORD, World


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
    url = f"sqlite:///{server.folder / 'dialogue.sqlite'}"
    app = create_app(Settings(instance=server.folder, database_url=url, secret_key="only-for-tests", testing=True))
    yield House(server, World(app), new_person)
    db.release()
    db.engine().dispose()
