"""Ballots by page and by program: the same answers to the same people."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import held_at, now
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Access, RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Ballot, BallotState, Visibility
from dialogue.votes.rules import Choice, Quorum, Rule
from tests.votes.conftest import Chamber
from tests.world import Browser, World

PADDED = {Choice.YES: "yes....", Choice.NO: "no.....", Choice.ABSTAIN: "abstain"}
MOST_STATEMENTS = 12


def by_form(browser: Browser, ballot: Ballot, what: str, **fields: Any) -> Any:
    """A form of the ballot's page."""
    return browser.post(f"/ballots/{ballot.id}/{what}", **fields)


def by_program(browser: Browser, address: str, **body: Any) -> Any:
    """The same as JSON, with the page's token."""
    page = browser.get("/sign-in").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    return browser.client.post(f"/api/v1{address}", json=body, headers={"X-CSRFToken": token[1]})


def terms(**more: str) -> dict[str, str]:
    """A complete form."""
    return {"question": "Shall we meet again?", "rule": "two_thirds", "quorum": "1/2", "visibility": "recorded",
            "ending": "by_hand", **more}


def only_ballot() -> Ballot:
    """The one there is."""
    return db.session().query(Ballot).populate_existing().one()


def test_a_chair_opens_a_ballot_by_form_and_its_page_says_the_rule_first(world: World, chamber: Chamber) -> None:
    browser = world.browser(chamber.chair)
    address = f"/rooms/{chamber.room.id}/ballots/new"
    assert "6 members may vote" in browser.get(address).text
    opened = browser.post(address, **terms())
    assert opened.status_code == 302
    page = browser.get(opened.location).text
    assert "Adopted if at least two thirds of those voting yes or no vote yes" in page
    assert "at least 3 of the 6 voters" in page


def test_a_deadline_is_read_in_the_chairs_zone_and_shown_with_it(world: World, chamber: Chamber) -> None:
    chamber.chair.time_zone = "Asia/Tokyo"
    db.session().commit()
    browser = world.browser(chamber.chair)
    local = (now() + timedelta(days=2)).strftime("%Y-%m-%dT10:00")
    opened = browser.post(f"/rooms/{chamber.room.id}/ballots/new", **terms(ending="deadline", closes_at=local))
    assert opened.status_code == 302
    closes_at = only_ballot().closes_at
    assert closes_at
    assert closes_at.astimezone(UTC).strftime("%H:%M") == "01:00"
    page = browser.get(opened.location).text
    assert ", 10:00</time>" in page
    assert "Times are in the time zone Asia/Tokyo, now UTC+09:00." in page
    assert f'<count-down until="{closes_at.isoformat()}"' in page


@pytest.mark.parametrize(("field", "wrong"), [
    ("question", {"question": "  "}), ("question", {"question": "x" * 301}), ("rule", {"rule": "acclamation"}),
    ("quorum", {"quorum": "3/4"}), ("visibility", {"visibility": "open"}),
    ("closes_at", {"ending": "deadline", "closes_at": "2020-01-01T10:00"}),
    ("closes_at", {"ending": "deadline", "closes_at": ""}),
    ("closes_at", {"ending": "deadline", "closes_at": "tomorrow"}),
])
def test_wrong_terms_are_answered_at_the_field_and_what_was_typed_stays(
    world: World, chamber: Chamber, field: str, wrong: dict[str, str]) -> None:
    browser = world.browser(chamber.chair)
    answer = browser.post(f"/rooms/{chamber.room.id}/ballots/new", **terms(**wrong))
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    if field != "question":
        assert "Shall we meet again?" in answer.text


