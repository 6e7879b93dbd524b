"""Four workers: restarted one after the other under load, and one voter pressing at all of them (catalogue 11, 26)."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from dialogue.core import record
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Visibility
from tests.votes.conftest import votes_in
from tests.workers.conftest import Cluster, token_of
from tests.workers.wire import Line, Participant
from tests.world import World

Lines = Callable[..., Line]
CHOICES = ("yes", "no", "abstain")
WINDOWS = 5  # Of one voter at each worker.
PRESSES = 200


@contextmanager
def talking(participants: list[Participant]) -> Iterator[list[Future[list[int]]]]:
    """While the block lasts, each says something once a second; then the numbers acknowledged to each."""
    over = threading.Event()

    def talk(participant: Participant) -> list[int]:
        said: list[int] = []
        while not over.is_set():
            said.append(participant.post(f"Word {len(said)}"))
            over.wait(1)
        return said

    with ThreadPoolExecutor(len(participants)) as pool:
        try:
            yield [pool.submit(talk, participant) for participant in participants]
        finally:
            over.set()


def test_a_rolling_restart_under_load_loses_no_acknowledged_post(four_workers: Cluster, world: World) -> None:
    room, urls = world.room(), four_workers.urls
    participants = [Participant(urls[n % 4:] + urls[:n % 4], token_of(world.member(room)), room.id) for n in range(24)]
    with talking(participants) as said:
        for worker in four_workers.workers:
            time.sleep(0.5)  # Something is said at the new and the old before the next one goes.
            worker.restart()
    acknowledged = [seq for one in said for seq in one.result()]
    assert len(acknowledged) == len(set(acknowledged)) > len(participants)
    last = record.last_seq(room.id)
    for participant in participants:
        line = participant.connected()
        assert line.until(lambda one=participant: one.seen()[-1:] == [last], 10)
        assert participant.seen() == list(range(1, last + 1))
    posted = [seq for seq, entry in participants[0].entries.items() if entry["kind"] == "contribution.posted"]
    assert sorted(posted) == sorted(acknowledged)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_two_hundred_presses_of_one_voter_at_four_workers_count_once(
        four_workers: Cluster, world: World, lines: Lines, visibility: Visibility) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    voters = [world.member(room) for _ in range(5)]
    ballot = world.ballot(room, chair, visibility)
    windows = [lines(worker, voters[0]) for worker in four_workers.workers for _ in range(WINDOWS)]
    sent = [(line, line.send("ballot.cast", ballot=ballot.id, key=f"k{n}", choice=CHOICES[n % 3]))
            for n, line in enumerate(windows * (PRESSES // len(windows)))]
    answers = [line.answer(number) for line, number in sent]
    assert [answer for answer in answers if not answer["ok"]] == []
    assert len(answers) == PRESSES
    assert votes_in(ballot) == 1
    closed = actions.close_ballot(chair, ballot.id)
    assert (closed.yes or 0) + (closed.no or 0) + (closed.abstain or 0) == 1
