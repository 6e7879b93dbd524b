"""Times as people in other zones see them, on a page and in what arrives while it is open."""

import re

from playwright.sync_api import Page, expect

from dialogue.accounts.profile.actions import change_profile
from dialogue.core import db
from tests.journeys.conftest import House
from tests.journeys.listening import is_live

BANGKOK = "Asia/Bangkok"


def times(page: Page) -> list[str]:
    """The times of the contributions, as they are shown."""
    return [each.strip() for each in page.locator(".contribution time").all_inner_texts()]


def test_a_post_that_arrives_live_shows_the_time_it_shows_after_reload(house: House) -> None:
    room = house.world.room()
    speaker, reader = house.world.member(room), house.world.member(room)
    change_profile(reader, name=reader.name, language="en", time_zone=BANGKOK)
    db.release()
    page = house.enter(reader, room.address, timezone_id="America/New_York")
    is_live(page)
    house.world.contribution(room, speaker, "Heard live")
    db.release()
    expect(page.locator(".contribution .body")).to_have_text(["Heard live"])
    live = times(page)
    page.reload()
    assert live == times(page)
    expect(page.locator(".site-footer")).to_contain_text("Asia/Bangkok, now UTC+07:00")


def test_a_reader_without_an_account_is_shown_the_browsers_zone_from_the_second_page_on(house: House) -> None:
    page = house.new_person(house.server.url, timezone_id=BANGKOK)
    page.goto("/start")
    page.goto("/rooms")
    expect(page.locator(".site-footer")).to_contain_text(re.compile("Asia/Bangkok, now UTC"))
