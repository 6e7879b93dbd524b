"""Whatever races: one vote a voter, one result a ballot, and every vote acknowledged before it counts."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, DomainError, Unavailable
from dialogue.core.record import entries
from dialogue.votes import actions
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from dialogue.votes.secret_models import SecretBox
from tests.votes.conftest import Chamber, votes_in
from tests.world import World

pytestmark = pytest.mark.each_database("races")


def together(tasks: list[Callable[[], object]]) -> list[object]:
    """Run all at once, each in a thread of its own with a session of its own; refusals are answers too."""
    start = threading.Barrier(min(len(tasks), 16))

    def run(n: int) -> object:
        if n < start.parties:
            start.wait()
        try:
            return tasks[n]()
        except DomainError as refusal:
            return refusal
        finally:
            db.release()

    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(run, range(len(tasks))))


def caster(voter: Person, ballot: Ballot, choice: Choice, key: str | None = None) -> Callable[[], str]:
    """A vote to be cast in some thread."""
    voter_id, ballot_id = voter.id, ballot.id
    return lambda: actions.cast(db.session().get_one(Person, voter_id), ballot_id, choice=choice, key=key)


def closer(chair: Person, ballot: Ballot) -> Callable[[], Ballot]:
    """A closing in some thread."""
    chair_id, ballot_id = chair.id, ballot.id
    return lambda: actions.close_ballot(db.session().get_one(Person, chair_id), ballot_id)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_two_hundred_votes_of_one_voter_count_once(
    world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    answers = together([caster(chamber.voters[0], ballot, list(Choice)[n % 3], f"k{n}") for n in range(200)])
    assert all(isinstance(answer, str) for answer in answers)
    db.session().rollback()  # What this thread read before is old by now.
    assert votes_in(ballot) == 1
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes or 0) + (closed.no or 0) + (closed.abstain or 0) == 1


@pytest.mark.parametrize("visibility", list(Visibility))
def test_votes_acknowledged_before_the_closing_count_and_no_others(
    world: World, chamber: Chamber, visibility: Visibility) -> None:
    for round_ in range(25):
        ballot = world.ballot(chamber.room, chamber.chair, visibility)
        votes: list[Callable[[], object]] = [caster(voter, ballot, Choice.YES) for voter in chamber.voters]
        votes.insert(round_ % len(votes), closer(chamber.chair, ballot))
        answers = together(votes)
        db.session().rollback()  # What this thread read before is old by now.
        acknowledged = sum(isinstance(answer, str) for answer in answers)
        assert all(isinstance(answer, str | Ballot | Conflict) for answer in answers), answers
        stored = db.session().get_one(Ballot, ballot.id, populate_existing=True)
        assert stored.yes == acknowledged
        if visibility is Visibility.SECRET:
            assert not db.session().scalar(select(func.count()).where(SecretBox.ballot_id == ballot.id))
        else:
            assert votes_in(ballot) == acknowledged


def test_ten_closings_give_one_result(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    for voter in chamber.voters:
        actions.cast(voter, ballot.id, choice=Choice.YES)
    answers = together([closer(chamber.chair, ballot) for _ in range(10)])
    assert sum(isinstance(answer, Ballot) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    kinds = [entry.kind for entry in entries(chamber.room.id, after=0)]
    assert kinds.count("ballot.closed") == 1


def test_ten_who_find_it_overdue_close_it_once(
    world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, closes_at=deadline)
    monkeypatch.setattr("dialogue.core.database_clock.database_now", lambda _session: deadline)
    ballot_id = ballot.id
    answers = together([lambda: actions.close_overdue(ballot_id)] * 10)
    assert sorted(map(bool, answers)) == [False] * 9 + [True]
    assert not any(isinstance(answer, Unavailable) for answer in answers)
