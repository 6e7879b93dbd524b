"""A page among thousands: it waits for its turn to look, says that there is something, and looks once."""

import re

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from dialogue.core import db
from dialogue.rooms.models import RoomRole
from tests.journeys.conftest import House
from tests.world import PASSWORD

THOUSANDS = 1_000_000  # Present as the page is told: its turn comes within three minutes, hardly at once.


def crowded(route: WebSocketRoute) -> None:
    """Tell the page that it is one of very many."""
    server = route.connect_to_server()
    server.on_message(lambda frame: route.send(re.sub(r'"here":\d+', f'"here":{THOUSANDS}', str(frame))))


def looks(page: Page) -> list[Request]:
    """The looks the page takes at itself from now on."""
    found: list[Request] = []
    page.on("request", lambda asked: found.append(asked) if "x-requested-with" in asked.headers else None)
    return found


@pytest.mark.parametrize("crowd", [False, True])
def test_a_ballot_s_opening_is_told_at_once_and_looked_at_once(house: House, *, crowd: bool) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    member = house.world.member(hall)
    db.release()
    page = house.new_person(house.server.url)
    page.add_init_script("Math.random = () => 0.5")  # Nobody's turn comes first by chance.
    if crowd:
        page.route_web_socket("**/socket.io/**", crowded)
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(member.email or "")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    found = looks(page)
    with page.expect_websocket() as opened:
        page.goto(hall.address)
    opened.value.wait_for_event("framereceived", lambda frame: "presence" in str(frame))
    house.world.ballot(hall, house.world.convenor)
    db.release()
    if crowd:
        expect(page.get_by_text("A ballot has opened.")).to_be_visible()
        assert found == []
        page.get_by_role("button", name="Show it now").click()
    expect(page.get_by_role("link", name="Shall we meet again?")).to_be_visible()
    expect(page.get_by_text("A ballot has opened.")).to_be_hidden()
    assert len(found) == 1
