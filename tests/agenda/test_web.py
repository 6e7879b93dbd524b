"""The agenda's pages: public, changed by few, and quick however long it is."""

import re
import threading
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask

from dialogue.agenda import actions, history, queries
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import ChampionRole, MilestoneStatus, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.errors import Conflict
from tests.agenda.conftest import Agenda
from tests.world import World

MOST_STATEMENTS = 12
FORMS = ["edit", "move", "rate", "champions", "milestones/new"]


def order(page: str, *titles: str) -> list[str]:
    """The titles in the order in which the list shows them."""
    shown = page[page.index('id="items"'):]
    return sorted(titles, key=shown.index)


def test_the_agenda_is_public(world: World, agenda: Agenda) -> None:
    item = agenda.item(title="Mend the thing")
    browser = world.browser()
    assert "Mend the thing" in browser.get("/agenda").text
    assert "It is broken." in browser.get(item.address).text
    assert "/edit" not in browser.get(item.address).text


def test_an_unknown_item_is_not_found(world: World) -> None:
    assert world.browser().get("/agenda/nothing").status_code == 404
    assert world.browser().get("/api/v1/agenda/nothing").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_are_for_those_who_may_use_them(world: World, agenda: Agenda, form: str) -> None:
    item = agenda.item()
    address = f"{item.address}/{form}"
    assert world.browser().get(address).status_code == 401
    assert world.browser(world.person()).get(address).status_code == 403
    assert world.browser(agenda.champion(item)).get(address).status_code == 200
    for person, status in ((None, 401), (world.person(), 403)):
        assert world.browser(person).post(address, key="k").status_code in (status, 422 if person is None else status)
    assert [change.kind for change in history.changes_of(item.id)] == ["champion.joined", "item.added"]


def test_an_item_is_ranked_by_the_readers_own_weights(world: World, agenda: Agenda) -> None:
    urgent, cheap = agenda.item(title="Urgent one"), agenda.item(title="Cheap one")
    agenda.rate(urgent, 5, 3, 5)
    agenda.rate(cheap, 2, 3, 1)
    browser = world.browser()
    assert order(browser.get("/agenda").text, "Urgent one", "Cheap one") == ["Cheap one", "Urgent one"]
    assert order(browser.get("/agenda?wu=5&wf=0&wc=0").text, "Urgent one", "Cheap one") == ["Urgent one", "Cheap one"]


@pytest.mark.parametrize(("sort", "first"), [
    ("urgency", "Two"), ("feasibility", "One"), ("cost", "One"), ("due", "Two"), ("newest", "Two"), ("score", "One")])
def test_each_order_has_its_first(world: World, agenda: Agenda, sort: str, first: str) -> None:
    one, two = agenda.item(title="One"), agenda.item(title="Two")
    agenda.rate(one, 3, 5, 1)
    agenda.rate(two, 4, 1, 5)
    agenda.milestone(one, 20)
    agenda.milestone(two, 10)
    answer = world.browser().get(f"/api/v1/agenda?sort={sort}").json
    assert next(item["title"] for item in answer["items"]) == first


def test_a_tie_is_shown_as_a_tie_and_the_unrated_apart(world: World, agenda: Agenda) -> None:
    for title in ("One", "Two"):
        agenda.rate(agenda.item(title=title), 3, 3, 3)
    agenda.item(title="Nobody rated this")
    page = world.browser().get("/agenda").text
    assert len(re.findall(r'<span title="Shares its place">=</span>1<', page)) == 2
    assert page.index("<h3>Not rated yet</h3>") < page.rindex("Nobody rated this")
    answer = world.browser().get("/api/v1/agenda").json
    assert [item["score"] for item in answer["items"]] == ["50.00", "50.00", None]


def narrowed(agenda: Agenda) -> str:
    """Two items; only the first has everything a filter asks for."""
    item = agenda.item(title="Wanted", stage=Stage.DRAFT, forum="Общий форум", goal="Ein Maß")
    agenda.actor(item, ActorSet.STATE)
    milestones.add_milestone(agenda.world.convenor, item.id, statement="Late", due=agenda.in_days(-3))
    agenda.actor(agenda.item(title="Other"), ActorSet.CIVIL_SOCIETY)
    return item.theme_id


