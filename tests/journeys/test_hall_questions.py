"""Questions in a hall arrive and change on phones, console and projector while people read and type."""

import pytest
from playwright.sync_api import Locator, Page, expect

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from tests.browser import PHONE
from tests.journeys.conftest import House, Staffed


def one(page: Page, text: str) -> Locator:
    """A question in the list."""
    return page.locator(".hall-question").filter(has_text=text)


def stays(page: Page) -> None:
    """Mark the page, so that a reload would show."""
    page.evaluate("window.neverReloaded = true")


def test_a_question_asked_supported_and_hidden_changes_on_every_open_page(house: House, staffed: Staffed) -> None:
    hall, asker = staffed.hall, staffed.asker
    address, asker_id, hall_id = hall.address, asker.id, hall.id
    phone = house.enter(staffed.reader, address, viewport=PHONE)
    console = house.enter(staffed.chair, f"{address}/console")
    stage = house.enter(staffed.chair, f"{address}/stage")
    for page in (phone, console, stage):
        stays(page)
        expect(page.locator("body")).to_contain_text("1 question is waiting" if page is stage else "Asked first?")
    asker = db.session().get_one(Person, asker_id)
    asked = questions.ask(asker, hall_id, text="Asked <b>later</b>?").id
    for page in (phone, console):
        expect(one(page, "Asked <b>later</b>?")).to_be_visible()
        expect(page.locator('[data-count="open"]')).to_have_text("2")
    expect(stage.locator("body")).to_contain_text("2 questions are waiting")
    questions.support(db.session().get_one(Person, asker_id), asked)
    for page in (phone, console):
        expect(one(page, "later").locator('[data-field="supports"]:visible').first).to_have_text("1")
    one(console, "later").get_by_role("button", name="Put on stage").click()
    expect(one(phone, "later").get_by_text("On stage")).to_be_visible()
    expect(stage.locator(".stage-question")).to_contain_text("1 support")
    assert phone.evaluate("window.neverReloaded")
    assert stage.evaluate("window.neverReloaded")


