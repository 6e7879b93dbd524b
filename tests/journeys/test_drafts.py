"""What is longer than a line is kept on the device while it is typed, whichever form it is typed in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.agenda.models import Milestone
from dialogue.core import db
from dialogue.outcomes.models import Outcome
from dialogue.rooms.models import Room
from dialogue.votes import actions as votes
from dialogue.votes.models import Choice
from tests.journeys.conftest import House
from tests.journeys.settled import settle

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WRITTEN = re.compile(r"<textarea(?![^>]*readonly)|forms\.area\(")
APART = {"errors/typed.html",  # Gives back what was typed, to be copied.
         "macros/forms.html"}  # The field itself.
TYPED = "Half of a text.\nIts second line."


def decided(house: House, room: Room, voter: Person) -> tuple[str, str]:
    """A recorded ballot with the voter's vote, and the draft of its outcome."""
    ballot = house.world.ballot(room, house.world.convenor).id
    votes.cast(voter, ballot, choice=Choice.YES)
    votes.close_ballot(house.world.convenor, ballot)
    return ballot, db.session().scalars(select(Outcome.id).where(Outcome.ballot_id == ballot)).one()


@pytest.fixture
def pages(house: House) -> dict[Page, dict[str, str]]:
    """For two people, where they are shown each template with a field for longer texts."""
    settled = settle(house.world)
    room = db.session().merge(settled.room)
    voter = house.world.member(room)
    ballot, outcome = decided(house, db.session().merge(room), voter)
    said = house.world.contribution(db.session().merge(room), house.world.convenor, "To be edited.").id
    item, hall, at = settled.pages["item"], settled.pages["hall"], db.session().merge(room).address
    milestone = db.session().scalars(select(Milestone.id)).first()
    theme = house.world.theme.id
    own = db.session().merge(voter)
    db.session().refresh(own)
    chair = house.enter(db.session().merge(settled.chair))
    return {chair: {
        "agenda/_item_fields.html": "/agenda/new", "agenda/move.html": f"{item}/move",
        "agenda/rate.html": f"{item}/rate", "agenda/report.html": f"{item}/milestones/{milestone}/report",
        "contributions/_composer.html": at, "contributions/edit.html": f"/contributions/{said}/edit",
        "halls/new.html": "/halls/new", "outcomes/edit.html": f"/outcomes/{outcome}/edit",
        "outcomes/show.html": settled.pages["outcome"], "pages/hall.html": hall,
        "pages/hall_console.html": f"{hall}/console", "proposals/_sheet.html": f"{at}/proposals/new",
        "rooms/_form.html": "/rooms/new", "rooms/theme_edit.html": f"/admin/themes/{theme}",
        "rooms/themes_managed.html": "/admin/themes",
    }, house.enter(own): {"votes/_explanations.html": f"/ballots/{ballot}"}}


def test_each_template_with_a_field_for_longer_texts_keeps_a_draft(pages: dict[Page, dict[str, str]]) -> None:
    found = [path for path in TEMPLATES.rglob("*.html") if WRITTEN.search(path.read_text())]
    written = {str(path.relative_to(TEMPLATES)) for path in found}
    assert written - APART == {name for shown in pages.values() for name in shown}
    for page, shown in pages.items():
        for name, address in shown.items():
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, name
            keeps_a_draft(page)


def keeps_a_draft(page: Page) -> None:
    """Type into the last such field, load the page again, and find the text."""
    fields = page.locator("main textarea:not([readonly])")
    page.evaluate("document.querySelectorAll('details:has(textarea)').forEach((each) => { each.open = true; })")
    last = fields.count() - 1
    fields.nth(last).fill(TYPED)
    page.reload()
    expect(fields.nth(last)).to_have_value(TYPED)