def test_a_chair_is_told_why_only_one_visibility_is_offered(world: World, chamber: Chamber) -> None:
    hiding = world.room(AttributionRule.CHATHAM_HOUSE)
    chair = world.member(hiding, RoomRole.CHAIR)
    for _ in range(5):  # With fewer there is no form, see test_obstacles.py.
        world.member(hiding)
    page = world.browser(chair).get(f"/rooms/{hiding.id}/ballots/new").text
    assert 'value="recorded"' not in page
    assert "attribution rule does not allow" in page
    few = world.room()
    chair = world.member(few, RoomRole.CHAIR, may_vote=True)
    page = world.browser(chair).get(f"/rooms/{few.id}/ballots/new").text
    assert 'value="secret"' not in page
    assert "fewer than five voters" in page


def test_a_vote_by_form_is_in_and_can_be_changed(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    browser = world.browser(chamber.voters[0])
    for choice in (Choice.YES, Choice.NO):
        assert by_form(browser, ballot, "votes", choice=PADDED[choice]).status_code == 302
    page = browser.get(f"/ballots/{ballot.id}").text
    assert re.search(r'value="no\.\.\.\.\." checked', page)
    assert "You have voted" in page
    assert actions.close_ballot(chamber.chair, ballot.id).no == 1


def test_a_secret_ballots_page_says_that_a_vote_is_in_but_not_how(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    browser = world.browser(chamber.voters[0])
    pages = {}
    for choice in Choice:
        with held_at(ballot.opened_at):  # The turnout is the same for all three.
            by_form(browser, ballot, "votes", choice=PADDED[choice])
            browser.get(f"/ballots/{ballot.id}")  # Read the flashed words away.
            page = browser.get(f"/ballots/{ballot.id}").text
        pages[choice] = re.sub(r'(csrf-token" content|name="csrf_token" value|name="key" value)="[^"]*"', "", page)
    assert "Your vote is in" in pages[Choice.YES]
    assert " checked" not in pages[Choice.YES].split('class="form paper"')[1].split("</form>")[0]
    assert len(set(pages.values())) == 1


def test_no_count_is_anywhere_before_the_closing(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    for voter in chamber.voters[:3]:
        actions.cast(voter, ballot.id, choice=Choice.NO)
    for someone in (chamber.chair, chamber.voters[0]):
        browser = world.browser(someone)
        for address in (f"/ballots/{ballot.id}", "/ballots"):
            page = browser.get(address).text
            assert 'data-field="value">3<' in page
            assert "Voter 1" not in page
            assert "verdict" not in page
        told = browser.get(f"/api/v1/ballots/{ballot.id}").json
        assert told["cast"] == 3
        assert told["ballot"]["yes"] is told["ballot"]["no"] is told["ballot"]["verdict"] is None
        assert browser.get(f"/ballots/{ballot.id}.csv").status_code == 404


def test_requests_and_answers_have_one_size_whatever_the_choice(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    browser = world.browser(chamber.voters[0])
    page = browser.get(f"/ballots/{ballot.id}").text
    offered = re.findall(r'name="choice" value="([^"]+)"', page)
    assert len(offered) == 3
    assert len({len(value) for value in offered}) == 1
    sizes = set()
    for value in offered:
        answer = by_program(browser, f"/ballots/{ballot.id}/votes", choice=value)
        assert answer.json["ok"]
        sizes.add(len(answer.data))
    assert len(sizes) == 1


@pytest.mark.parametrize("wrong", ["", "maybe", "YES", None, 1, ["yes"]])
def test_a_wrong_choice_is_refused_by_program(world: World, chamber: Chamber, wrong: object) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    answer = by_program(world.browser(chamber.voters[0]), f"/ballots/{ballot.id}/votes", choice=wrong)
    assert answer.status_code == 422
    assert answer.json["error"]["field"] == "choice"


def test_a_vote_without_a_choice_is_answered_at_the_paper(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    answer = by_form(world.browser(chamber.voters[0]), ballot, "votes")
    assert answer.status_code == 422
    assert 'id="field-choice-error"' in answer.text


def _strangers(world: World, chamber: Chamber) -> list[tuple[Person | None, int]]:
    return [(None, 401), (world.person(), 404), (world.revoked(chamber.room), 404), (chamber.chair, 403)]


def test_by_form_and_by_program_the_same_people_are_refused_a_vote(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    for person, status in _strangers(world, chamber):
        browser = world.browser(person)
        assert by_form(browser, ballot, "votes", choice="yes").status_code == status
        assert by_program(browser, f"/ballots/{ballot.id}/votes", choice="yes").status_code == status


@pytest.mark.parametrize("what", ["close", "cancel"])
def test_by_form_and_by_program_only_the_chair_ends_a_ballot(world: World, chamber: Chamber, what: str) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    people: list[tuple[Person | None, int]] = [
        (None, 401), (world.person(), 404), (world.revoked(chamber.room), 404), (chamber.voters[0], 403)]
    for person, status in people:
        browser = world.browser(person)
        assert by_form(browser, ballot, what).status_code == status
        assert by_program(browser, f"/ballots/{ballot.id}/{what}").status_code == status
    assert only_ballot().state is BallotState.OPEN
    assert by_form(world.browser(chamber.chair), ballot, what).status_code == 302
    assert by_program(world.browser(chamber.chair), f"/ballots/{ballot.id}/{what}").status_code == 409


def test_an_unknown_ballot_is_answered_like_a_hidden_one(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    browser = world.browser(world.person())
    hidden, unknown = browser.get(f"/ballots/{ballot.id}"), browser.get("/ballots/nothing-of-the-sort")
    assert hidden.status_code == unknown.status_code == 404
    strip = lambda page: re.sub(r'content="[^"]*"|value="[^"]*"', "", page.text)  # noqa: E731
    assert strip(hidden) == strip(unknown)
    assert browser.get("/proposals/none/ballots/new").status_code == 404


def test_a_visit_after_the_deadline_shows_the_result(world: World, chamber: Chamber) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, closes_at=deadline)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    browser = world.browser(chamber.voters[1])
    with held_at(deadline):
        page = browser.get(f"/ballots/{ballot.id}").text
    assert "Adopted" in page
    assert "1 yes &gt; 0 no" in page or "1 yes > 0 no" in page
    assert only_ballot().state is BallotState.CLOSED


def test_a_late_vote_by_form_is_told_so_beside_the_result(world: World, chamber: Chamber) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, closes_at=deadline)
    browser = world.browser(chamber.voters[0])
    with held_at(deadline):
        answer = by_form(browser, ballot, "votes", choice="yes")
    assert answer.status_code == 409
    assert "came too late" in answer.text


def test_a_closed_recorded_ballot_says_who_voted_how(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, rule=Rule.TWO_THIRDS, quorum=Quorum(1, 2))
    for voter, choice in zip(chamber.voters, [Choice.YES, Choice.YES, Choice.NO, Choice.ABSTAIN], strict=False):
        actions.cast(voter, ballot.id, choice=choice)
    actions.close_ballot(chamber.chair, ballot.id)
    browser = world.browser(chamber.voters[0])
    page = browser.get(f"/ballots/{ballot.id}").text
    assert re.search(r"3 × 2 yes = 6 (≥|&ge;) 2 × 3 voting = 6", page)
    assert "Voter 3" in page
    assert "Voter 5" not in page
    given = by_form(browser, ballot, "explanations", text="I had *reasons*.")
    assert given.status_code == 302
    assert "<em>reasons</em>" in browser.get(f"/ballots/{ballot.id}").text


def test_a_refused_explanation_keeps_its_words(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    actions.close_ballot(chamber.chair, ballot.id)
    answer = by_form(world.browser(chamber.voters[0]), ballot, "explanations", text="long " * 401)
    assert answer.status_code == 422
    assert "long long" in answer.text
    assert 'id="field-text-error"' in answer.text


def test_a_room_tightened_later_shows_no_names_in_its_old_ballots(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    actions.close_ballot(chamber.chair, ballot.id)
    chamber.room.tighten(AttributionRule.CHATHAM_HOUSE)
    db.session().commit()
    rooms.acknowledge(chamber.voters[1], chamber.room.id, rule=AttributionRule.CHATHAM_HOUSE)
    page = world.browser(chamber.voters[1]).get(f"/ballots/{ballot.id}").text
    assert "Voter 0" not in page
    assert "By actor set" not in page


def test_an_open_rooms_ballots_are_public_and_cast_by_the_roll(world: World) -> None:
    room = world.room(access=Access.OPEN)
    chair, voter = world.member(room, RoomRole.CHAIR), world.member(room)
    ballot = world.ballot(room, chair)
    public = world.browser()
    page = public.get(f"/ballots/{ballot.id}")
    assert page.status_code == 200
    assert "Sign in to vote" in page.text
    assert 'name="choice"' not in page.text
    assert by_form(world.browser(voter), ballot, "votes", choice="yes").status_code == 302


def test_the_list_begins_with_what_the_reader_may_vote_in(world: World, chamber: Chamber) -> None:
    mine = world.ballot(chamber.room, chamber.chair)
    other = world.room(access=Access.OPEN)
    chair = world.member(other, RoomRole.CHAIR)
    world.member(other)
    theirs = world.ballot(other, chair, closes_at=now() + timedelta(minutes=5))
    page = world.browser(chamber.voters[0]).get("/ballots").text
    assert page.index(mine.id) < page.index(theirs.id)
    assert page.count("Vote on:") == 1
    anybody = world.browser().get("/ballots")
    assert anybody.status_code == 200
    assert theirs.id in anybody.text
    assert mine.id not in anybody.text


def test_decided_ballots_are_paged_through(world: World, chamber: Chamber) -> None:
    ids = set()
    for _ in range(23):
        ballot = world.ballot(chamber.room, chamber.chair)
        actions.close_ballot(chamber.chair, ballot.id)
        ids.add(ballot.id)
    browser = world.browser(chamber.chair)
    first = browser.get("/ballots").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    seen = re.findall(r'href="/ballots/([\w-]{22})"', first + browser.get(onward[1]).text)
    assert set(seen) == ids
    assert len(seen) == 23


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("closed", [True, False])
def test_a_ballots_page_asks_the_database_little(
    world: World, chamber: Chamber, statements: list[str], visibility: Visibility, closed: bool) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    for voter in chamber.voters:
        actions.cast(voter, ballot.id, choice=Choice.YES)
    if closed:
        actions.close_ballot(chamber.chair, ballot.id)
    browser = world.browser(chamber.voters[0])
    for address in (f"/ballots/{ballot.id}", "/ballots"):
        db.release()
        statements.clear()
        with held_at(ballot.opened_at):  # Once a second one reader counts a secret turnout for all: not here.
            assert browser.get(address).status_code == 200
        asked = [s for s in statements if s.upper().startswith(("SELECT", "WITH"))]
        assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)


def test_programs_open_ballots_with_a_moment_that_names_its_zone(world: World, chamber: Chamber) -> None:
    browser = world.browser(chamber.chair)
    body = {"question": "Shall we meet again?", "rule": "consensus", "visibility": "recorded"}
    address = f"/rooms/{chamber.room.id}/ballots"
    vague = by_program(browser, address, **body, closes_at="2099-01-01T10:00")
    assert (vague.status_code, vague.json["error"]["field"]) == (422, "closes_at")
    opened = by_program(browser, address, **body, closes_at="2099-01-01T10:00:00+02:00", key="one")
    assert opened.status_code == 201
    assert datetime.fromisoformat(opened.json["ballot"]["closes_at"]).hour == 8
    assert by_program(world.browser(chamber.voters[0]), address, **body).status_code == 403


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '"text"', "[" * 5_000])  # The last: nested too deep.
def test_what_is_no_json_object_is_refused(world: World, chamber: Chamber, body: str) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    browser = world.browser(chamber.voters[0])
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/sign-in").text)
    assert token
    answer = browser.client.post(f"/api/v1/ballots/{ballot.id}/votes", data=body, content_type="application/json",
                                 headers={"X-CSRFToken": token[1]})
    assert answer.status_code == 422
    assert answer.json["error"]["field"] == "body"
