"""What a hall's people can do now comes first on their page, and is said once to those who do not see it."""

from typing import Any

from playwright.sync_api import Page, expect

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.votes import actions as votes
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Rule
from tests.browser import PHONE
from tests.journeys.conftest import House, Staffed

DECISION = "Shall we meet again in spring?"
LISTEN = """() => {
  window.said = [];
  const hear = (at) => at.closest?.('[role="status"], [role="alert"], [role="log"], [aria-live]')
    && said.push(at.textContent.trim());
  const heard = (changes) => changes.forEach(({ target, type, addedNodes }) =>
    type === "attributes" ? hear(target) : addedNodes.length && hear(target));
  new MutationObserver(heard).observe(document.body,
    { subtree: true, childList: true, characterData: true, attributeFilter: ["hidden"] });
}"""


def open_ballot(chair: Person, hall: Hall, visibility: Visibility = Visibility.RECORDED) -> str:
    """Put a question to the hall's decision."""
    terms = Terms(rule=Rule.SIMPLE_MAJORITY, visibility=visibility)
    return votes.open_on_question(chair, hall.id, question=DECISION, terms=terms).id


def busy(staffed: Staffed) -> tuple[Person, Hall]:
    """Let a segment run, with a question on stage and a straw poll that is over."""
    chair, hall = staffed.chair, staffed.hall
    asked = questions.ask(staffed.asker, hall.id, text="When does the review begin, and who is asked about it?").id
    halls.begin_segment(chair, hall.id, segment_id=hall.segments[0].id, after=None)
    questions.put_on_stage(again(chair), asked)
    poll = polls.prepare(again(chair), again(hall).id, question="Shall we go on?", options=["Gladly", "Not today"])
    polls.open_poll(again(chair), poll.id)
    polls.close_poll(again(chair), db.session().merge(poll).id)
    return again(chair), again(hall)


def again(thing: Any) -> Any:
    """Read it anew: an action ends its session."""
    return db.session().merge(thing)


def said(page: Page, words: str) -> int:
    """How often a screen reader was given the words."""
    return sum(words in each for each in page.evaluate("said"))


def test_a_ballot_that_opens_puts_its_choices_into_the_window_of_a_phone(house: House, staffed: Staffed) -> None:
    chair, hall = busy(staffed)
    for _voter in range(3):  # A secret ballot takes five at least.
        house.world.member(again(hall))
    page = house.enter(again(staffed.reader), again(hall).address, viewport=PHONE)
    expect(page.get_by_text("On stage now")).to_be_visible()
    page.evaluate(LISTEN)
    open_ballot(chair, again(hall), Visibility.SECRET)
    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_visible()
    for choice in page.locator("ballot-paper .choice").all():
        box = choice.bounding_box()
        assert box
        assert box["y"] + box["height"] < PHONE[1]
    assert said(page, DECISION) == 1
    page.reload()
    box = page.locator("ballot-paper .choice").last.bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE[1]


def test_a_ballot_that_opens_out_of_sight_is_linked_from_the_window(house: House, staffed: Staffed) -> None:
    for n in range(12):
        questions.ask(again(staffed.asker), again(staffed.hall).id, text=f"Question number {n}?")
    page = house.enter(again(staffed.reader), again(staffed.hall).address, viewport=PHONE)
    page.locator(".hall-question").last.scroll_into_view_if_needed()
    ballot = open_ballot(again(staffed.chair), again(staffed.hall))
    link = page.locator("live-news a")
    expect(link).to_be_in_viewport()
    expect(link).to_contain_text(DECISION)
    link.click()
    expect(page.locator(f'[data-ballot="{ballot}"] .choice').first).to_be_in_viewport()
    expect(link).to_be_hidden()


def test_each_news_of_a_hall_is_said_once(house: House, staffed: Staffed) -> None:
    chair, hall = staffed.chair, staffed.hall
    page = house.enter(staffed.reader, hall.address)
    expect(page.locator(".hall-question")).to_have_count(1)
    page.evaluate(LISTEN)
    first = again(hall).segments[0].id
    halls.begin_segment(again(chair), again(hall).id, segment_id=first, after=None)
    heard(page, "The next segment has begun.")
    asked = questions.ask(again(staffed.asker), again(hall).id, text="Who pays?").id
    questions.put_on_stage(again(chair), asked)
    heard(page, "On stage now: Who pays?")
    halls.stop_clock(again(chair), again(hall).id, segment_id=first)
    heard(page, "The clock is stopped.")
    poll = polls.prepare(again(chair), again(hall).id, question="Shall we go on?", options=["Gladly", "Not today"]).id
    polls.open_poll(again(chair), poll)
    heard(page, "A straw poll has opened.")
    box = page.locator(".hall-straw-poll .option").first.bounding_box()
    panel = page.locator(".hall-panel.current").bounding_box()
    assert box
    assert panel
    assert box["y"] < panel["y"]


def heard(page: Page, words: str) -> None:
    """Expect the words in one live region, and what they tell of on the page."""
    expect(page.locator("live-news [role=status]")).to_contain_text(words)
    page.wait_for_function("document.querySelectorAll('live-refresh [data-news]:not([hidden])').length === 0")
    assert said(page, words) == 1
