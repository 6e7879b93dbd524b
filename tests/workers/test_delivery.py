"""What happens at one worker is known at the other."""

import time
from collections.abc import Callable

import pytest

from dialogue.accounts import actions as accounts
from dialogue.accounts.directory import actions as directory
from dialogue.core.attribution import Capacity
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.workers.conftest import Cluster
from tests.workers.wire import Line
from tests.world import World

Lines = Callable[..., Line]
SOON = 1.0  # Seconds; without Redis it would be two.


def test_what_is_said_at_one_worker_is_heard_at_the_other_at_once(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    speaker, listener = world.member(room), world.member(room)
    here, there = lines(cluster.workers[0], speaker), lines(cluster.workers[1], listener)
    for line in (here, there):
        assert line.ask("stream.join", stream=room.id)["ok"]
    for n in range(5):
        said = here.ask("contribution.post", stream=room.id, key=f"k{n}", text=f"Word {n}")
        assert there.until(lambda seq=said["seq"]: seq in there.seqs(), SOON)
    assert here.until(lambda: here.seqs() == there.seqs(), SOON)
    assert there.seqs() == list(range(there.seqs()[0], there.seqs()[0] + 5))


def test_what_another_process_did_without_a_nudge_is_heard_within_two_seconds(
        cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    speaker = world.member(room)
    line = lines(cluster.workers[0], speaker)
    line.ask("stream.join", stream=room.id)
    world.contribution(room, speaker, "From elsewhere")
    assert line.until(line.seqs, 2.5)


def test_who_is_here_is_counted_over_all_workers(cluster: Cluster, world: World, lines: Lines) -> None:
    room = world.room()
    here, there = (lines(worker, world.member(room)) for worker in cluster.workers)
    for line in (here, there):
        line.ask("stream.join", stream=room.id)
    for line in (here, there):
        assert line.until(lambda line=line: [p["here"] for p in line.payloads("presence")][-1:] == [2], 3)
    there.close()
    assert here.until(lambda: here.payloads("presence")[-1]["here"] == 1, 3)


def test_who_signs_out_or_is_disabled_is_out_at_every_worker_within_five_seconds(
        cluster: Cluster, world: World, lines: Lines, browsers: Lines) -> None:
    room = world.room()
    signed_out, disabled = world.member(room), world.member(room)
    out = [browsers(worker, signed_out) for worker in cluster.workers]
    out += [lines(worker, disabled) for worker in cluster.workers]
    for line in out:
        assert line.ask("stream.join", stream=room.id)["ok"]
    began = time.monotonic()
    accounts.end_all_sign_ins(signed_out)
    directory.disable(world.convenor, disabled.id)
    for line in out:
        assert line.until(lambda line=line: not line.is_open, 5)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("what", ["removed", "changed"])
def test_who_loses_a_place_or_a_role_loses_the_seat_at_every_worker(
        cluster: Cluster, world: World, lines: Lines, what: str) -> None:
    room = world.room()
    person, stays = world.member(room), world.member(room)
    both = [lines(worker, person) for worker in cluster.workers]
    for line in both:
        line.ask("stream.join", stream=room.id)
    if what == "removed":
        rooms.remove(world.convenor, room.id, member_id=person.id)
    else:
        rooms.change_place(world.convenor, room.id, member_id=person.id, role=RoomRole.OBSERVER, actor_id=None,
                           capacity=Capacity.PERSONAL, may_vote=False)
    for line in both:
        assert line.until(lambda line=line: line.payloads("evicted"), 5)
        assert line.payloads("evicted") == [{"reason": what, "stream": room.id}]
    world.contribution(room, stays, "Among ourselves")
    for line in both:
        assert not line.until(lambda line=line: any("Among" in str(p) for p in line.payloads("record")), 0.7)
