"""Countdowns and clocks on devices whose own clock is wrong, and on devices that slept."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.clock import held_at, now
from dialogue.halls import actions as halls
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Room, RoomRole
from tests.journeys.conftest import House
from tests.journeys.listening import is_live

# The device's clock differs from the server's by so many minutes; `moveClock` moves it on and leaves the time the
# browser has run as it is, as a sleeping device or a changed setting does.
WRONG_CLOCK = """
const Real = Date;
let shift = %d * 60_000;
window.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
  static now() { return Real.now() + shift; }
};
window.moveClock = (minutes) => { shift += minutes * 60_000; };
"""


def enter(house: House, person: Person, address: str, minutes: int) -> Page:
    """The person's page on a device whose clock is wrong by so many minutes."""
    page = house.enter(person)
    page.add_init_script(WRONG_CLOCK % minutes)
    page.goto(address)
    return page


def open_ballot(house: House, minutes: int) -> tuple[Room, Person]:
    """A room with a ballot that is open for so many minutes more, and a member who may vote in it."""
    room = house.world.room()
    chair, voter = house.world.member(room, RoomRole.CHAIR), house.world.member(room)
    house.world.ballot(room, chair, closes_at=now() + timedelta(minutes=minutes))
    db.release()
    return room, voter


@pytest.mark.parametrize("minutes", [50, 14, -35])
def test_an_open_ballot_counts_down_by_the_servers_time(house: House, minutes: int) -> None:
    room, voter = open_ballot(house, 40)
    page = enter(house, voter, room.address, minutes)
    is_live(page)
    expect(page.locator("count-down").first).to_have_text(re.compile(r"\(in (39|38) minutes\)"))


def test_a_ballots_own_page_counts_down_by_the_servers_time_before_it_is_connected(house: House) -> None:
    room, voter = open_ballot(house, 40)
    page = enter(house, voter, "/", 50)
    page.route_web_socket("**/socket.io/**", lambda _end: None)
    page.goto(room.address)
    expect(page.locator("count-down").first).to_have_text(re.compile(r"\(in (39|38) minutes\)"))


def test_a_speaking_clock_runs_by_the_servers_time(house: House) -> None:
    hall = house.world.hall()
    moderator = house.world.person()
    rooms.give_place(house.world.convenor, hall.id, to=moderator.id, role=RoomRole.CHAIR)
    rooms.acknowledge(moderator, hall.id, rule=hall.attribution)
    with held_at(now() - timedelta(minutes=2)):
        halls.begin_segment(moderator, hall.id, segment_id=hall.segments[0].id, after=None)
    db.release()
    page = enter(house, moderator, f"{hall.address}/stage", 14)
    expect(page.locator("speaking-clock").first).to_have_text(re.compile(r"^(2:[45]\d|3:00)$"))


def test_a_countdown_is_true_at_once_after_the_device_slept(house: House) -> None:
    room, voter = open_ballot(house, 40)
    page = enter(house, voter, room.address, 0)
    is_live(page)
    expect(page.locator("count-down").first).to_have_text(re.compile("39|38"))

    def thirty_minutes_later(route: Route) -> None:
        route.fulfill(json={"ok": True, "now": (now() + timedelta(minutes=30)).isoformat()})

    page.route("**/api/v1/time", thirty_minutes_later)
    page.evaluate("moveClock(30)")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("count-down").first).to_have_text(re.compile(r"\(in [89] minutes\)"))


def test_moving_the_devices_clock_does_not_move_a_countdown(house: House) -> None:
    room, voter = open_ballot(house, 40)
    page = enter(house, voter, room.address, 0)
    is_live(page)
    with page.expect_response("**/api/v1/time"):
        page.evaluate("moveClock(50)")
    expect(page.locator("count-down").first).to_have_text(re.compile(r"\(in (39|38) minutes\)"))
