"""Days of the agenda as readers in other time zones see and set them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dialogue.accounts.profile.actions import change_profile
from dialogue.core.clock import held_at
from dialogue.core.db import new_id
from tests.agenda.conftest import Agenda
from tests.exports.waiting import made
from tests.world import Browser, World

pytestmark = pytest.mark.each_database("days and moments")

EVENING = datetime(2026, 11, 28, 8, 54, tzinfo=UTC)  # 22:54 on the 27th in Honolulu
THE_27TH, THE_28TH, THE_29TH = (date(2026, 11, day) for day in (27, 28, 29))
ZONES = [("Pacific/Honolulu", THE_27TH), ("America/Los_Angeles", THE_28TH), ("Pacific/Kiritimati", THE_28TH)]


@pytest.fixture(autouse=True)
def evening() -> Any:
    """It is that moment, for the whole test."""
    with held_at(EVENING):
        yield


def in_zone(world: World, zone: str) -> Browser:
    """The convenor's browser, with an account in that zone."""
    change_profile(world.convenor, name="Convenor Example", language="en", time_zone=zone)
    return world.browser(world.convenor)


@pytest.mark.parametrize(("zone", "today"), ZONES)
def test_a_milestone_may_be_due_on_the_day_it_is_where_the_person_is(
        world: World, agenda: Agenda, zone: str, today: date) -> None:
    item = agenda.item()
    browser = in_zone(world, zone)
    for due, status in ((today, 302), (today - timedelta(days=1), 422)):
        form = {"statement": "A step", "due": due.isoformat(), "owner_id": "", "key": new_id()}
        assert browser.post(f"{item.address}/milestones/new", **form).status_code == status


@pytest.mark.parametrize(("zone", "today"), ZONES)
def test_an_item_may_be_reviewed_on_the_day_it_is_where_the_person_is(
        world: World, agenda: Agenda, zone: str, today: date) -> None:
    browser = in_zone(world, zone)
    assert browser.post("/agenda/new", **agenda.form(review_on=today)).status_code == 302
    assert browser.post("/agenda/new", **agenda.form(review_on=today - timedelta(days=1))).status_code == 422


def test_a_milestone_due_today_is_overdue_only_where_the_day_has_passed(world: World, agenda: Agenda) -> None:
    item = agenda.item()
    agenda.milestone(item, due=THE_27TH)
    for zone, late in (("Pacific/Honolulu", 0), ("Pacific/Kiritimati", 1)):
        browser = in_zone(world, zone)
        assert browser.get("/api/v1/agenda").json["milestones_overdue"] == late
        assert ("Overdue" in browser.get(item.address).text) is bool(late)
        assert (item.title in browser.get("/agenda?overdue=on").text) is bool(late)
        assert ("Nothing has a date yet." in browser.get("/").text) is bool(late)
        assert ("(overdue)" in made(world, time_zone=zone).decode()) is bool(late)


def test_what_changed_since_a_day_begins_with_that_day_where_the_reader_is(world: World, agenda: Agenda) -> None:
    agenda.item(title="Late on the 27th")
    with held_at(EVENING + timedelta(hours=2)):
        agenda.item(title="Early on the 28th")
        page = in_zone(world, "Pacific/Honolulu").get("/agenda/changes?since=2026-11-28").text
        file = made(world, "Pacific/Honolulu", format="csv", updated_since="2026-11-28").decode()
    for told in (page, file):
        assert "Early on the 28th" in told
        assert "Late on the 27th" not in told


def test_an_export_has_the_days_of_the_reader_who_asked(world: World, agenda: Agenda) -> None:
    agenda.item(title="Late on the 27th")
    assert "2026-11-27" in made(world, "Pacific/Honolulu", format="csv").decode()
    assert "2026-11-28" in made(world, format="csv").decode()
    browser = in_zone(world, "Pacific/Honolulu")
    asked = {"what": "agenda", "format": "csv", "language": "en", "key": new_id()}
    address = browser.post("/exports", **asked).location
    assert "reform-agenda-2026-11-27.csv" in browser.get(address).text
