"""The turnout of an open secret ballot moves in steps of a second, wherever it is looked at."""

from types import SimpleNamespace

import pytest

from dialogue.votes import actions, live, turnout
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.votes.conftest import Chamber
from tests.world import World


class Clock:
    """A clock that is set by hand."""

    now = 100.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock the steps are taken by."""
    made = Clock()
    monkeypatch.setattr(turnout, "time", SimpleNamespace(monotonic=lambda: made.now))
    monkeypatch.setattr(turnout, "_told", {})
    return made


def seen(world: World, chamber: Chamber, ballot: Ballot) -> set[int]:
    """The turnout as program, page and socket tell it."""
    browser = world.browser(chamber.voters[0])
    page = browser.get(ballot.address).text
    (socket,) = live.turnouts(chamber.room.id)
    api = browser.get(f"/api/v1/ballots/{ballot.id}").json
    return {api["cast"], int(page.split('data-field="value">')[1].split("<")[0]), socket["cast"]}


def test_a_secret_vote_is_counted_in_public_a_second_after_the_last_look(
        world: World, chamber: Chamber, clock: Clock) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    assert seen(world, chamber, ballot) == {0}
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    clock.now += 0.9
    assert seen(world, chamber, ballot) == {0}
    clock.now += 0.2
    assert seen(world, chamber, ballot) == {1}


def test_a_recorded_vote_is_counted_at_once(world: World, chamber: Chamber, clock: Clock) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    assert seen(world, chamber, ballot) == {0}
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    assert seen(world, chamber, ballot) == {1}


def test_a_result_waits_for_nothing(world: World, chamber: Chamber, clock: Clock) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    assert seen(world, chamber, ballot) == {0}
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    actions.close_ballot(chamber.chair, ballot.id)
    told = world.browser(chamber.voters[0]).get(f"/api/v1/ballots/{ballot.id}").json
    assert (told["cast"], told["ballot"]["yes"]) == (1, 1)


def test_a_turnout_does_not_go_back(clock: Clock) -> None:
    told = [turnout.told("a", 4, is_secret=True)]
    clock.now += 1
    told.append(turnout.told("a", 3, is_secret=True))
    assert told == [4, 4]


def test_what_was_told_is_not_kept(world: World, clock: Clock) -> None:
    for n in range(5):
        turnout.told(f"{n}", n, is_secret=True)
        clock.now += 1
    assert list(turnout._told) == ["4"]
