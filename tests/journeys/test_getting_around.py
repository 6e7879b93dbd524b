"""Menus that close, skip links and shortcuts to what a reader came for, and a reply that opens where they read."""

import pytest
from playwright.sync_api import Page, expect

from dialogue.core import db
from dialogue.rooms.models import Room
from tests.browser import PHONE
from tests.journeys.conftest import House

LONG = "A paragraph that takes some lines of the page, so that few contributions fit a window. " * 4
FOCUSED = "document.activeElement.id"


@pytest.fixture
def page(house: House) -> Page:
    """The page of a room in which much was said, before a member's eyes."""
    return in_a_long_room(house)


def in_a_long_room(house: House, **screen: object) -> Page:
    """The same, on a screen of one's own."""
    room = long_room(house)
    person = house.world.member(room)
    db.release()
    return house.enter(person, room.address, **screen)


def long_room(house: House) -> Room:
    """A room with thirty long contributions."""
    room = house.world.room()
    writer = house.world.member(room)
    for n in range(30):
        house.world.contribution(room, writer, f"Number {n}. {LONG}")
    return room


@pytest.mark.parametrize("screen", [(1280, 800), PHONE], ids=["desk", "phone"])
def test_a_menu_closes_on_escape_and_outside(house: House, screen: tuple[int, int]) -> None:
    page = in_a_long_room(house, viewport=screen)
    menu = page.locator("details.menu:visible")
    for close in ("Escape", "press", "Tab"):
        menu.locator("summary").click()
        expect(menu.locator(".menu-panel")).to_be_visible()
        if close == "press":
            page.mouse.click(200, 700)
        elif close == "Escape":
            page.keyboard.press("Escape")
            expect(menu.locator("summary")).to_be_focused()
        else:
            menu.get_by_role("button", name="Sign out").focus()
            page.keyboard.press("Tab")
        expect(menu.locator(".menu-panel")).to_be_hidden()
    menu.locator("summary").click()
    menu.get_by_role("link", name="Account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Account")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_skip_links_lead_to_the_discussion_and_to_the_message(house: House, scripts: bool) -> None:
    page = in_a_long_room(house, java_script_enabled=scripts)
    skips = ((2, "Skip to the discussion", "#discussion"), (3, "Skip to your message", "#field-text"))
    for presses, link, there in skips:
        page.goto(page.url.split("#")[0])
        for _press in range(presses):
            page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=link)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(there)).to_be_focused()
        expect(page.locator(there)).to_be_in_viewport()


def test_shortcuts_are_told_on_the_page_and_work(page: Page) -> None:
    page.keyboard.press("Alt+Shift+M")
    expect(page.get_by_label("Your contribution")).to_be_focused()
    page.keyboard.type("D and M are letters here")
    expect(page.get_by_label("Your contribution")).to_have_value("D and M are letters here")
    page.keyboard.press("Alt+Shift+D")
    expect(page.locator("#discussion")).to_be_focused()
    page.keyboard.press("Alt+Shift+P")
    expect(page.locator("#proposals")).to_be_focused()
    page.get_by_text("Keyboard shortcuts").click()
    for link in page.locator("a[aria-keyshortcuts]").all():
        keys = (link.get_attribute("aria-keyshortcuts") or "").replace("+", " ")
        expect(page.locator("key-shortcuts")).to_contain_text(keys)


@pytest.mark.parametrize("screen", [(1280, 800), PHONE], ids=["desk", "phone"])
def test_a_reply_opens_where_one_reads(house: House, screen: tuple[int, int]) -> None:
    page = in_a_long_room(house, viewport=screen)
    item = page.locator(".contribution").nth(10)
    item.get_by_role("link", name="Reply").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    item.get_by_role("link", name="Reply").click()
    box = page.get_by_label("Your contribution")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport(ratio=1)
    expect(item.locator(".body")).to_be_in_viewport()
    assert abs(page.evaluate("scrollY") - before) < screen[1]
    page.keyboard.type("An answer written where one reads")
    here = page.evaluate("scrollY")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".contribution")).to_have_count(31)
    expect(item.get_by_role("link", name="Reply")).to_be_focused()
    expect(page.locator('[data-part="new-below"]')).to_be_visible()
    assert abs(page.evaluate("scrollY") - here) < screen[1]
    page.locator('[data-part="new-below"]').click()
    expect(page.get_by_text("An answer written where one reads")).to_be_in_viewport()


def test_a_reply_that_is_left_goes_back_to_where_one_read(page: Page) -> None:
    item = page.locator(".contribution").nth(10)
    for leave in ("Escape", "press"):
        item.get_by_role("link", name="Reply").click()
        page.keyboard.type("Half a thought. ")
        before = page.evaluate("scrollY")
        if leave == "press":
            page.get_by_role("button", name="Not a reply").click()
        else:
            page.keyboard.press("Escape")
        expect(item.get_by_role("link", name="Reply")).to_be_focused()
        expect(page.get_by_label("Your contribution")).not_to_be_in_viewport()
        assert abs(page.evaluate("scrollY") - before) < 400
    expect(page.get_by_label("Your contribution")).to_have_value("Half a thought. Half a thought. ")
