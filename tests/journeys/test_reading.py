"""Reading on: a room opens at the first unread contribution, and only what was in the viewport counts as read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.rooms.contributions import actions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Membership, Room
from tests.browser import PHONE
from tests.journeys.conftest import House

LONG = "A paragraph that takes some lines of the page, so that few contributions fit a window. " * 4


@pytest.fixture
def room(house: House) -> Room:
    """A room in which much was said."""
    return house.world.room()


def reader_of(house: House, room: Room, *, read: int, new: int) -> Person:
    """A member who has read the first contributions and none of the new ones."""
    reader, writer = house.world.member(room), house.world.member(room)
    for n in range(read):
        said = house.world.contribution(room, writer, f"Old {n}")
    actions.mark_read(reader, room.id, seq=said.seq)
    for n in range(new):
        house.world.contribution(room, writer, f"Fresh {n}. {LONG}")
    db.release()
    return reader


def unread(room: Room, reader: Person) -> int:
    """How many contributions lie after the reader's bookmark."""
    db.release()
    mine = (Membership.room_id == room.id) & (Membership.person_id == reader.id)
    read = db.session().scalars(select(Membership.read_seq).where(mine)).one()
    after = db.session().scalars(select(Contribution.seq).where(Contribution.room_id == room.id,
                                                                Contribution.seq > read)).all()
    db.release()
    return len(after)


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Look at the database until it holds; the page goes on meanwhile."""
    for _look in range(100):
        if holds():
            return
        page.wait_for_timeout(200)
    pytest.fail("the bookmark did not get there")


@pytest.mark.parametrize("screen", [(1280, 800), PHONE], ids=["desk", "phone"])
def test_a_room_opens_at_the_first_unread_and_only_what_was_in_the_viewport_is_read(
        house: House, room: Room, screen: tuple[int, int]) -> None:
    reader = reader_of(house, room, read=12, new=10)
    page = house.enter(reader, "/", viewport=screen)
    page.get_by_role("link", name=room.title).first.click()
    expect(page.locator(".first-unread")).to_be_in_viewport()
    expect(page.locator(".first-unread")).to_contain_text("New since your last visit")
    expect(page.get_by_text("Fresh 0")).to_be_in_viewport()
    wait_until(page, lambda: unread(room, reader) < 10)
    assert unread(room, reader) >= 7
    first = house.enter(reader, room.address, viewport=screen)  # … and once more, in a second browser.
    expect(first.locator(".first-unread + article")).to_contain_text(f"Fresh {10 - unread(room, reader)}")
    expect(first.locator(".first-unread")).to_be_in_viewport()


def test_a_look_at_the_top_or_the_end_clears_nothing_between(house: House, room: Room) -> None:
    reader = reader_of(house, room, read=12, new=10)
    page = house.enter(reader, f"{room.address}#main")
    expect(page.locator("live-stream")).to_be_visible()
    page.locator("#composer").scroll_into_view_if_needed()
    expect(page.get_by_text("Fresh 9")).to_be_in_viewport()
    sees = page.locator(".contribution").last
    expect(sees).to_be_in_viewport()
    page.get_by_label("Your contribution").fill("Said before reading on")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Said before reading on")).to_be_visible()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("10 new")
    assert unread(room, reader) == 11  # … with their own, which the page does not count.


def test_scrolling_through_reads_all(house: House, room: Room) -> None:
    reader = reader_of(house, room, read=2, new=6)
    page = house.enter(reader, room.address)
    expect(page.locator(".first-unread")).to_be_in_viewport()
    for n in range(6):
        page.get_by_text(f"Fresh {n}").scroll_into_view_if_needed()
        page.locator(".contribution").nth(n + 2).locator("footer").scroll_into_view_if_needed()
        expect(page.locator(".contribution").nth(n + 2).locator("footer")).to_be_in_viewport()
        page.mouse.wheel(0, 60)
    page.locator("#composer").scroll_into_view_if_needed()
    wait_until(page, lambda: unread(room, reader) == 0)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("all read")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_one_press_marks_all_as_read(house: House, room: Room, scripts: bool) -> None:
    reader = reader_of(house, room, read=2, new=50)
    page = house.enter(reader, room.address, java_script_enabled=scripts)
    if scripts:
        page.evaluate("window.isTheSamePage = true")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".first-unread")).to_have_count(0)
    assert not scripts or page.evaluate("window.isTheSamePage")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("all read")


def test_far_behind_a_room_opens_at_the_first_unread_too(house: House, room: Room) -> None:
    reader = reader_of(house, room, read=2, new=50)
    page = house.enter(reader, room.address)
    expect(page.locator(".first-unread + article")).to_contain_text("Fresh 0")
    expect(page.locator(".first-unread")).to_be_in_viewport()
    page.get_by_role("link", name="Jump to the last contribution").click()
    expect(page.get_by_text("Fresh 49")).to_be_visible()
    page.get_by_role("link", name="Go to the first unread contribution").click()
    expect(page.get_by_text("Fresh 3.")).to_be_visible()
    assert unread(room, reader) >= 45


def test_without_a_script_the_home_page_leads_to_the_first_unread(house: House, room: Room) -> None:
    reader = reader_of(house, room, read=12, new=10)
    page = house.enter(reader, "/", java_script_enabled=False)
    page.get_by_role("link", name=room.title).first.click()
    expect(page.locator(".first-unread")).to_be_in_viewport()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("all read")


def test_what_was_read_is_told_without_a_socket_too(house: House, room: Room) -> None:
    reader = reader_of(house, room, read=12, new=10)
    page = house.enter(reader, "/")
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    page.goto(room.address)
    expect(page.locator(".first-unread")).to_be_in_viewport()
    wait_until(page, lambda: unread(room, reader) < 10)
    assert unread(room, reader) >= 7