def test_a_question_that_is_hidden_loses_its_words_on_open_pages(house: House, staffed: Staffed) -> None:
    address, hall_id, chair_id = staffed.hall.address, staffed.hall.id, staffed.chair.id
    asked = questions.ask(staffed.asker, hall_id, text="To be hidden?").id
    phone = house.enter(db.session().merge(staffed.reader), address, viewport=PHONE)
    expect(one(phone, "To be hidden?")).to_be_visible()
    questions.hide(db.session().get_one(Person, chair_id), asked, reason="An example")
    expect(phone.locator(f"#q-{asked}")).to_contain_text("A moderator took this question off the list.")
    expect(one(phone, "To be hidden?")).to_have_count(0)
    expect(phone.locator(f"#q-{asked}").get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("order", ["support", "newest"])
def test_what_is_read_and_typed_stays_in_place_when_questions_arrive(house: House, staffed: Staffed, order: str,
                                                                   ) -> None:
    address, hall_id, asker_id = staffed.hall.address, staffed.hall.id, staffed.asker.id
    for n in range(12):
        questions.ask(db.session().get_one(Person, asker_id), hall_id, text=f"Question number {n} of those before?")
    page = house.enter(db.session().merge(staffed.reader), f"{address}?sort={order}")
    field = page.get_by_label("Your question")
    field.fill("Half a question")
    before = field.bounding_box()
    for n in range(3):
        questions.ask(db.session().get_one(Person, asker_id), hall_id, text=f"Arriving {n}?")
    expect(page.locator(".hall-question", has_text="Arriving")).to_have_count(3)
    after = field.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    expect(field).to_have_value("Half a question")
    expect(field).to_be_focused()


def test_support_and_order_keep_a_half_typed_question(house: House, staffed: Staffed) -> None:
    page = house.enter(staffed.reader, staffed.hall.address, viewport=PHONE)
    field = page.get_by_label("Your question")
    field.fill("Half a question")
    stays(page)
    press = one(page, "Asked first?").get_by_role("button")
    press.click()
    expect(press).to_have_attribute("aria-pressed", "true")
    expect(press.locator("b")).to_have_text("1")
    press.click()
    expect(press).to_have_attribute("aria-pressed", "false")
    expect(press.locator("b")).to_have_text("0")
    assert page.evaluate("window.neverReloaded")
    expect(field).to_have_value("Half a question")
    page.get_by_role("link", name="time, newest first").click()
    page.wait_for_url("**sort=newest**")
    expect(page.get_by_role("link", name="support", exact=True)).to_be_visible()
    page.get_by_role("link", name="Answered").click()
    expect(page.get_by_text("No question was answered yet")).to_be_visible()
    assert page.evaluate("window.neverReloaded")
    expect(field).to_have_value("Half a question")


def test_a_poll_answer_loads_no_page_and_keeps_a_half_typed_question(house: House, staffed: Staffed) -> None:
    hall, chair = staffed.hall, staffed.chair
    poll = polls.prepare(chair, hall.id, question="Shall we go on?", options=["Gladly", "Not today"])
    polls.open_poll(db.session().merge(chair), poll.id)
    page = house.enter(db.session().merge(staffed.reader), db.session().merge(hall).address, viewport=PHONE)
    page.get_by_label("Your question").fill("Half a question")
    stays(page)
    page.get_by_role("button", name="Gladly").click()
    expect(page.get_by_role("button", name="Gladly")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.neverReloaded")
    expect(page.get_by_label("Your question")).to_have_value("Half a question")


def test_putting_a_question_on_stage_keeps_a_half_written_answer_and_the_scroll(house: House, staffed: Staffed) -> None:
    address, hall_id, asker_id = staffed.hall.address, staffed.hall.id, staffed.asker.id
    for n in range(15):
        questions.ask(db.session().get_one(Person, asker_id), hall_id, text=f"Question number {n}?")
    page = house.enter(db.session().merge(staffed.chair), f"{address}/console")
    stays(page)
    answered = one(page, "Question number 12?")
    answered.get_by_text("Answered …").click()
    answered.get_by_label("Written answer").fill("Half an answer")
    button = one(page, "Question number 13?").get_by_role("button", name="Put on stage")
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.click()
    expect(one(page, "Question number 13?").get_by_text("On stage", exact=True)).to_be_visible()
    assert abs(page.evaluate("scrollY") - before) < 200
    assert page.evaluate("window.neverReloaded")
    expect(answered.get_by_label("Written answer")).to_have_value("Half an answer")
    page.reload()
    expect(one(page, "Question number 12?").get_by_label("Written answer")).to_have_value("Half an answer")


def test_no_press_of_the_console_loads_the_page_or_loses_half_typed_text(house: House, staffed: Staffed) -> None:
    page = house.enter(staffed.chair, f"{staffed.hall.address}/console")
    one(page, "Asked first?").get_by_text("Hide …").click()
    reason = one(page, "Asked first?").get_by_label("Why")
    reason.fill("Half a reason")
    stays(page)
    page.get_by_role("button", name="Begin: Opening").click()
    page.get_by_role("button", name="Begin: Questions").click()
    expect(page.locator(".hall-panel.current h2")).to_have_text("Questions")
    page.get_by_role("button", name="(Opening)").click()
    expect(page.locator(".hall-panel.current h2")).to_have_text("Opening")
    page.get_by_text("Prepare a straw poll").click()
    for name, text in (("question", "Shall we go on?"), ("option-1", "Gladly"), ("option-2", "Not today")):
        page.locator(f'[name="{name}"]').fill(text)
    page.get_by_role("button", name="Save for later").click()
    page.get_by_role("button", name="Open it").click()
    page.get_by_role("button", name="Close it and show the counts").click()
    expect(page.locator("#polls .bars")).to_be_visible()
    code = page.locator(".hall-code").inner_text()
    page.locator("summary", has_text="Issue a new code").click()
    page.get_by_role("button", name="Issue a new code").click()
    expect(page.locator(".hall-code")).not_to_have_text(code)
    page.get_by_role("link", name="time, newest first").click()
    page.wait_for_url("**sort=newest**")
    expect(reason).to_have_value("Half a reason")
    assert page.evaluate("window.neverReloaded")


def test_a_half_written_proposal_survives_a_reload(house: House, staffed: Staffed) -> None:
    page = house.enter(staffed.chair, f"/rooms/{staffed.hall.id}/proposals/new")
    clause = page.locator("textarea").first
    clause.fill("Decides to meet again in example")
    page.reload()
    expect(page.locator("textarea").first).to_have_value("Decides to meet again in example")
