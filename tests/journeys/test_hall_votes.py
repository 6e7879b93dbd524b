"""Guests get their votes in a town hall: by voting codes, and at the door."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from dialogue.core import db
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import RoomRole
from tests.browser import PHONE
from tests.journeys.conftest import House
from tests.journeys.hall_people import Guest, Moderator

DECISION = "Shall we meet again in spring?"


def a_hall(house: House, measure: GuestVotes) -> tuple[Moderator, Callable[[str], Guest], str]:
    """A hall whose guests vote by this measure: its convenor, a way in for guests on phones, and its address."""
    hall = house.world.hall(title="Hall of examples", own_role=RoomRole.CHAIR, guest_votes=measure)
    address, code = hall.address, hall.code
    db.release()

    def guest(name: str) -> Guest:
        return Guest(house.new_person(house.server.url, viewport=PHONE), name).comes_in(code)

    return Moderator(house.enter(house.world.convenor, f"{address}/console"), "Convenor Example"), guest, address


def opens_a_ballot(convenor: Moderator) -> str:
    """The convenor puts a question to a decision; the ballot's address."""
    convenor.follows("Start a vote").fills_in(question=DECISION)
    convenor.ticks("Simple majority").ticks("Recorded").presses("Open the ballot").sees("Votes cast")
    return convenor.page.url


def no_page_is_wider_than_the_phone(guest: Guest) -> None:
    """The page fits the window."""
    wide = guest.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


@pytest.mark.timeout(300)
def test_a_guest_redeems_a_code_on_a_phone_and_another_browser_sees_the_turnout(house: House) -> None:
    convenor, guest, address = a_hall(house, GuestVotes.CODES)
    convenor.goes_to(f"{address}/voting-codes").fills_in(number="2").presses("Make the codes")
    convenor.sees("They are shown this once").sees("2 codes were made")
    codes = convenor.page.locator(".voting-codes code").all_inner_texts()
    assert len(set(codes)) == 2
    voter, second = guest("Guest with a code"), guest("Guest without a code")
    voter.fills_in(voting_code=codes[0].lower()).presses("Use the code").sees("You have a vote in ballots")
    no_page_is_wider_than_the_phone(voter)
    second.fills_in(voting_code=codes[0]).presses("Use the code")
    expect(second.page.locator("#field-voting_code-error")).to_be_visible()
    convenor.goes_to(f"{address}/voting-codes").sees("1 is used").goes_to(f"{address}/console")
    ballot = opens_a_ballot(convenor)
    second.goes_to(ballot)
    voter.follows(DECISION).answers("Yes").presses("Cast my vote").sees("Your vote is recorded")
    for watcher in (convenor, second):
        expect(watcher.page.locator('.meter [data-field="value"]').first).to_have_text("1")


@pytest.mark.timeout(300)
def test_a_guest_is_checked_in_at_the_door_and_votes(house: House) -> None:
    convenor, guest, address = a_hall(house, GuestVotes.DOOR)
    voter = guest("Guest at the door")
    convenor.goes_to(f"{address}/door").fills_in(q="at the door").presses("Search")
    convenor.presses("Check in Guest at the door")
    expect(convenor.page.get_by_role("button", name="Take the vote back from Guest at the door")).to_be_visible()
    convenor.goes_to(f"{address}/console")
    opens_a_ballot(convenor)
    voter.follows(DECISION).answers("No").presses("Cast my vote").sees("Your vote is recorded")
    no_page_is_wider_than_the_phone(voter)
    expect(convenor.page.locator('.meter [data-field="value"]').first).to_have_text("1")
