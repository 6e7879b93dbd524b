"""One filter of the agenda for page, API, calendar and export, and lists in the readers' order."""

import csv
import io
from typing import Any

import pytest

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Actor, Subtype
from dialogue.core.attribution import ActorSet
from dialogue.rooms.themes import actions as themes
from tests.agenda.conftest import Agenda
from tests.exports.waiting import ask, made
from tests.world import World

SHUFFLED = ["Tuvala", "Åland", "Cyprus", "iNGO", "Türkland", "Côte"]
IN_ORDER = ["Åland", "Côte", "Cyprus", "iNGO", "Türkland", "Tuvala"]


@pytest.mark.parametrize(("stored", "asked"), [
    ("Reform of the Security\u00a0Council", {"q": "security council"}),
    ("An inter\u00adnational court", {"q": "International"}),
    ("The Council’s work", {"q": "council's"}), ("L'état de droit", {"q": "ETAT"}), ("ＡＢＣ plan", {"q": "abc"}),
])
def test_page_api_calendar_and_export_find_the_same_items(
        world: World, stored: str, asked: dict[str, str]) -> None:
    agenda = Agenda(world)
    agenda.milestone(agenda.item(title=stored, forum="General\u00a0Assembly’s First"))
    agenda.milestone(agenda.item(title="Something else", forum="Elsewhere"))
    browser = world.browser()
    for query in (asked, {"forum": "general assembly's"}, {**asked, "pace": "steady"}):
        page = browser.get("/agenda", query_string=query).text
        assert "Something else" not in page[page.index('id="items"'):]
        found = browser.get("/api/v1/agenda", query_string=query).json["items"]
        assert [item["title"] for item in found] == [stored]
        rows = csv.DictReader(io.StringIO(made(world, format="csv", **query).decode("utf-8-sig")))
        assert [row["title"].replace("\u00ad", "") for row in rows] == [stored.replace("\u00ad", "")]
        with browser.get("/agenda.ics", query_string=query) as answer:
            calendar = answer.text
        assert "Something else" not in calendar
        assert "BEGIN:VEVENT" in calendar


def test_an_export_takes_every_filter_of_the_page_along(world: World) -> None:
    Agenda(world).item(title="One")
    browser = world.browser()
    page = browser.get("/agenda?q=One&pace=steady&overdue=1").text
    assert "/exports?pace=steady&amp;overdue=1&amp;q=One" in page
    form = browser.get("/exports?pace=steady&overdue=1&q=One").text
    assert 'name="q" value="One"' in form
    assert '<option value="steady" selected>' in form
    assert 'name="overdue" value="1" checked' in form
    assert ask(browser, q="One", overdue="1").status_code == 422  # Nothing is overdue, so nothing is exported.


def order(page: str) -> list[str]:
    """The names in the order in which a page shows them last."""
    return sorted(IN_ORDER, key=page.rindex)


def test_lists_stand_in_the_readers_order(world: World) -> None:
    room = world.room()
    made_of: Any = [accounts.add_actor(world.convenor, name=name, actor_set=ActorSet.STATE, subtype=Subtype.STATE)
                    for name in SHUFFLED]
    assert all(isinstance(actor, Actor) for actor in made_of)
    for name in SHUFFLED:
        world.member(room, name=name)
        themes.add_theme(world.convenor, title=name)
        Agenda(world).item(title=name)
    browser = world.browser(world.convenor)
    for address in ("/admin", "/admin/actors", f"/rooms/{room.id}/people", "/agenda", "/themes", "/admin/themes"):
        assert order(browser.get(address).text) == IN_ORDER, address
    for name in SHUFFLED:
        world.room(title=name)
    assert order(browser.get("/admin/rooms").text) == IN_ORDER


@pytest.mark.parametrize("typed", ["émile", "EMILE", "ÖZTÜRK", "ozturk", "Émile\u00a0Öztürk"])
def test_convenors_find_people_and_actors_whatever_the_accents_and_case(world: World, typed: str) -> None:
    world.person(name="Émile Öztürk")
    world.person(name="Somebody Else")
    for name in ("Émile Öztürk Foundation", "Another Foundation"):
        accounts.add_actor(world.convenor, name=name, actor_set=ActorSet.CIVIL_SOCIETY, subtype=Subtype.NGO)
    browser = world.browser(world.convenor)
    people = browser.get("/admin", query_string={"q": typed}).text
    assert "Émile Öztürk" in people
    assert "Somebody Else" not in people
    actors = browser.get("/admin/actors", query_string={"q": typed}).text
    assert "Émile Öztürk Foundation" in actors
    assert "Another Foundation" not in actors
