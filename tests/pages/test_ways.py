"""No page is an island: the ways between them that a newcomer looks for."""

from dialogue.core.attribution import AttributionRule
from dialogue.rooms.models import Access, RoomRole
from tests.world import World


def test_decisions_and_through_them_precedents_are_in_the_navigation(world: World) -> None:
    browser = world.browser(world.person())
    assert browser.get("/").text.count('href="/ballots"') >= 2  # Wide and on a phone.
    decisions = browser.get("/ballots").text
    assert 'href="/ballots" aria-current="page"' in decisions
    assert 'href="/precedents"' in decisions


def test_on_a_phone_an_open_ballot_stands_before_the_discussion(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    voter = world.member(room)
    ballot = world.ballot(room, chair)
    page = world.browser(voter).get(room.address).text
    way = page.index(f'href="{ballot.address}"')
    assert way < page.index('id="discussion"')
    assert 'href="#proposals"' in page
    assert 'id="proposals"' in page


def test_a_reader_of_an_open_room_signs_in_and_comes_back(world: World) -> None:
    room = world.room(AttributionRule.ON_RECORD, Access.OPEN)
    assert f"/sign-in?next={room.address}" in world.browser().get(room.address).text


def test_an_agenda_item_leads_to_an_export_of_its_theme(world: World) -> None:
    theme = world.theme
    browser = world.browser(world.convenor)
    page = browser.get(f"/exports?theme={theme.id}").text
    assert f'value="{theme.id}" selected' in page
