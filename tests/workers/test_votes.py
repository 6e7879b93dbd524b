"""Ballots, whatever worker the votes come in at."""

from collections.abc import Callable, Sequence

import pytest

from dialogue.rooms.models import RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Visibility
from tests.workers.conftest import Cluster
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
    actions.cast(other, ballot.id, choice="no", key="k")  # By a process that nudges nobody.
    assert watching.until(lambda: [p["cast"] for p in watching.payloads("tally")][-1:] == [2], 3.5)
    assert {frozenset(p) for p in watching.payloads("tally")} == {frozenset({"ballot", "cast", "eligible"})}
