"""The turnout of an open secret ballot moves in steps of a second, wherever it is looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from dialogue.core import db
from dialogue.core.clock import held_at, now
from dialogue.core.transaction import transaction
from dialogue.votes import actions, keys, live, queries, turnout
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.votes.conftest import Chamber
from tests.world import World

pytestmark = pytest.mark.each_database("turnout is claimed with SKIP LOCKED")

BEGINNING = now()


@contextmanager
def after(seconds: float) -> Iterator[None]:
    """Within the block it is so long after the ballot was opened."""
    with held_at(BEGINNING + timedelta(seconds=seconds)):
        yield


@pytest.fixture
def ballot(world: World, chamber: Chamber) -> Ballot:
    """A secret ballot that was opened at the beginning."""
    with after(0):
        return world.ballot(chamber.room, chamber.chair, Visibility.SECRET)


def seen(world: World, chamber: Chamber, ballot: Ballot) -> set[int]:
    """The turnout as program, page, socket and lists tell it."""
    browser = world.browser(chamber.voters[0])
    page = browser.get(ballot.address).text
    (socket,) = live.turnouts(chamber.room.id)
    api = browser.get(f"/api/v1/ballots/{ballot.id}").json
    lists = {queries.in_room(chamber.room)[0].cast, queries.open_to(chamber.voters[1])[0].cast}
    return {api["cast"], int(page.split('data-field="value">')[1].split("<")[0]), socket["cast"], *lists}


def test_a_secret_vote_is_counted_in_public_a_second_after_the_last_look(
        world: World, chamber: Chamber, ballot: Ballot) -> None:
    with after(1):
        assert seen(world, chamber, ballot) == {0}
        actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with after(1.9):
        assert seen(world, chamber, ballot) == {0}
    with after(2.1):
        assert seen(world, chamber, ballot) == {1}


def test_the_first_look_does_not_show_a_vote_singly(world: World, chamber: Chamber, ballot: Ballot) -> None:
    with after(0.5):
        actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
        assert seen(world, chamber, ballot) == {0}


def test_a_recorded_vote_is_counted_at_once(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    assert seen(world, chamber, ballot) == {0}
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    assert seen(world, chamber, ballot) == {1}


def test_a_result_waits_for_nothing(world: World, chamber: Chamber, ballot: Ballot) -> None:
    with after(1):
        assert seen(world, chamber, ballot) == {0}
        actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
        actions.close_ballot(chamber.chair, ballot.id)
        told = world.browser(chamber.voters[0]).get(f"/api/v1/ballots/{ballot.id}").json
        assert (told["cast"], told["ballot"]["yes"]) == (1, 1)


def test_a_turnout_does_not_go_back(chamber: Chamber, ballot: Ballot) -> None:
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with transaction() as tx:
        tx.session.execute(text("UPDATE turnout SET told = 4"))
    with after(5):
        assert turnout.figures([ballot.id]) == {ballot.id: (4, True)}


def test_a_clock_set_back_does_not_stop_the_turnout(chamber: Chamber, ballot: Ballot) -> None:
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with after(-3600):
        assert turnout.figures([ballot.id])[ballot.id].cast == 1


def test_without_the_key_the_last_turnout_stands(world: World, chamber: Chamber, ballot: Ballot) -> None:
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with after(5):
        assert seen(world, chamber, ballot) == {1}
    actions.cast(chamber.voters[1], ballot.id, choice=Choice.YES)
    keys.destroy(ballot.id)
    with after(10):
        assert seen(world, chamber, ballot) == {1}


def test_a_reader_that_may_not_write_is_told_the_last_turnout(
        world: World, chamber: Chamber, ballot: Ballot) -> None:
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    if not db.is_sqlite():
        pytest.skip("a database that takes no writes is made with SQLite's words")
    pragma = "PRAGMA query_only={}"
    db.session().connection().exec_driver_sql(pragma.format(1))
    with after(5):
        assert turnout.figures([ballot.id])[ballot.id].cast == 0
    db.session().connection().exec_driver_sql(pragma.format(0))


def test_a_look_that_is_not_the_first_of_its_second_is_followed_by_another(
        chamber: Chamber, ballot: Ballot, monkeypatch: pytest.MonkeyPatch) -> None:
    invalidated: list[set[str]] = []
    monkeypatch.setattr(live.ephemeral, "invalidate", invalidated.append)
    with after(5):
        live.turnouts(chamber.room.id)
        assert invalidated == []
        live.turnouts(chamber.room.id)
    assert invalidated == [{chamber.room.id}]
