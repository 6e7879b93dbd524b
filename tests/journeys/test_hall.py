"""A town hall: phones in the rows, a console in front, a projector above."""

import pytest
from playwright.sync_api import expect

from dialogue.core import db
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import RoomRole
from tests.browser import PHONE
from tests.journeys.conftest import House
from tests.journeys.hall_people import Guest, Moderator
from tests.journeys.people import Visitor

ASKED, POLL, DECISION = "When does the review begin?", "Shall we go on?", "Shall we meet again in spring?"


@pytest.mark.timeout(300)
def test_a_hall_asks_sounds_and_decides_and_the_projector_shows_it(house: House) -> None:
    hall = house.world.hall(title="Hall of examples", own_role=RoomRole.CHAIR, guest_votes=GuestVotes.UNVERIFIED)
    address, code = hall.address, hall.code
    db.release()
    moderator = Moderator(house.enter(house.world.convenor, address), "Convenor Example")
    guests = [Guest(house.new_person(house.server.url, viewport=PHONE), f"Guest {n}") for n in (1, 2, 3)]
    projector = Visitor(house.enter(house.world.convenor, f"{address}/stage"))
    for guest in guests:
        guest.comes_in(f"{code[:4].lower()}-{code[4:].lower()}")
    a_question_is_staged(moderator, guests, projector)
    a_straw_poll_binds_nobody(moderator, guests, projector)
    ballot = a_ballot_decides(moderator, guests, projector, address)
    the_result_feeds_an_outcome(moderator.goes_to(ballot))


def a_question_is_staged(moderator: Moderator, guests: list[Guest], projector: Visitor) -> None:
    """One asks, another supports, the moderator stages, all see it."""
    first, second, _third = guests
    first.asks(ASKED)
    second.page.reload()
    second.supports(ASKED)
    moderator.follows("Console").begins("Opening").stages(ASKED)
    expect(projector.page.locator(".stage-question .words")).to_have_text(ASKED)
    expect(projector.page.locator(".stage-question")).to_contain_text("Guest 1")
    for guest in guests:
        guest.sees("On stage now")


def a_straw_poll_binds_nobody(moderator: Moderator, guests: list[Guest], projector: Visitor) -> None:
    """Counts are shown when it closes, and not before."""
    moderator.polls(POLL, "Yes, gladly", "Not today")
    for guest, words in zip(guests[:2], ("Yes, gladly", "Not today"), strict=True):
        guest.presses(words).sees("Your answer is kept")
    expect(projector.page.locator(".hall-straw-poll")).to_contain_text("2 answers so far")
    expect(projector.page.locator(".hall-straw-poll .bars")).to_have_count(0)
    moderator.presses("Close it and show the counts")
    expect(projector.page.locator(".hall-straw-poll .bars")).to_contain_text("50.0 %")


def a_ballot_decides(moderator: Moderator, guests: list[Guest], projector: Visitor, hall: str) -> str:
    """The moderator puts a question to a decision; who is on the roll votes; the projector follows."""
    moderator.follows("Start a vote").fills_in(question=DECISION)
    moderator.ticks("Simple majority").ticks("Recorded").presses("Open the ballot").sees("Votes cast")
    expect(projector.page.get_by_role("heading", name=DECISION)).to_be_visible()
    for count, guest in enumerate(guests, start=1):
        guest.follows(DECISION).answers("Yes" if count < 3 else "No").presses("Cast my vote")
        expect(projector.page.locator('.meter [data-field="value"]')).to_have_text(str(count))
    assert projector.page.locator(".stage-body .bars").filter(has_text="Abstain").count() == 0
    moderator.closes_ballot().sees("2 yes > 1 no → adopted")
    expect(projector.page.locator(".bars").filter(has_text="Abstain")).to_be_visible()
    for guest in guests:
        guest.sees("2 yes > 1 no → adopted")
    return moderator.page.url


def the_result_feeds_an_outcome(moderator: Moderator) -> None:
    """The record of the decision is drafted by itself, a step away on the thread."""
    moderator.steps_to("Outcome").sees("2 yes > 1 no")
    moderator.waits_for_summary()
    moderator.presses("Sign revision").unfolds("Publish").presses("Publish it now").sees("Published")
