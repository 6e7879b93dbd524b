"""A town hall on a phone, and on a screen zoomed to 400 %: what can be done now is in reach and nothing covers it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from dialogue.core import db
from dialogue.halls.polls import actions as polls
from dialogue.rooms.models import RoomRole
from tests.browser import PHONE
from tests.journeys.conftest import House, Staffed

ZOOMED = (320, 256)  # 1280 × 1024 at 400 %
FREE = """() => {
  const rests = (at) => at && (["sticky", "fixed"].includes(getComputedStyle(at).position) || rests(at.parentElement));
  return [...Array(innerHeight).keys()].filter((y) => !rests(document.elementFromPoint(innerWidth / 4, y))).length;
}"""
IN_THE_WAY = """(at) => {
  const { left, top, width, height } = at.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return at.contains(found) ? "" : found?.outerHTML.slice(0, 80) ?? "outside";
}"""


def open_poll(staffed: Staffed) -> None:
    """Ask the hall something with four answers."""
    poll = polls.prepare(staffed.chair, staffed.hall.id, question="Shall we go on?",
                         options=["Gladly", "Not today", "Perhaps", "I cannot say"])
    polls.open_poll(db.session().merge(staffed.chair), poll.id)


def at_the_edge(answer: Locator) -> None:
    """Scroll until the answer stands at the lower edge of the window."""
    answer.evaluate("at => at.scrollIntoView({ block: 'end', behavior: 'instant' })")
    answer.evaluate("at => scrollBy({ top: at.getBoundingClientRect().bottom - innerHeight + 2, behavior: 'instant' })")


def test_the_closed_composer_covers_no_poll_answer_on_a_phone(house: House, staffed: Staffed) -> None:
    open_poll(staffed)
    page = house.enter(db.session().merge(staffed.reader), db.session().merge(staffed.hall).address, viewport=PHONE)
    for answer in page.locator(".hall-straw-poll .option").all():
        at_the_edge(answer)
        assert answer.evaluate(IN_THE_WAY) == ""
    box = page.locator(".composer").bounding_box()
    assert box
    assert box["height"] < 70
    assert box["width"] < PHONE[0] / 2


@pytest.mark.parametrize("place", ["hall", "room", "console"])
def test_at_400_percent_most_of_the_window_is_free_to_read(house: House, staffed: Staffed, place: str) -> None:
    open_poll(staffed)
    hall, chair = db.session().merge(staffed.hall), db.session().merge(staffed.chair)
    room = house.world.room()
    house.world.contribution(room, house.world.member(room), "\n\n".join(["A paragraph of a contribution."] * 30))
    member = house.world.member(room, RoomRole.CHAIR)
    person, address = {"hall": (chair, hall.address), "console": (chair, f"{hall.address}/console"),
                       "room": (member, room.address)}[place]
    page = house.enter(db.session().merge(person), address, viewport=ZOOMED)
    page.evaluate("scrollTo({ top: 500, behavior: 'instant' })")
    assert page.evaluate(FREE) > ZOOMED[1] * 0.75


def test_the_closed_composer_opens_when_pressed_and_says_that_a_draft_is_kept(house: House, staffed: Staffed) -> None:
    page = house.enter(staffed.reader, staffed.hall.address, viewport=PHONE)
    ask = page.locator(".composer").get_by_role("button", name="Ask")
    expect(ask).to_be_hidden()
    page.evaluate("scrollTo({ top: 60, behavior: 'instant' })")
    press(page, ".composer label")
    expect(ask).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()
    assert page.evaluate("scrollY") == 60
    page.keyboard.type("Half a question")
    leave(page)
    expect(ask).to_be_hidden()
    expect(page.locator(".composer").get_by_text("Draft")).to_be_visible()
    page.locator(".composer label").click()
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("Half a question")
    ask.click()
    expect(page.locator(".hall-question", has_text="Half a question")).to_be_visible()


def test_the_composer_opens_for_the_keyboard_and_without_scripts(house: House, staffed: Staffed) -> None:
    page = house.enter(staffed.reader, staffed.hall.address, viewport=PHONE)
    page.get_by_label("Your question").focus()
    expect(page.locator(".composer").get_by_role("button", name="Ask")).to_be_visible()
    state = page.context.storage_state()
    plain = house.new_person(house.server.url, viewport=PHONE, java_script_enabled=False, storage_state=state)
    plain.goto(page.url)
    plain.locator(".composer label").click()
    plain.get_by_label("Your question").fill("Asked without scripts?")
    plain.locator(".composer").get_by_role("button", name="Ask").click()
    expect(plain.locator(".hall-question", has_text="Asked without scripts?")).to_be_visible()


def press(page: Page, selector: str) -> None:
    """Press where it is seen; the page is not scrolled for it."""
    box = page.locator(selector).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def leave(page: Page) -> None:
    """Press somewhere in the text of the page."""
    page.locator("#questions h2").click()
