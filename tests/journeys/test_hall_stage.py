"""The projector of a hall: everything of the moment is in the window, on each usual screen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from dialogue.core import db
from dialogue.core.clock import now
from dialogue.halls import actions as halls
from dialogue.halls.models import Segment
from dialogue.halls.polls import actions as polls
from dialogue.halls.polls.models import StrawPoll
from dialogue.halls.questions import actions as questions
from dialogue.votes import actions as votes
from dialogue.votes.models import Choice
from tests.journeys.conftest import House, Staffed

SCREENS = [(1280, 720), (1920, 1080), (3840, 2160), (1024, 768), (1600, 1200)]
LONG = "Shall the review of the working methods begin before the spring sitting, and shall its first report be public?"
OPTIONS = ["Yes, before the spring sitting", "Yes, but its report is for members", "After the elections", "Not at all"]
OUTSIDE = """() => [...document.querySelectorAll("main *")]
  .filter((at) => !at.closest(".visually-hidden, [hidden]") && at.getClientRects().length)
  .filter((at) => { const box = at.getBoundingClientRect();
    return box.bottom > innerHeight + 1 || box.top < -1 || box.right > innerWidth + 1 || box.left < -1; })
  .map((at) => at.outerHTML.slice(0, 90))"""


def again(thing: Any) -> Any:
    """Read it anew: an action ends its session."""
    return db.session().merge(thing)


def over_time(house: House, staffed: Staffed) -> None:
    """Run a segment past its time, with a long question on stage."""
    halls.begin_segment(staffed.chair, staffed.hall.id, segment_id=staffed.hall.segments[1].id, after=None)
    begun = now() - timedelta(minutes=26)
    db.session().execute(update(Segment).where(Segment.started_at.is_not(None)).values(started_at=begun))
    db.session().commit()
    asked = questions.ask(again(staffed.asker), again(staffed.hall).id, text=LONG).id
    questions.put_on_stage(again(staffed.chair), asked)


def poll_open(house: House, staffed: Staffed) -> None:
    """Ask the hall something with four answers, over time."""
    over_time(house, staffed)
    poll = polls.prepare(again(staffed.chair), again(staffed.hall).id, question=LONG, options=OPTIONS).id
    polls.open_poll(again(staffed.chair), poll)
    polls.answer_poll(again(staffed.reader), poll, position=1)


def poll_results(house: House, staffed: Staffed) -> None:
    """Close the poll."""
    poll_open(house, staffed)
    poll = db.session().scalars(select(StrawPoll)).one().id
    polls.close_poll(again(staffed.chair), poll)


def ballot_result(house: House, staffed: Staffed) -> None:
    """Close a ballot after the poll, with the question still on stage."""
    poll_results(house, staffed)
    ballot = house.world.ballot(again(staffed.hall), again(staffed.chair)).id
    for person in (staffed.asker, staffed.reader):
        votes.cast(again(person), ballot, choice=Choice.YES)
    votes.close_ballot(again(staffed.chair), ballot)


def lobby(house: House, staffed: Staffed) -> None:
    """Let nothing have begun."""


@pytest.mark.parametrize(("moment", "last"), [
    (lobby, ".hall-programme li:last-child"), (poll_open, ".hall-options li:nth-child(4)"), (poll_results, ".bars"),
    (ballot_result, ".stage-body > section:last-child .bars"),
], ids=lambda each: getattr(each, "__name__", ""))
def test_everything_of_the_moment_fits_on_each_screen(house: House, staffed: Staffed, last: str,
                                                      moment: Callable[[House, Staffed], None]) -> None:
    moment(house, staffed)
    page = house.enter(again(staffed.chair), f"{again(staffed.hall).address}/stage")
    outside = {}
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(last).last).to_be_visible()
        expect(page.locator(".stage-code")).to_be_visible()
        outside[width, height] = settled(page)
    assert {screen: found for screen, found in outside.items() if found} == {}


def settled(page: Page) -> list[str]:
    """What is outside of the window once the page has drawn itself for it."""
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return list(page.evaluate(OUTSIDE))
