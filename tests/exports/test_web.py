"""Asking for files on the page and by program: who may, what is refused where, whose the file is."""

import json
from typing import Any

import pytest

from dialogue.core.attribution import AttributionRule
from dialogue.outcomes.models import OutcomeState
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.exports import story
from tests.exports.waiting import ask, finished, taken
from tests.world import Browser, World

TITLE = "A parliamentary network"


def asked_for_an_outcome(browser: Browser, outcome_id: str) -> Any:
    return ask(browser, what="outcome", format="md", outcome=outcome_id)


def test_a_stranger_takes_the_agenda_along(world: World) -> None:
    story.item(world)
    browser = world.browser()
    answer = ask(browser, format="md")
    assert answer.status_code == 303
    file = taken(browser, answer.location)
    assert "A parliamentary network" in file.text
    assert file.headers["Content-Disposition"].startswith("attachment; filename=reform-agenda-")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"


def test_a_file_is_for_its_requester_alone(world: World) -> None:
    story.item(world)
    person, browser = world.person(), world.browser()
    address = ask(browser, format="csv").location
    finished(browser, address)
    for other in (world.browser(), world.browser(person), world.browser(world.convenor)):
        for place in (address, f"{address}/file", f"/api/v1{address}"):
            assert other.get(place).status_code == 404
        assert address not in other.get("/exports").text
    assert address in browser.get("/exports").text


def test_an_unknown_file_is_not_found(world: World) -> None:
    for address in ("/exports/nothing", "/exports/nothing/file", "/api/v1/exports/nothing"):
        assert world.browser().get(address).status_code == 404


def test_the_same_press_twice_is_one_file(world: World) -> None:
    story.item(world)
    browser = world.browser(world.person())
    assert ask(browser, key="once").location == ask(browser, key="once").location


@pytest.mark.parametrize(("fields", "words"), [
    ({"sections": []}, "Choose at least one part."),
    ({"forum": "No such forum"}, "No item of the agenda is like this."),
    ({"theme": "nothing"}, "Choose one of the options."),
    ({"format": "exe"}, "Choose one of the options."),
    ({"language": "tlh"}, "Choose one of the options."),
    ({"updated_since": "yesterday"}, "Write the day as year-month-day"),
    ({"stage": "nowhere"}, "Choose one of the options."),
])  # fmt: skip
def test_what_leads_to_nothing_is_said_at_its_field_and_nothing_typed_is_lost(
    world: World, fields: dict[str, Any], words: str
) -> None:
    story.item(world)
    page = ask(world.browser(), **{"forum": "General", "changes_since": "2026-01-02", **fields})
    assert page.status_code == 422
    assert words in page.text
    [field] = fields
    place = "filter" if field == "forum" else field
    assert f'href="#field-{place}"' in page.text
    assert 'value="2026-01-02"' in page.text
    assert f'value="{fields.get("forum", "General")}"' in page.text


def test_milestones_are_refused_where_there_is_none(world: World) -> None:
    story.add(story.AgendaItem(title="Bare", pace="fast", stage="idea", legal_route="none", problem="", goal="",
                               forum="", review_on=story.date(2027, 1, 1), theme_id=world.theme.id,
                               created_at=story.AT, updated_at=story.AT))
    assert "None of these items has a milestone." in ask(world.browser(), format="csv-milestones").text


def test_figures_are_refused_where_nothing_was_voted_on(world: World) -> None:
    outcome = story.session(world)
    page = ask(world.browser(), what="outcome", format="csv", outcome=outcome.id)
    assert "Nothing was voted on here" in page.text


def test_an_unseen_outcome_is_refused_like_an_unknown_one(world: World) -> None:
    draft = story.outcome(world, state=OutcomeState.DRAFT)
    refused = [asked_for_an_outcome(world.browser(), id) for id in (draft.id, "nothing", "")]
    assert [page.status_code for page in refused] == [422, 422, 422]
    assert all("Choose one of the outcomes you can read." in page.text for page in refused)


def test_a_draft_is_for_the_members_of_its_room(world: World) -> None:
    draft = story.outcome(world, state=OutcomeState.DRAFT)
    members = [world.browser(world.member(draft.room, role)) for role in (RoomRole.PARTICIPANT, RoomRole.CHAIR)]
    invited = world.member(draft.room, entered=False)
    revoked = world.revoked(draft.room)
    for person in (None, world.person(), invited, revoked, world.convenor):
        browser = world.browser(person)
        assert asked_for_an_outcome(browser, draft.id).status_code == 422
        assert TITLE not in browser.get("/exports?what=outcome").text
    for browser in members:
        assert TITLE in browser.get("/exports?what=outcome").text
        assert "Not yet published" in taken(browser, asked_for_an_outcome(browser, draft.id).location).text


def test_a_removed_member_loses_the_file(world: World) -> None:
    draft = story.outcome(world, state=OutcomeState.DRAFT)
    member = world.member(draft.room)
    browser = world.browser(member)
    member_id = member.id
    address = asked_for_an_outcome(browser, draft.id).location
    finished(browser, address)
    rooms.remove(world.convenor, draft.room_id, member_id=member_id)
    assert browser.get(f"{address}/file").status_code == 404


def test_programs_are_served_and_refused_alike(world: World) -> None:
    draft = story.outcome(world, state=OutcomeState.DRAFT)
    story.item(world)
    browser = world.browser()
    page = browser.get("/sign-in").text
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]

    def send(body: Any) -> Any:
        return browser.client.post("/api/v1/exports", data=json.dumps(body), content_type="application/json",
                                   headers={"X-CSRFToken": token})

    refused = send({"what": "outcome", "format": "md", "outcome": draft.id})
    assert (refused.status_code, refused.json["error"]["field"]) == (422, "outcome")
    assert send([]).status_code == 422
    accepted = send({"what": "agenda", "format": "md"})
    assert accepted.status_code == 202
    assert "How the score is made" in taken(browser, accepted.json["address"]).text


def test_too_many_unfinished_files_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from dialogue.exports.jobs.runner import Runner

    story.item(world)
    monkeypatch.setattr(Runner, "wake_for", lambda *_: None)
    browser = world.browser(world.person())
    answers = [ask(browser).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


def test_the_address_from_another_page_fills_the_form_in(world: World) -> None:
    told, theme_id = story.outcome(world), world.theme.id
    browser = world.browser()
    assert f'<option value="{told.id}" selected' in browser.get(f"/exports?outcome={told.id}").text
    page = browser.get(f"/exports?what=agenda&theme={theme_id}&stage=coalition&forum=Assembly").text
    assert f'<option value="{theme_id}" selected' in page
    assert '<option value="coalition" selected' in page
    assert f"/agenda.ics?theme={theme_id}" in page


def test_the_page_asks_few_questions_whatever_there_is(world: World, statements: list[str]) -> None:
    for number in range(15):
        story.item(world, f"Item {number}")
    story.outcome(world, AttributionRule.CHATHAM_HOUSE)
    browser = world.browser(world.person())
    finished(browser, ask(browser).location)
    for address in ("/exports", "/exports?what=outcome"):
        statements.clear()
        assert browser.get(address).status_code == 200
        assert len([s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]) <= 6
