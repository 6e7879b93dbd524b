"""Every page works by keyboard, with a screen reader, on a phone and from right to left."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from dialogue.accounts.profile import actions as profiles
from dialogue.core import db
from dialogue.rooms.models import RoomRole
from tests.browser import DESK, PHONE
from tests.journeys.conftest import House
from tests.journeys.settled import Settled, settle

WIDEST = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
NAME_OF_FOCUS = "(at => at.ariaLabel ?? at.labels?.[0]?.innerText ?? at.innerText ?? '')(document.activeElement)"
MAX_PRESSES = 80


@cache
def axe() -> str:
    """The auditor's script."""
    return Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()


def findings(page: Page) -> list[tuple[str, Any]]:
    """What an auditor of accessibility finds on the page: the rule and where it is broken."""
    page.evaluate(axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"]]


@pytest.fixture
def settled(house: House) -> Settled:
    """A Dialogue in the middle of its work."""
    return settle(house.world)


@pytest.mark.parametrize(("screen", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk, light", "phone, dark"])
def test_no_barrier_is_found_on_any_main_page(
    house: House, settled: Settled, screen: tuple[int, int], scheme: str
) -> None:
    page = house.enter(settled.chair, viewport=screen, color_scheme=scheme)
    found = {name: findings(page) for name, _ in visits(page, settled)}
    assert {name: what for name, what in found.items() if what} == {}


def test_from_right_to_left_no_main_page_is_wider_than_a_phone(house: House, settled: Settled) -> None:
    profiles.change_profile(settled.chair, name="منسقة المثال", language="en", time_zone="UTC")
    db.release()
    page = house.enter(settled.chair, viewport=PHONE)
    # No language written from the right has a catalogue yet, so the page is turned as such a language would.
    page.add_init_script("addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl'; });")
    widths = {}
    for name, _ in visits(page, settled):
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        widths[name] = page.evaluate(WIDEST)
    assert {name: width for name, width in widths.items() if width > PHONE[0]} == {}


def visits(page: Page, settled: Settled) -> Iterator[tuple[str, str]]:
    """Go to each main page in turn."""
    for name, address in settled.pages.items():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, name
        yield name, address


def test_with_the_keyboard_alone_one_enters_posts_and_votes(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room, RoomRole.CHAIR, entered=False, may_vote=True)
    house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    go_by_tab_to(page, "I will keep this rule. Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your contribution")).to_be_visible()
    go_by_tab_to(page, "Your contribution")
    page.keyboard.type("Typed, not clicked")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".contribution .body")).to_have_text("Typed, not clicked")
    ballot = house.world.ballot(room, person)
    db.release()
    expect(page.locator("#ballots a").filter(has_text=ballot.question)).to_be_visible()
    go_by_tab_to(page, ballot.question)
    page.keyboard.press("Enter")
    page.wait_for_url("**" + ballot.address)
    go_by_tab_to(page, "Yes")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    go_by_tab_to(page, "Cast my vote")
    page.keyboard.press("Enter")
    expect(page.locator('turnout-meter [data-field="value"]')).to_have_text("1")
    page.reload()
    expect(page.get_by_role("radio", name="No", exact=True)).to_be_checked()


def go_by_tab_to(page: Page, name: str) -> None:
    """Press Tab until what is named so has the focus, and is seen to have it."""
    for _press in range(MAX_PRESSES):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME_OF_FOCUS):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    pytest.fail(f"no way by keyboard to: {name}")