@pytest.mark.parametrize("asked", ["stage=draft", "forum=ОБЩИЙ", "champions=state", "overdue=1", "q=mass", "q=wanted"])
def test_a_filter_leaves_the_others_out(world: World, agenda: Agenda, asked: str) -> None:
    theme = narrowed(agenda)
    for address in (f"/api/v1/agenda?{asked}", f"/api/v1/agenda?{asked}&theme={theme}&pace=steady"):
        assert [item["title"] for item in world.browser().get(address).json["items"]] == ["Wanted"]


@pytest.mark.parametrize(("asked", "field"), [
    ("sort=title;drop", "sort"), ("stage=nowhere", "stage"), ("wu=9", "wu"), ("wu=0&wf=0&wc=0", "wu"),
    ("pace=x", "pace"), ("page=0", "page"), ("champions=all", "champions"), ("overdue=maybe", "overdue"),
    ("q=" + "x" * 101, "q"), ("rows=id", "rows")])
def test_a_wrong_question_is_answered_at_its_field(world: World, agenda: Agenda, asked: str, field: str) -> None:
    agenda.item(title="Still here")
    page = world.browser().get(f"/agenda?{asked}")
    assert page.status_code == 422
    assert "Still here" in page.text
    assert f'href="#field-{field}"' in page.text
    refusal = world.browser().get(f"/api/v1/agenda?{asked}")
    assert (refusal.status_code, refusal.json["error"]["field"]) == (422, field)


def test_a_form_refused_keeps_what_was_typed(world: World, agenda: Agenda) -> None:
    world.theme  # noqa: B018 - made before the form is sent.
    browser = world.browser(world.convenor)
    answer = browser.post("/agenda/new", **{**agenda.form(title="Kept title"), "review_on": "2001-01-01"})
    assert answer.status_code == 422
    assert "Kept title" in answer.text
    assert 'id="field-review_on-error"' in answer.text


def test_an_outcome_prefills_the_new_item_and_becomes_it(world: World, agenda: Agenda) -> None:
    outcome = agenda.outcome()
    browser = world.browser(world.convenor)
    page = browser.get(f"/agenda/new?outcome={outcome.id}").text
    assert outcome.title in page
    assert "Decides to mend it." in page
    answer = browser.post("/agenda/new", **agenda.form(outcome=outcome.id))
    assert outcome.title in browser.get(answer.location).text


def test_an_outcome_joins_an_item_by_form(world: World, agenda: Agenda) -> None:
    item, outcome = agenda.item(), agenda.outcome()
    champion = world.browser(agenda.champion(item))
    assert item.title in champion.get(f"/agenda/join?outcome={outcome.id}").text
    assert champion.post("/agenda/join", outcome=outcome.id, item=item.id).status_code == 302
    assert outcome.address in champion.get(item.address).text
    assert world.browser(world.person()).get(f"/agenda/join?outcome={outcome.id}").status_code == 403


def test_a_champion_does_everything_by_form(world: World, agenda: Agenda) -> None:
    item = agenda.item()
    browser = world.browser(agenda.champion(item))
    there = item.address
    sent = [
        browser.post(f"{there}/edit", base="1", **agenda.form(title="Renamed")),
        browser.post(f"{there}/move", stage="parked", note="Too early.", review_on=agenda.in_days(9).isoformat()),
        browser.post(f"{there}/rate", urgency="5", feasibility="4", cost="1", rationale="Now or never."),
        browser.post(f"{there}/champions", actor_id=world.actor().id, role="co"),
        browser.post(f"{there}/milestones/new", statement="Held", due=agenda.in_days(3).isoformat(), key="k"),
    ]
    step = queries.item(item.id).milestones[0]
    at = f"{there}/milestones/{step.id}"
    sent.append(browser.post(f"{at}/edit", base="0", statement="Held twice", due=step.due.isoformat()))
    sent.append(browser.post(f"{at}/report", status="met", note="It was.", publisher="Gazette",
                             url="https://example.org/a", key="r"))
    assert [answer.status_code for answer in sent] == [302] * len(sent)
    page = browser.get(there).text
    for words in ("Renamed", "Too early.", "Now or never.", "Held twice", "https://example.org/a", "91.67"):
        assert words in page
    assert 'rel="noopener' in page


