"""A page among thousands: a ballot comes with the record; for what does not, the page waits for its turn to look."""

import re

import pytest
from playwright.sync_api import Page, Request, WebSocketRoute, expect

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Quorum
from tests.journeys.conftest import House

THOUSANDS = 1_000_000  # Present as the page is told: its turn comes within three minutes, hardly at once.


def crowded(route: WebSocketRoute) -> None:
    """Tell the page that it is one of very many."""
    server = route.connect_to_server()
    server.on_message(lambda frame: route.send(re.sub(r'"here":\d+', f'"here":{THOUSANDS}', str(frame))))


def inside(house: House, person: Person, hall: Hall, *, crowd: bool = True, **screen: object) -> Page:
    """The person in the hall, told how many are here."""
    page = house.new_person(house.server.url, **screen)
    page.add_init_script("Math.random = () => 0.5")  # No client is first by chance.
    if crowd:
        page.route_web_socket("**/socket.io/**", crowded)
    house.sign_in(page, person)
    with page.expect_websocket() as opened:
        page.goto(hall.address)
    opened.value.wait_for_event("framereceived", lambda frame: "presence" in str(frame))
    return page


def asked_for(page: Page) -> list[Request]:
    """What the page asks the server for from now on, its socket apart."""
    found: list[Request] = []
    page.on("request", lambda asked: found.append(asked) if "/socket.io/" not in asked.url else None)
    return found


@pytest.mark.parametrize("crowd", [False, True])
def test_the_programme_s_going_on_is_told_at_once_and_looked_at_once(house: House, *, crowd: bool) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    member, opening = house.world.member(hall), hall.segments[0].id
    db.release()
    page = inside(house, member, hall, crowd=crowd)
    found = asked_for(page)
    halls.begin_segment(house.world.convenor, hall.id, segment_id=opening, after=None)
    db.release()
    if crowd:
        expect(page.get_by_text("The hall has moved on.")).to_be_visible()
        assert found == []
        page.get_by_role("button", name="Show it now").click()
    expect(page.get_by_role("heading", name="Opening")).to_be_visible()
    expect(page.get_by_text("The hall has moved on.")).to_be_hidden()
    assert len(found) == 1


def in_words(page: Page) -> str:
    """What the ballot's card says."""
    return page.locator("[data-ballot]").inner_text()


def test_a_ballot_is_opened_cast_and_over_without_a_look_at_the_server(house: House) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    member, _other = house.world.member(hall), house.world.member(hall)
    db.release()
    page = inside(house, member, hall, viewport=(390, 844))
    found = asked_for(page)
    ballot = house.world.ballot(hall, house.world.convenor, quorum=Quorum(1, 2))
    db.release()
    expect(page.get_by_role("link", name="Shall we meet again?")).to_be_visible()
    page.locator("summary", has_text="Simple majority").click()
    expect(page.get_by_text("Adopted if more vote yes than no.")).to_be_visible()
    expect(page.get_by_text("at least 1 of the 2 voters")).to_be_visible()
    expect(page.get_by_text("Two-thirds majority")).to_have_count(0)
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.get_by_text("Your vote is recorded.")).to_be_visible()
    expect(page.locator("[data-ballot] [data-field=value]")).to_have_text("1")
    votes.close_ballot(house.world.convenor, ballot.id)
    db.release()
    expect(page.locator("[data-ballot]").get_by_text("Adopted")).to_be_visible()
    expect(page.get_by_label("Yes")).to_have_count(0)
    assert found == []
    told = in_words(page)
    page.reload()
    assert in_words(page) == told


@pytest.mark.parametrize("visibility", Visibility)
def test_a_paper_that_came_with_the_record_is_the_page_s(house: House, visibility: Visibility) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    voters = [house.world.member(hall) for _ in range(5)]
    db.release()
    page = inside(house, voters[0], hall)
    house.world.ballot(hall, house.world.convenor, visibility)
    db.release()
    page.get_by_label("Abstain").wait_for()
    told = in_words(page)
    page.reload()
    assert in_words(page) == told


def test_what_is_filled_in_stays_when_another_ballot_opens(house: House) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    member = house.world.member(hall)
    db.release()
    page = inside(house, member, hall)
    open_one(house, hall)
    page.get_by_label("No", exact=True).check()
    open_one(house, hall)
    expect(page.locator("[data-ballot]")).to_have_count(2)
    expect(page.get_by_label("No", exact=True).last).to_be_checked()


def open_one(house: House, hall: Hall) -> None:
    """One more ballot."""
    house.world.ballot(hall, house.world.convenor)
    db.release()


def test_who_was_away_too_long_finds_the_ballot_the_snapshot_tells_of(house: House) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    member = house.world.member(hall)
    db.release()

    def too_late(route: WebSocketRoute) -> None:
        open_one(house, hall)  # The page is loaded already.
        server = route.connect_to_server()
        route.on_message(lambda frame: server.send(re.sub(r'"after":\d+', '"after":2147483647', str(frame))))

    page = house.enter(member)
    page.route_web_socket("**/socket.io/**", too_late)
    page.goto(hall.address)
    expect(page.get_by_label("No", exact=True)).to_be_visible()
    expect(page.locator("[data-ballot]")).to_have_count(1)


def test_who_has_no_vote_gets_no_paper(house: House) -> None:
    hall = house.world.hall(own_role=RoomRole.CHAIR)
    house.world.member(hall)
    observer = house.world.member(hall, RoomRole.OBSERVER)
    db.release()
    page = inside(house, observer, hall)
    open_one(house, hall)
    expect(page.get_by_text("Votes cast")).to_be_visible()
    expect(page.get_by_label("Yes")).to_have_count(0)
