"""One filter of the agenda for page, API, calendar and export, and lists in the readers' order."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree, html
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Actor, Subtype
from dialogue.agenda.models import AgendaItem, Milestone, Pace, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.transaction import transaction
from dialogue.rooms.themes import actions as themes
from tests.agenda.conftest import Agenda
from tests.exports.waiting import ask, made
from tests.world import World

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SHUFFLED = ["Tuvala", "Åland", "Cyprus", "iNGO", "Türkland", "Côte"]
IN_ORDER = ["Åland", "Côte", "Cyprus", "iNGO", "Türkland", "Tuvala"]


FOUND_BY = {  # Titles as they are stored, and what readers of their scripts type.
    "Reform of the Security\u00a0Council": "security council", "An inter\u00adnational court": "International",
    "The Council’s work": "council's", "L'état de droit": "ETAT", "ＡＢＣ plan": "abc",
    "İSTANBUL protocol": "istanbul", "Işık programı": "ışık", "Ο ΝΟΜΟΣ": "νόμος", "Ο δρόμος": "ΔΡΌΜΟΣ",
    "Große Straße": "STRASSE", "СОВЕТ Безопасности": "совет", "العـدالة الدولية": "العدالة", "Đông Á": "dong a",
}
NARROWED = (
    {"theme": "{theme}"}, {"stage": "coalition"}, {"forum": "first\u00a0COMMITTEE"}, {"pace": "fast"},
    {"champions": "civil_society"}, {"overdue": "1"}, {"updated_since": "{today}"}, {"q": "the one"},
    {"q": "one", "pace": "fast", "stage": "coalition"},
)


class Ways:
    """What the four ways to the agenda answer for the same arguments: titles of items."""

    def __init__(self, world: World) -> None:
        self.world, self.browser = world, world.browser()
        with Session(db.engine()) as session:
            self.addresses = {item.title: item.address for item in session.scalars(select(AgendaItem)).unique()}

    def page(self, asked: dict[str, str]) -> list[str]:
        """The items listed on the page."""
        page = html.fromstring(self.browser.get("/agenda", query_string=asked).text)
        return sorted(title.text_content() for title in page.xpath("//li[@class='agenda-line']//h3/a"))

    def api(self, asked: dict[str, str]) -> list[str]:
        """The items of the API."""
        found = self.browser.get("/api/v1/agenda", query_string=asked).json["items"]
        return sorted(item["title"] for item in found)

    def feed(self, asked: dict[str, str]) -> list[str]:
        """The items whose changes the feed tells."""
        answer = self.browser.get("/agenda.atom", query_string=asked)
        feed = etree.fromstring(answer.data)
        return sorted(set(feed.xpath("//a:entry/a:title/text()", namespaces={"a": "http://www.w3.org/2005/Atom"})))

    def export(self, asked: dict[str, str]) -> list[str]:
        """The items of the table."""
        table = made(self.world, format="csv", **asked).decode("utf-8-sig")
        return sorted(row["title"] for row in csv.DictReader(io.StringIO(table)))

    def calendar(self, asked: dict[str, str]) -> list[str]:
        """The items whose days the calendar holds: each has a milestone."""
        with self.browser.get("/agenda.ics", query_string=asked) as answer:
            lines = answer.text.replace("\r\n ", "")
        return sorted(title for title, address in self.addresses.items() if address in lines)


def plain(text: str) -> str:
    """A text without what a table or calendar need not keep."""
    return text.replace("\u00ad", "").replace("\u00a0", " ")


@pytest.mark.slow("all ways to the agenda, many filters")
@pytest.mark.each_database("filters in SQL and letters of all scripts")
def test_words_of_each_script_find_the_same_items_by_all_ways(world: World) -> None:
    agenda = Agenda(world)
    for title in FOUND_BY:
        agenda.milestone(agenda.item(title=title))
    ways = Ways(world)
    for title, words in FOUND_BY.items():
        for way in (ways.page, ways.api, ways.feed, ways.export, ways.calendar):
            assert [plain(found) for found in way({"q": words})] == [plain(title)], (way.__name__, words)


@pytest.mark.slow("all ways to the agenda, many filters")
@pytest.mark.each_database("filters in SQL and letters of all scripts")
def test_each_filter_finds_the_same_items_by_all_ways(world: World) -> None:
    agenda, other = Agenda(world), themes.add_theme(world.convenor, title="Other theme")
    wanted = agenda.item(title="The one", theme_id=other.id, stage=Stage.COALITION, pace=Pace.FAST,
                         forum="The First Committee")
    agenda.milestone(wanted, days=1)
    agenda.milestone(agenda.item(title="Something else", forum="Elsewhere"))
    agenda.actor(wanted, ActorSet.CIVIL_SOCIETY)
    with transaction() as tx:
        tx.session.execute(update(AgendaItem).where(AgendaItem.id != wanted.id).values(updated_at=LONG_AGO))
        tx.session.execute(update(Milestone).where(Milestone.item_id == wanted.id).values(due=LONG_AGO.date()))
    ways = Ways(world)
    for filter in NARROWED:
        asked = {name: value.format(theme=other.id, today=agenda.today) for name, value in filter.items()}
        for way in (ways.page, ways.api, ways.feed, ways.export, ways.calendar):
            assert way(asked) == ["The one"], (way.__name__, asked)


@pytest.mark.parametrize("address", ["/agenda", "/api/v1/agenda", "/agenda.atom", "/agenda.ics"])
@pytest.mark.parametrize("asked", [{"stage": "x"}, {"updated_since": "yesterday"}, {"champions": "x"}])
def test_a_filter_that_cannot_be_read_is_refused_by_all_ways(
        world: World, address: str, asked: dict[str, str]) -> None:
    assert world.browser().get(address, query_string=asked).status_code == 422


def test_the_feed_of_the_page_is_narrowed_like_the_page(world: World) -> None:
    page = world.browser().get("/agenda?q=One&pace=steady").text
    assert 'href="/agenda.atom?pace=steady&amp;q=One"' in page


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