@pytest.mark.parametrize(("form", "typed", "field"), [
    ("move", {"stage": "parked", "note": ""}, "note"),
    ("rate", {"urgency": "6", "feasibility": "1", "cost": "1", "rationale": "x"}, "urgency"),
    ("rate", {"urgency": "5", "feasibility": "1", "cost": "1", "rationale": " "}, "rationale"),
    ("milestones/new", {"statement": "x", "due": "2001-01-01", "key": "k"}, "due"),
    ("champions", {"actor_id": "", "role": "co"}, "actor_id"),
    ("edit", {"title": "x" * 201}, "title"),
])
def test_a_wrong_field_is_answered_at_the_field(
        world: World, agenda: Agenda, form: str, typed: dict[str, str], field: str) -> None:
    item = agenda.item()
    agenda.actor(item)
    world.actor()
    answer = world.browser(world.convenor).post(f"{item.address}/{form}", **typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text


def test_a_stale_form_shows_what_stands_there_now(world: World, agenda: Agenda) -> None:
    item = agenda.item(goal="The old goal")
    actions.edit_item(world.convenor, item.id, base=1, **agenda.fields(goal="The newer goal"))
    answer = world.browser(world.convenor).post(f"{item.address}/edit", base="1", **agenda.form(goal="My goal"))
    assert answer.status_code == 409
    assert "My goal" in answer.text
    assert "The newer goal" in answer.text
    assert 'name="base" value="2"' in answer.text


def test_changes_are_told_by_day_from_a_day_on(world: World, agenda: Agenda) -> None:
    item = agenda.item()
    actions.move(world.convenor, item.id, stage=Stage.DRAFT)
    browser = world.browser()
    assert "Moved from “Idea” to “Draft”." in browser.get(f"/agenda/changes?since={agenda.today}").text
    assert "Nothing changed" in browser.get(f"/agenda/changes?since={agenda.in_days(1)}").text
    refused = browser.get("/agenda/changes?since=yesterday")
    assert (refused.status_code, 'value="yesterday"' in refused.text) == (422, True)


def test_every_kind_of_change_has_its_words(world: World, agenda: Agenda) -> None:
    item = agenda.item(outcome_id=agenda.outcome().id)
    convenor, actor, step = world.convenor, agenda.actor(item), agenda.milestone(item)
    actions.edit_item(convenor, item.id, base=1, **agenda.fields())
    actions.move(convenor, item.id, stage=Stage.DRAFT)
    agenda.rate(item, 1, 1, 1)
    agenda.rate(item, 2, 2, 2)
    milestones.edit_milestone(convenor, step.id, base=0, statement="Else", due=step.due, owner_id=actor.id)
    for status in (MilestoneStatus.AT_RISK, MilestoneStatus.AT_RISK):
        milestones.report(convenor, step.id, status=status, note="Slow.")
    actions.remove_champion(convenor, item.id, actor_id=actor.id)
    page = world.browser().get("/agenda/changes").text
    told = re.findall(r'</h3><p>(.*?)</p>', page)
    assert len(told) == len(history.newest_changes())
    assert all(told)


def test_the_feed_is_atom(world: World, agenda: Agenda) -> None:
    agenda.item(title="One & <two>")
    feed = world.browser().get("/agenda.atom")
    assert feed.mimetype == "application/atom+xml"
    titles = [each.text for each in fromstring(feed.text).iter("{http://www.w3.org/2005/Atom}title")]
    assert "One & <two>" in titles


def test_what_people_write_is_shown_as_text(world: World, agenda: Agenda) -> None:
    item = agenda.item(title="<script>alert(1)</script>", forum="<img src=x>")
    for address in ("/agenda", item.address, "/agenda/changes"):
        page = world.browser().get(address).text
        assert "<script>alert" not in page
        assert "<img src" not in page


def test_export_takes_the_filters_in_force_along(world: World, agenda: Agenda) -> None:
    agenda.item(stage=Stage.DRAFT)
    page = world.browser().get("/agenda?stage=draft&forum=General+Assembly&pace=steady&sort=due").text
    assert 'href="/exports?stage=draft&amp;forum=General+Assembly&amp;pace=steady"' in page
    assert 'href="/exports"' in world.browser().get("/agenda").text


def test_a_glance_takes_two_statements_and_two_more_after_a_change(agenda: Agenda, statements: list[str]) -> None:
    for n in range(7):
        agenda.rate(agenda.item(), 1 + n % 5, 3, 3)
    agenda.milestone(agenda.item(stage=Stage.DRAFT))
    db.release()
    statements.clear()
    glance = queries.at_a_glance(agenda.today)
    assert [each.item.stage for each in glance.next_milestones] == [Stage.DRAFT]
    assert (glance.items, len(glance.best), dict(glance.by_stage)) == (8, 5, {Stage.IDEA: 7, Stage.DRAFT: 1})
    assert len([each for each in statements if each != "BEGIN"]) == 4
    statements.clear()
    assert queries.at_a_glance(agenda.today) == glance
    assert len([each for each in statements if each != "BEGIN"]) == 2


@pytest.mark.parametrize("address", ["/agenda", "/agenda?q=reform&sort=due&champions=state", "/agenda/changes",
                                     "/agenda.atom", "item", "/api/v1/agenda"])
def test_pages_ask_little_however_long_the_agenda(
        world: World, agenda: Agenda, statements: list[str], address: str) -> None:
    for _ in range(12):
        item = agenda.item(outcome_id=agenda.outcome().id)
        agenda.rate(item, 3, 3, 3)
        agenda.actor(item)
        step = agenda.milestone(item)
        milestones.report(world.convenor, step.id, status=MilestoneStatus.AT_RISK, note="Slow.")
    browser = world.browser(world.convenor)
    statements.clear()
    assert browser.get(item.address if address == "item" else address).status_code == 200
    assert len([each for each in statements if each != "BEGIN"]) <= MOST_STATEMENTS


def both(app: Flask, deed: Callable[[], Any]) -> list[bool]:
    """Do it twice at once; which of them were accepted."""
    accepted: list[bool] = []
    start = threading.Barrier(2)

    def one() -> None:
        with app.app_context():
            start.wait()
            try:
                deed()
                accepted.append(True)
            except Conflict:
                accepted.append(False)
            finally:
                db.release()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(accepted)


def test_of_two_editors_at_once_one_is_told(world: World, agenda: Agenda, app: Flask) -> None:
    item, fields = agenda.item(), agenda.fields(title="Other")
    convenor = world.convenor
    db.session().expunge_all()
    assert both(app, lambda: actions.edit_item(convenor, item.id, base=1, **fields)) == [False, True]


def test_of_two_that_join_an_outcome_at_once_one_does(world: World, agenda: Agenda, app: Flask) -> None:
    item_id, outcome_id, convenor = agenda.item().id, agenda.outcome().id, world.convenor
    db.session().expunge_all()
    assert both(app, lambda: actions.join_outcome(convenor, item_id, outcome_id=outcome_id)) == [False, True]


def test_of_two_that_add_a_champion_at_once_one_does(world: World, agenda: Agenda, app: Flask) -> None:
    item_id, actor_id, convenor = agenda.item().id, world.actor().id, world.convenor
    db.session().expunge_all()
    assert both(app, lambda: actions.add_champion(
        convenor, item_id, actor_id=actor_id, role=ChampionRole.CO)) == [False, True]


@pytest.mark.parametrize(("sent", "target", "shown"), [
    ("https://fr.example.org/wiki/L'Humanité", "https://fr.example.org/wiki/L&#39;Humanit%C3%A9",
     "https://fr.example.org/wiki/L&#39;Humanité"),
    ("https://example.org/" + "%D9%85" * 300, "https://example.org/" + "%D9%85" * 300,
     "https://example.org/" + "م" * 300),
])
def test_the_address_of_evidence_is_shown_readable_and_linked_encoded(
        world: World, agenda: Agenda, sent: str, target: str, shown: str) -> None:
    item = agenda.item()
    step = agenda.milestone(item)
    browser = world.browser(world.convenor)
    answer = browser.post(f"{item.address}/milestones/{step.id}/report", status="met", note="Done.",
                          publisher="Gazette", url=sent, key="k")
    assert answer.status_code == 302
    page = browser.get(item.address).text
    assert f'href="{target}"' in page
    assert f">{shown}</bdi>" in page
    assert browser.get(f"/api/v1{item.address}").json["milestones"][0]["evidence"][0]["url"] == sent
