"""A reader of a room while another member posts, and what the page says of its connection."""

from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Page, expect

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.rooms.models import Room
from tests.journeys.conftest import House

LISTEN = """() => {
  window.said = [];
  const line = document.querySelector("connection-status");
  new MutationObserver(() => window.said.push(line.dataset.state)).observe(line, {attributeFilter: ["data-state"]});
}"""


def said(page: Page) -> list[str]:
    """What the page said of its connection since it was listened to."""
    return page.evaluate("[...new Set(window.said)]")


def is_live(page: Page) -> None:
    """Wait until the page has joined its stream."""
    expect(page.locator("presence-line")).to_be_visible()


@dataclass
class Pair:
    """A room with one who speaks, behind the server's back, and one who listens at a page."""

    house: House
    room: Room
    speaker: Person
    listener: Person

    @classmethod
    def meet(cls, house: House) -> Self:
        """Two members of a new room."""
        room = house.world.room()
        pair = cls(house, room, house.world.member(room), house.world.member(room))
        db.release()
        return pair

    def listens(self) -> Page:
        """The listener's page of the room, live; what it says of its connection is noted."""
        page = self.house.enter(self.listener, self.room.address)
        is_live(page)
        page.evaluate(LISTEN)
        return page

    def says(self, text: str) -> str:
        """The speaker's words; returns the contribution's id."""
        contribution_id = self.house.world.contribution(self.room, self.speaker, text).id
        db.release()
        return contribution_id
