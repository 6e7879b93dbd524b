"""Ballots, whatever worker the votes come in at."""

import json
import time
from collections.abc import Callable, Sequence
from itertools import count
from urllib.request import Request, urlopen

import pytest

from dialogue.rooms.models import RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Visibility
from dialogue.votes.turnout import PACE
from tests.workers.conftest import Cluster, Worker, token_of
from tests.workers.wire import Line
from tests.world import World

Lines = Callable[..., Line]
CHOICES = ("yes", "no", "abstain")


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_same_press_at_two_workers_at_once_has_one_answer(
        cluster: Cluster, world: World, lines: Lines, visibility: Visibility) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    voters = [world.member(room) for _ in range(20)]
    ballot = world.ballot(room, chair, visibility)
    both = [[lines(worker, voter) for worker in cluster.workers] for voter in voters]

    def press(pairs: Sequence[Sequence[Line]], key: str) -> None:
        presses = [[(line, line.send("ballot.cast", ballot=ballot.id, key=key, choice="yes")) for line in pair]
                   for pair in pairs]
        for pair in presses:
            answers = [line.answer(number) for line, number in pair]
            assert answers[0]["ok"]
            assert answers[0] == answers[1]

    for n in range(10):
        for pair in both:
            press([pair], f"alone-{n}")
    press([pair if n % 2 else pair[::-1] for n, pair in enumerate(both)], "all")


def test_every_worker_tells_the_turnout_within_two_seconds(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    chair, voter, watcher, other = world.member(room, RoomRole.CHAIR), *(world.member(room) for _ in range(3))
    ballot = world.ballot(room, chair)
    watching = lines(cluster.workers[1], watcher)
    watching.ask("stream.join", stream=room.id)
    assert lines(cluster.workers[0], voter).ask("ballot.cast", ballot=ballot.id, key="k", choice="yes")["ok"]
    assert watching.until(lambda: [p["cast"] for p in watching.payloads("tally")][-1:] == [1], 2)
    actions.cast(other, ballot.id, choice="no", key="k")  # By a process without nudges.
    assert watching.until(lambda: [p["cast"] for p in watching.payloads("tally")][-1:] == [2], 3.5)
    assert {frozenset(p) for p in watching.payloads("tally")} == {frozenset({"ballot", "cast", "eligible"})}


def test_two_workers_do_not_show_a_secret_vote_singly(cluster: Cluster, world: World, lines: Lines) -> None:
    """Looking at one worker and then at the other within a second shows one figure, whatever came between."""
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    voters = [world.member(room) for _ in range(5)]
    voting, token = lines(cluster.workers[0], voters[1]), token_of(voters[0])

    def look(worker: Worker) -> int:
        asked = Request(f"{worker.url}/api/v1/ballots/{ballot.id}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(asked, timeout=5) as answer:
            return int(json.load(answer)["cast"])

    quick = 0
    for n in count():
        ballot = world.ballot(room, chair, Visibility.SECRET)
        begun = time.monotonic()
        first = look(cluster.workers[n % 2])
        assert voting.ask("ballot.cast", ballot=ballot.id, key="k", choice="yes")["ok"]
        second = look(cluster.workers[1 - n % 2])
        if time.monotonic() - begun < PACE:  # Of a slow round nothing follows.
            assert (first, second) == (0, 0)
            quick += 1
        if quick == 4:
            return
        assert n < 40, "this machine is too slow for four looks within a second"
