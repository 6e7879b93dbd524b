"""A name that is nearly there already is warned about before a second thing is made."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogue.accounts.models import Actor
from dialogue.agenda.models import AgendaItem
from dialogue.core import db
from dialogue.core.db import new_id
from dialogue.core.near_names import is_near
from dialogue.rooms.models import Room, Theme
from tests.agenda.conftest import Agenda
from tests.world import World


@pytest.mark.parametrize(("one", "other"), [
    ("Kingdom of Sarveth", "KINGDOM OF SARVETH"), ("Kingdom of Sarveth", "Kingdom of  Sarvéth"),
    ("Kingdom of Sarveth", "Sarveth, Kingdom of"), ("Kingdom of Sarveth", "Kingdom of Sarvet"),
    ("Security Council reform", "Security\u00a0Council reforms"), ("The Council’s work", "The Council's work"),
])
def test_names_a_reader_would_mix_up_are_near(one: str, other: str) -> None:
    assert is_near(one, other)
    assert is_near(other, one)


@pytest.mark.parametrize(("one", "other"), [
    ("Room 1", "Room 2"), ("Sarveth", "Serveth"), ("North Sarveth", "South Sarveth"), ("Peace", "Water"),
    ("Resolution 1325", "Resolution 1352"),
])
def test_names_of_two_things_are_not_near(one: str, other: str) -> None:
    assert not is_near(one, other)


NAME, NEARLY = "Harbour Forum of Sarveth", "Harbour  Fórum of Sarveth"


def form(world: World, kind: str) -> tuple[str, str, dict[str, str], Any]:
    """The address of a form, the field of the name, the other fields, and what the form makes."""
    theme = {"theme": world.theme.id}
    if kind == "actor":
        return "/admin/actors/new", "name", {"actor_set": "civil_society", "subtype": "ngo"}, Actor
    if kind == "theme":
        return "/admin/themes", "title", {}, Theme
    if kind == "room":
        return "/rooms/new", "title", {
            **theme, "goal_1": "Agree", "attribution": "on_record", "access": "invited"}, Room
    fields = Agenda(world).form()
    del fields["key"], fields["title"]
    return "/agenda/new", "title", {**theme, **fields}, AgendaItem


@pytest.mark.parametrize("kind", ["actor", "theme", "room", "item"])
def test_a_near_name_is_warned_about_and_goes_through_when_it_is_sent_again(world: World, kind: str) -> None:
    address, field, rest, makes = form(world, kind)
    browser = world.browser(world.convenor)

    def send(name: str, **more: str) -> Any:
        return browser.post(address, **{**rest, field: name, "key": new_id(), **more})

    def how_many() -> int:
        db.release()
        return db.session().scalar(select(func.count()).select_from(makes)) or 0

    before = how_many()
    assert send(NAME).status_code == 302
    warned = send(NEARLY)
    assert warned.status_code == 422
    page = html.unescape(warned.text)
    assert f"“{NAME}” is there already" in page
    meant = re.search(r'name="meant" value="([^"]*)"', page)
    assert meant
    assert send(f"{NEARLY}s", meant=meant[1]).status_code == 422  # Another name is warned about anew.
    assert how_many() == before + 1
    assert send(NEARLY, meant=meant[1]).status_code == 302
    assert how_many() == before + 2


@pytest.mark.parametrize("kind", ["room", "item"])
def test_a_second_press_is_no_near_name(world: World, kind: str) -> None:
    address, field, rest, _makes = form(world, kind)
    browser = world.browser(world.convenor)
    answers = [browser.post(address, **rest, **{field: NAME}, key="k1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location


@pytest.mark.parametrize("kind", ["actor", "theme", "room"])
def test_a_person_who_may_not_make_it_is_not_told_what_there_is(world: World, kind: str) -> None:
    address, field, rest, _makes = form(world, kind)
    world.browser(world.convenor).post(address, **rest, **{field: NAME}, key=new_id())
    answer = world.browser(world.person()).post(address, **rest, **{field: NEARLY}, key=new_id())
    assert answer.status_code == 403
    assert NAME not in answer.text
