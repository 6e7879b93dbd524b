"""Pages at the end of a bad line: whatever is lost, doubled or refused on the way, in the end they show the truth."""

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from dialogue.core import db
from tests.journeys.conftest import House
from tests.journeys.test_connection import LISTEN, is_live, said


def turned_away(page: Page, *refusals: str) -> list[str]:
    """From now on the page's first attempts are refused at the door, in these words; returns those still to come."""
    waiting = list(refusals)

    def at_the_door(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda frame: route.send(answered(str(frame))))

    def answered(frame: str) -> str:
        return f'44{{"message":"{waiting.pop(0)}"}}' if waiting and frame.startswith("40") else frame

    page.route_web_socket("**/socket.io/**", at_the_door)
    return waiting


def test_who_is_refused_at_the_door_knocks_again_until_there_is_room(house: House) -> None:
    room = house.world.room()
    one, other = house.world.member(room), house.world.member(room)
    db.release()
    page = house.enter(other)
    page.add_init_script("Math.random = () => 0.9")  # Long pauses, so that the outage is one to speak of.
    refusals = turned_away(page, "too_many", "too_many")
    page.goto(room.address)
    page.evaluate(LISTEN)
    house.world.contribution(room, one, "While it waited")
    db.release()
    is_live(page)
    assert refusals == []
    expect(page.locator(".contribution .body")).to_have_text(["While it waited"])
    expect(page.locator("connection-status")).to_contain_text("Connected again")
    assert said(page) == ["reconnecting", "caught_up"]


@pytest.mark.parametrize("refusal", ["origin", "token"])
def test_who_would_only_be_refused_again_does_not_knock_twice(house: House, refusal: str) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person)
    knocks = turned_away(page, refusal, "too_many")
    page.goto(room.address)
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    page.wait_for_timeout(2_000)
    assert knocks == ["too_many"]
