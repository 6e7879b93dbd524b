"""The desk: what happens to the work when something happens to the workers."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogue.core import db
from dialogue.core.child import Child
from dialogue.core.claims import LEASE
from dialogue.core.clock import held_at, now
from dialogue.core.transaction import transaction
from dialogue.exports.jobs import child, queue
from dialogue.exports.jobs.runner import AT_ONCE, Runner
from dialogue.exports.models import Export, ExportState, Failure
from dialogue.exports.selection import File, Subject, Wanted
from tests.exports import story
from tests.exports.waiting import ask, finished
from tests.world import World

SLEEPER = [sys.executable, "-c", "import time; print(40, flush=True); time.sleep(60)"]


def desk_of(world: World) -> Runner:
    found: Runner = world.app.extensions["exports"]
    return found


def asked(count: int = 1, **more: object) -> list[str]:
    wanted = Wanted(subject=Subject.AGENDA, file=File.MARKDOWN, language="en").stored()
    rows = [Export(**{"what": wanted, "format": File.MARKDOWN.written_as, "filename": "a.md", "created_at": now(),
                      "visitor_id": db.new_id(), **more}) for _ in range(count)]
    story.add(*rows)
    return [row.id for row in rows]


def state_of(export_id: str) -> tuple[ExportState, str]:
    db.release()
    found = db.session().get(Export, export_id)
    assert found
    return found.state, found.error


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_writer_is_a_failure_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    story.item(world)
    started: list[Child] = []
    monkeypatch.setattr(child, "COMMAND", SLEEPER)
    monkeypatch.setattr(child, "Child", lambda *parts: started.append(Child(*parts)) or started[-1])
    browser = world.browser()
    address = ask(browser).location
    until(lambda: bool(started) and browser.get(f"/api/v1{address}").json["progress"] == 40)
    os.kill(started[0].pid, signal.SIGKILL)
    assert finished(browser, address)["why"] == Failure.BROKEN
    assert "This file could not be made." in browser.get(address).text


def test_a_writer_whose_time_is_up_is_a_failure_in_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    story.item(world)
    monkeypatch.setattr(child, "COMMAND", [sys.executable, "-c", "import signal; signal.alarm(1); signal.pause()"])
    browser = world.browser()
    address = ask(browser).location
    assert finished(browser, address)["why"] == Failure.TOO_SLOW
    assert "took too long" in browser.get(address).text


def test_nothing_left_to_read_is_a_failure_in_words(world: World) -> None:
    [id] = asked()
    desk_of(world).wake_for(id, 30)
    assert state_of(id) == (ExportState.FAILED, Failure.GONE)


def test_no_more_than_two_are_written_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    story.item(world)
    at_once: list[int] = []
    running = threading.Semaphore(0)

    def write(_job: bytes, target: Path, _told: object) -> None:
        running.release()
        at_once.append(running._value)
        time.sleep(0.2)
        running.acquire()
        target.write_bytes(b"made")

    monkeypatch.setattr(child, "write", write)
    ids = asked(6)
    for _ in ids:
        desk_of(world).wake()
    until(lambda: all(state_of(id)[0] is ExportState.DONE for id in ids))
    assert max(at_once) == AT_ONCE
    until(lambda: desk_of(world)._working == 0)


def test_two_slow_exports_of_one_person_leave_a_place_for_others(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    story.item(world)
    may_end, begun = threading.Event(), []

    def write(job: bytes, target: Path, _told: object) -> None:
        begun.append(target.name)
        if target.name in slow:
            may_end.wait(60)
        target.write_bytes(b"made")

    monkeypatch.setattr(child, "write", write)
    slow = asked(3, visitor_id="s" * 22)
    for _ in slow:
        desk_of(world).wake()
    until(lambda: bool(begun))
    [quick] = asked()
    desk_of(world).wake()
    try:
        until(lambda: state_of(quick)[0] is ExportState.DONE, 20)
        assert sum(state_of(id)[0] is ExportState.RUNNING for id in slow) == 1
        assert queue.is_keeping_up()
    finally:
        may_end.set()
        until(lambda: all(state_of(id)[0] is ExportState.DONE for id in slow))
        until(lambda: desk_of(world)._working == 0)


@pytest.mark.parametrize("whose", ["owner_id", "visitor_id"])
def test_a_person_with_many_exports_takes_turns_with_others(world: World, whose: str) -> None:
    many, few = ({whose: world.person().id} if whose == "owner_id" else {whose: db.new_id()} for _ in range(2))
    early = now() - timedelta(minutes=2)
    first, second = asked(2, created_at=early, **many)
    [other] = asked(created_at=early + timedelta(minutes=1), **few)
    assert queue.take_up() == first
    queue.finish(first)
    assert [queue.take_up(), queue.take_up(), queue.take_up()] == [other, second, None]


def test_a_person_who_was_served_is_not_overtaken_by_every_newcomer(world: World) -> None:
    person = {"owner_id": world.person().id}
    early = now() - timedelta(minutes=9)
    [served] = asked(created_at=early, **person)
    assert queue.take_up() == served
    queue.finish(served)
    with transaction() as tx:
        tx.fetch(Export, served).finished_at = early + timedelta(minutes=1)
    [again] = asked(created_at=early + timedelta(minutes=2), **person)
    [newcomer] = asked(created_at=early + timedelta(minutes=3), visitor_id=db.new_id())
    assert [queue.take_up(), queue.take_up()] == [again, newcomer]


def test_what_a_stopped_server_left_is_taken_up_and_finished(world: World) -> None:
    story.item(world)
    [id] = asked(state=ExportState.RUNNING, attempts=1, held_until=now() - timedelta(seconds=1))
    desk_of(world).wake_for(id, 30)
    assert state_of(id)[0] is ExportState.DONE
    assert desk_of(world).path(id).read_text().startswith("# The shared reform agenda")


def test_a_claimed_export_is_left_to_its_worker(world: World) -> None:
    story.item(world)
    [id] = asked(state=ExportState.RUNNING, attempts=1, held_until=now() + LEASE)
    assert not queue.is_waiting()
    assert queue.take_up() is None
    assert state_of(id)[0] is ExportState.RUNNING


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_worker_whose_clock_is_wrong_keeps_to_claims(
        world: World, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    story.item(world)
    [held, left] = asked(2, state=ExportState.RUNNING, attempts=1, held_until=now() + LEASE)
    with transaction() as tx:
        tx.fetch(Export, left).held_until = now() - timedelta(seconds=1)
    monkeypatch.setattr(queue, "now", lambda: now() + timedelta(hours=hours))
    assert [queue.take_up(), queue.take_up()] == [left, None]
    assert state_of(held)[0] is ExportState.RUNNING


def test_two_at_once_never_take_up_the_same(world: World) -> None:
    ids = asked(8)
    taken: list[str | None] = []

    def take() -> None:
        for _ in range(4):
            taken.append(queue.take_up())
        db.release()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filter(None, taken)) == sorted(ids)


def test_what_takes_its_server_down_is_given_up(world: World) -> None:
    [id] = asked(state=ExportState.RUNNING, attempts=queue.MAX_ATTEMPTS, held_until=now() - timedelta(seconds=1))
    queue.take_up()
    assert state_of(id) == (ExportState.FAILED, Failure.BROKEN)


def test_files_are_kept_for_a_day(world: World) -> None:
    story.item(world)
    runner = desk_of(world)
    [id] = asked()
    runner.wake_for(id, 30)
    stray = runner.folder / "stray.part"
    stray.write_text("left behind")
    runner.tidy()
    assert runner.path(id).exists()
    assert stray.exists()
    for file in (runner.path(id), stray):
        os.utime(file, (0, 0))
    with held_at(now() + queue.KEPT + timedelta(minutes=1)):
        runner.tidy()
    assert db.session().scalars(select(Export)).all() == []
    assert [file.name for file in runner.folder.iterdir()] == []
