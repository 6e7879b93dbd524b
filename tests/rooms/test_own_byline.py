"""Before anything is sent, a form says how its writer will be shown."""

import re

import pytest

from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.rooms.contributions import queries
from dialogue.rooms.models import RoomRole
from tests.world import World

HIDING = [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED]


def speaks_as(page: str) -> str:
    """What the page's form says of its writer, as words."""
    found = re.search(r'<p class="speaks-as[^>]*>(.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


@pytest.mark.parametrize("rule", HIDING)
@pytest.mark.parametrize("page", ["", "/contributions/new"])
def test_a_handle_is_known_to_its_holder_before_the_first_word(
        world: World, rule: AttributionRule, page: str) -> None:
    room = world.room(rule)
    person = world.member(room, name="Nobody May Know", actor_set=ActorSet.STATE)
    shown = world.browser(person).get(f"/rooms/{room.id}{page}").text
    handle = queries.show(world.contribution(room, person)).byline.handle
    assert f'data-field="name">{handle}</bdi>' in shown
    assert speaks_as(shown).startswith("You speak here as ")
    assert handle in speaks_as(shown)
    assert "Nobody May Know" not in shown.split("<main")[1]


def test_on_the_record_the_name_and_the_affiliation_are_shown(world: World) -> None:
    room = world.room()
    person = world.member(room, RoomRole.CHAIR, name="Amara Example", actor_set=ActorSet.STATE)
    shown = speaks_as(world.browser(person).get(room.address).text)
    assert shown.startswith("You speak here as State Amara Example Role: Chair Actor ")
    assert "personal capacity" in shown


def test_a_reader_without_a_say_is_told_no_byline(world: World) -> None:
    room = world.room()
    assert speaks_as(world.browser(world.member(room, RoomRole.OBSERVER)).get(room.address).text) == ""


@pytest.mark.parametrize("rule", list(AttributionRule)[:2])
def test_a_guest_of_a_hall_is_told_the_byline_of_their_question(world: World, rule: AttributionRule) -> None:
    hall = world.hall(rule)
    guest = world.browser()
    joined = guest.post("/halls/join", code=hall.code, name="Guest Example", rule=rule.value)
    shown = speaks_as(guest.get(joined.location).text)
    assert shown.startswith("You speak here as ")
    assert ("Guest Example" in shown) is (rule is AttributionRule.ON_RECORD)
