"""Rehearsals: everything works for their tokens, nothing of them shows elsewhere, and nothing stays."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.accounts.queries import person_of_token
from dialogue.core import db, limits
from dialogue.core.db import Base
from dialogue.core.errors import Conflict, Invalid, TooMany
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.halls.questions import actions as questions
from dialogue.notices.models import Notice
from dialogue.outcomes import actions as outcomes
from dialogue.outcomes.models import Outcome
from dialogue.rehearsal.actions import Rehearsal, rehearse
from dialogue.rehearsal.clearing import clear
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import RoomRole
from dialogue.rooms.voices import electorate
from dialogue.votes import actions as votes
from dialogue.votes.models import BallotState, Visibility
from dialogue.votes.rules import Choice
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]
MOST_POSTS = limits.LIMITS["post"].amount


@pytest.fixture
def rehearsal(world: World) -> Rehearsal:
    """A rehearsal with six guests."""
    assert world
    return rehearse(6)


def guest(rehearsal: Rehearsal, number: int = 0) -> Person:
    """The guest of a token."""
    found = person_of_token(rehearsal.tokens[number])
    assert found
    return found


def chair(world: World, rehearsal: Rehearsal) -> Person:
    """A real person who moderates the rehearsal."""
    return world.member(rehearsal.hall, RoomRole.CHAIR)


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.release()
    kept = {table.name: sorted((tuple(row) for row in db.session().execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables}
    db.release()
    return kept


def lived_in(world: World) -> None:
    """A hall and a room in which people did what they do."""
    hall, room = world.hall(guest_votes=GuestVotes.UNVERIFIED), world.room()
    moderator, member = world.member(hall, RoomRole.CHAIR), world.member(room)
    contributions.post(member, room.id, text="Something lasting", key="one")
    questions.ask(world.guest(hall), hall.id, text="Who decides?", key="two")
    ballot = world.ballot(hall, moderator)
    votes.close_ballot(moderator, ballot.id)
    world.proposal(room, member)


def test_each_token_joins_speaks_asks_and_votes(world: World, rehearsal: Rehearsal, socket: Connect) -> None:
    for number, token in enumerate(rehearsal.tokens):
        there = socket(None, headers={}, auth={"token": token})
        joined = there.join(rehearsal.hall.id, after=0)
        assert (joined["ok"], joined["role"]) == (True, "guest")
        assert there.ask("contribution.post", stream=rehearsal.hall.id, key="k", text=f"Trying {number}")["ok"]
        assert there.ask("question.ask", stream=rehearsal.hall.id, key="q", text=f"Why {number}?")["ok"]
        assert there.ask("ballot.cast", ballot=rehearsal.ballot.id, key="v", choice="yes")["receipt"]
    closed = votes.close_ballot(chair(world, rehearsal), rehearsal.ballot.id)
    assert (closed.yes, closed.eligible, closed.state) == (6, 6, BallotState.CLOSED)


def test_limits_are_lifted_for_its_tokens(rehearsal: Rehearsal, socket: Connect) -> None:
    there = socket(None, headers={}, auth={"token": rehearsal.tokens[0]})
    acks = [there.ask("contribution.post", stream=rehearsal.hall.id, key=f"k{n}", text="Again")
            for n in range(MOST_POSTS + 1)]
    assert all(ack["ok"] for ack in acks)


def test_limits_hold_outside_the_rehearsal(world: World, rehearsal: Rehearsal, socket: Connect) -> None:
    person = chair(world, rehearsal)
    there = socket(person)
    acks = [there.ask("contribution.post", stream=rehearsal.hall.id, key=f"k{n}", text="Again")
            for n in range(MOST_POSTS + 1)]
    assert [ack["ok"] for ack in acks] == [True] * MOST_POSTS + [False]
    assert acks[-1]["error"]["code"] == TooMany.code


def test_its_guests_have_no_place_anywhere_else(world: World, rehearsal: Rehearsal) -> None:
    hall, room = world.hall(), world.room()
    with pytest.raises(Conflict):
        halls.join(guest(rehearsal), code=hall.code, rule=hall.attribution)
    with pytest.raises(Conflict):
        rooms.give_place(world.convenor, room.id, to=guest(rehearsal).id, role=RoomRole.PARTICIPANT)


def test_its_code_admits_no_one(world: World, rehearsal: Rehearsal) -> None:
    with pytest.raises(Invalid):
        world.guest(rehearsal.hall)


def test_who_has_its_address_is_told_that_it_is_a_rehearsal(world: World, rehearsal: Rehearsal) -> None:
    browser = world.browser(chair(world, rehearsal))
    for page in ("", "/console"):
        assert "This is a rehearsal." in browser.get(rehearsal.hall.address + page).text
    assert "This is a rehearsal." in world.browser().get(rehearsal.ballot.address).text
    real = world.hall()
    assert "This is a rehearsal." not in world.browser().get(real.address).text


LISTS = ("/", "/halls", "/ballots", "/rooms", "/themes", "/proposals", "/proposals?state=open", "/outcomes", "/agenda",
         "/exports", "/outcomes.atom", "/agenda.atom", "/notices", "/halls/new", "/admin/rooms", "/admin/themes")


def test_it_is_on_no_list(world: World, rehearsal: Rehearsal) -> None:
    moderator = chair(world, rehearsal)
    for person in (None, world.convenor, moderator):
        browser = world.browser(person)
        pages = {page: browser.get(page) for page in LISTS}
        refused = {"/notices", "/halls/new", "/admin/rooms", "/admin/themes"} if person is not world.convenor else set()
        assert {page for page, answer in pages.items() if answer.status_code != 200} <= refused
        told = (rehearsal.hall.id, rehearsal.ballot.id, rehearsal.hall.theme_id, rehearsal.hall.theme.title)
        assert [page for page, answer in pages.items() if any(word in answer.text for word in told)] == []


def test_a_ballot_closed_in_it_becomes_no_outcome_and_sends_no_notice(world: World, rehearsal: Rehearsal) -> None:
    moderator, table = chair(world, rehearsal), f"{rehearsal.ballot.address}.csv"
    browser = world.browser(moderator)
    votes.cast(guest(rehearsal), rehearsal.ballot.id, choice=Choice.YES)
    votes.close_ballot(moderator, rehearsal.ballot.id)
    first = contributions.post(guest(rehearsal), rehearsal.hall.id, text="A word")
    contributions.post(guest(rehearsal, 1), rehearsal.hall.id, text="An answer", reply_to=first.id)
    assert [db.session().scalar(select(func.count()).select_from(kind)) for kind in (Outcome, Notice)] == [0, 0]
    assert browser.get(table).status_code == 404


def test_nothing_that_lasts_can_be_made_of_it(world: World, rehearsal: Rehearsal) -> None:
    moderator = chair(world, rehearsal)
    with pytest.raises(Conflict):
        outcomes.draft_session(moderator, rehearsal.hall.id, title="A sitting")
    with pytest.raises(Conflict):
        world.draft(rehearsal.hall, moderator)


def test_removing_rehearsals_leaves_everything_else_as_it_was(world: World) -> None:
    lived_in(world)
    moderator = world.person()
    before = dump()
    made = [rehearse(6), rehearse(5)]
    for one in made:
        rooms.give_place(world.convenor, one.hall.id, to=moderator.id, role=RoomRole.CHAIR)
        rooms.acknowledge(moderator, one.hall.id, rule=one.hall.attribution)
        votes.cast(guest(one), one.ballot.id, choice=Choice.NO, key="v")
        first = contributions.post(guest(one), one.hall.id, text="A word", key="w")
        contributions.support(guest(one, 1), first.id)
        contributions.post(guest(one, 1), one.hall.id, text="An answer", reply_to=first.id)
        question = questions.ask(guest(one), one.hall.id, text="Who decides?", key="q")
        questions.support(guest(one, 2), question.id)
    votes.close_ballot(moderator, made[0].ballot.id)
    secret = world.ballot(made[1].hall, moderator, Visibility.SECRET)
    votes.cast(guest(made[1]), secret.id, choice=Choice.ABSTAIN, key="s")
    assert dump() != before
    assert clear() == len(made)
    assert dump() == before
    assert clear() == 0


def test_thousands_are_made_at_once_and_all_may_vote(world: World) -> None:
    made = rehearse(3000)
    assert world
    assert (len(set(made.tokens)), made.ballot.eligible, len(electorate(made.hall))) == (3000, 3000, 3000)


def test_the_command_prints_one_line_and_keeps_the_tokens_from_others(world: World, tmp_path: Path) -> None:
    run, tokens = world.app.test_cli_runner().invoke, tmp_path / "tokens.txt"
    tokens.write_text("of an earlier rehearsal\n" * 100)
    printed = run(args=["rehearse", "--people", "3", "--tokens", str(tokens)])
    told = json.loads(printed.stdout)
    assert printed.stdout.count("\n") == 1
    hall = db.session().get(Hall, told["stream"])
    assert hall
    assert hall.is_rehearsal
    assert set(told) == {"url", "stream", "ballot"}
    assert told["url"].endswith(hall.address)
    written = tokens.read_text().splitlines()
    assert [bool(person_of_token(token)) for token in written] == [True] * 3
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    db.release()
    assert run(args=["rehearse", "--clean"]).stdout == "Rehearsals removed: 1\n"
    assert person_of_token(written[0]) is None


@pytest.mark.parametrize("arguments", [
    ["--people", "0", "--tokens", "t"], ["--people", "100001", "--tokens", "t"], ["--people", "5"], [],
    ["--people", "5", "--tokens", "nowhere/t"], ["--clean", "--people", "5", "--tokens", "t"]])
def test_the_command_refuses_nonsense_in_one_sentence(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                      arguments: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    refused = world.app.test_cli_runner().invoke(args=["rehearse", *arguments])
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "t").exists()
    assert db.session().scalar(select(func.count()).select_from(Hall)) == 0
