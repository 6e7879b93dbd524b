"""The maker of a room holds a place in it, and who manages a room without a place is led to one."""

import re

import pytest

from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Invalid
from dialogue.rooms import actions
from dialogue.rooms.models import Access, Room, RoomRole
from tests.world import Browser, World

NEW = {"title": "New room", "purpose": "", "goal_1": "Agree", "attribution": "on_record", "access": "invited",
       "key": "k"}


def made(world: World, **fields: str) -> tuple[Browser, str]:
    """A convenor's browser, and the address of the room just made with these fields."""
    browser = world.browser(world.convenor)
    answer = browser.post("/rooms/new", **NEW | {"theme": world.theme.id} | fields)
    assert answer.status_code == 302, answer.text
    return browser, answer.headers["Location"].removesuffix("/people")


def role_of(world: World, address: str) -> RoomRole | None:
    """The convenor's role in the room at this address."""
    world.come_back()
    held = db.session().get_one(Room, address.removeprefix("/rooms/")).membership_of(world.convenor)
    return held.role if held else None


@pytest.mark.parametrize("rule", ["on_record", "chatham_house", "closed"])
def test_the_maker_of_a_room_chairs_it_and_is_inside(world: World, rule: str) -> None:
    browser, address = made(world, attribution=rule)
    page = browser.get(address).text
    assert "ask a convenor" not in page
    assert "Before you enter" not in page
    assert 'name="text"' in page
    assert role_of(world, address) is RoomRole.CHAIR


@pytest.mark.parametrize(("chosen", "role"), [
    ("co_chair", RoomRole.CO_CHAIR), ("rapporteur", RoomRole.RAPPORTEUR), ("observer", RoomRole.OBSERVER),
    ("none", None)])
def test_the_maker_of_a_room_chooses_their_place(world: World, chosen: str, role: RoomRole | None) -> None:
    _browser, address = made(world, own_place=chosen)
    assert role_of(world, address) is role


@pytest.mark.parametrize("chosen", ["guest", "king", "CHAIR"])
def test_a_place_that_no_maker_can_hold_is_answered_at_its_field(world: World, chosen: str) -> None:
    answer = world.browser(world.convenor).post("/rooms/new", **NEW | {"theme": world.theme.id, "own_place": chosen})
    assert answer.status_code == 422
    assert 'id="field-own_place-error"' in answer.text


def test_the_form_asks_for_the_makers_place_and_offers_the_chair(world: World) -> None:
    assert world.theme
    page = world.browser(world.convenor).get("/rooms/new").text
    assert re.search(r'name="own_place" value="chair"[^>]* checked', page)


def test_a_second_press_gives_the_maker_one_place(world: World) -> None:
    assert made(world)[1] == made(world)[1]


@pytest.mark.parametrize("access", list(Access))
def test_a_convenor_without_a_place_is_offered_the_chair(world: World, access: Access) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE, access)
    browser = world.browser(world.convenor)
    page = browser.get(room.address).text
    assert "ask a convenor" not in page
    offered = re.search(r'<form method="post" action="([^"]+/people/add)".*?</form>', page, re.DOTALL)
    assert offered, "no way in"
    fields = dict(re.findall(r'type="hidden" name="(email|role)" value="([^"]+)"', offered[0]))
    assert browser.post(offered[1], **fields).headers["Location"] == room.address
    assert "Before you enter" in browser.get(room.address).text
    assert role_of(world, room.address) is RoomRole.CHAIR


def test_a_stranger_at_the_gate_is_offered_no_chair(world: World) -> None:
    room = world.room(access=Access.LISTED)
    page = world.browser(world.person()).get(room.address).text
    assert "ask a convenor" in page
    assert "/people/add" not in page


def test_a_room_cannot_be_made_as_its_guest(world: World) -> None:
    with pytest.raises(Invalid):
        actions.open_room(world.convenor, theme_id=world.theme.id, title="A", attribution=AttributionRule.CLOSED,
                          access=Access.OPEN, goals=[("Goal", "", None)], own_role=RoomRole.GUEST)
