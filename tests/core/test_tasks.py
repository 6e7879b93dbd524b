"""Background tasks: run by one worker at a time, tried again after failures, taken over from workers that are gone."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dialogue.agenda.events import ItemAdded
from dialogue.core import claims, db, deadline, tasks
from dialogue.core import transaction as transactions
from dialogue.core.clock import held_at, now
from dialogue.core.errors import Unavailable
from dialogue.core.record import AGENDA
from dialogue.core.tasks import Scope, SomeFailed, Task, for_each, run
from dialogue.server import background
from tests.world import World

pytestmark = pytest.mark.each_database("claims are taken by updates under row locks")


def a_task(work: Callable[[], Any], **more: Any) -> Task:
    """A task that runs in one worker at a time."""
    return Task(work, 5, Scope.ONE, **more)


def in_threads(number: int, work: Callable[[], object]) -> list[object]:
    """Call it in threads at the same time, each with a session of its own; return the answers."""
    start, answers = threading.Barrier(number), []

    def begin() -> None:
        start.wait()
        answers.append(work())
        db.release()

    threads = [threading.Thread(target=begin) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def failing() -> None:
    """A work that fails."""
    raise RuntimeError("broken")


def test_two_workers_run_one_task_once(world: World) -> None:
    running, may_end, rounds = threading.Event(), threading.Event(), []

    def work() -> None:
        rounds.append(1)
        running.set()
        assert may_end.wait(60)

    first = threading.Thread(target=lambda: (run(a_task(work)), db.release()))
    first.start()
    assert running.wait(60)
    assert run(a_task(work))
    may_end.set()
    first.join()
    assert rounds == [1]
    assert run(a_task(work))
    assert rounds == [1, 1]


def test_workers_that_begin_at_the_same_moment_take_a_claim_once(world: World) -> None:
    for round_ in range(3):
        taken = [claim for claim in in_threads(6, lambda n=round_: claims.take(f"new {n}")) if claim]
        assert len(taken) == 1
        claims.release(taken[0])
        assert len([claim for claim in in_threads(6, lambda n=round_: claims.take(f"new {n}")) if claim]) == 1


def test_the_claim_of_a_killed_worker_ends(world: World) -> None:
    claims.take("core.test_tasks.work")
    rounds: list[int] = []

    def work() -> None:
        rounds.append(1)

    run(a_task(work, is_due=lambda: True))
    name = a_task(work).name
    claims.release(claims.take(name))
    killed = claims.take(name)
    run(a_task(work))
    assert rounds == [1]
    with held_at(now() + claims.LEASE + timedelta(seconds=1)):
        assert run(a_task(work))
        assert rounds == [1, 1]
        assert not claims.extend(killed)


def test_the_claim_of_a_running_task_is_extended_until_its_deadline(world: World) -> None:
    seen: list[bool] = []
    at = now()

    def others_may_take_it(seconds: float) -> bool:
        with held_at(at + timedelta(seconds=seconds)):
            return claims.take(task.name) is not None

    def work() -> None:
        for seconds in (8, 16):
            with held_at(at + timedelta(seconds=seconds)):
                tasks.extend_claims()
        seen.append(others_may_take_it(25))
        tasks._running().update(dict.fromkeys(tasks._running(), 0.0))  # The deadline has passed.
        with held_at(at + timedelta(seconds=25)):
            tasks.extend_claims()
        seen.append(others_may_take_it(27))

    task = a_task(work)
    with held_at(at):
        run(task)
    assert seen == [False, True]


def test_a_late_worker_leaves_the_claim_of_its_successor(world: World) -> None:
    late = claims.take("slow")
    with held_at(now() + 2 * claims.LEASE):
        assert claims.take("slow")
        claims.release(late)
        claims.postpone(late, timedelta())
        assert claims.take("slow") is None


def test_a_task_that_failed_is_tried_again_after_growing_waits(world: World) -> None:
    task, at = a_task(failing, longest_wait=3.0), now()
    waits = []
    for _attempt in range(4):
        with held_at(at), pytest.raises(RuntimeError):
            run(task)
        began = at
        while claims.is_well(task.name) or not _runs(task, at):
            at += timedelta(seconds=0.5)
        waits.append((at - began).total_seconds())
    assert waits == [1, 2, 3, 3]


def _runs(task: Task, at: Any) -> bool:
    """Whether a try is due: none is made here."""
    db.release()
    row = db.session().get(claims.TaskClaim, task.name)
    return row is not None and row.held_until is not None and row.held_until <= at


def test_a_task_is_unwell_at_every_worker_until_a_try_succeeds(world: World) -> None:
    broken = [True]

    def work() -> None:
        if broken:
            failing()

    with pytest.raises(RuntimeError):
        run(a_task(work))
    assert not run(a_task(work))
    broken.clear()
    with held_at(now() + timedelta(seconds=2)):
        assert run(a_task(work))
    assert run(a_task(work))


def test_a_task_that_is_not_due_takes_no_claim(world: World, statements: list[str]) -> None:
    assert run(a_task(failing, is_due=lambda: False))
    assert statements == []


def test_a_task_of_each_process_takes_no_claim(world: World, statements: list[str]) -> None:
    assert run(Task(lambda: None, 5, Scope.EACH))
    assert statements == []


def test_a_task_waits_for_the_database_until_its_deadline(world: World) -> None:
    left: list[float] = []
    run(a_task(lambda: left.append(deadline.left()), deadline=30.0))
    assert 0 < left[0] <= 30
    assert deadline.left() == float("inf")


def test_one_failing_item_leaves_the_others() -> None:
    done: list[int] = []

    def work(item: int) -> None:
        if item == 2:
            failing()
        done.append(item)

    with pytest.raises(SomeFailed, match="1 of 3"):
        for_each([1, 2, 3], work)
    assert done == [1, 3]


def test_without_the_database_no_further_items_are_tried() -> None:
    tried: list[int] = []

    def work(item: int) -> None:
        tried.append(item)
        raise Unavailable("away")

    with pytest.raises(Unavailable):
        for_each([1, 2, 3], work)
    assert tried == [1]


def test_each_task_has_a_name_of_its_own_that_fits_its_claim(world: World) -> None:
    names = [task.name for task in tasks.registered()]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 80


def test_work_that_two_workers_must_not_do_at_once_is_claimed(world: World) -> None:
    claimed = {task.work.__name__ for task in tasks.registered() if task.scope is Scope.ONE}
    assert {"close_what_is_due", "finish_what_was_interrupted", "draft_due", "erase_removed_words",
            "forget_old_answers"} <= claimed


def test_a_task_that_ends_while_claims_are_extended_is_not_called_slow(
        world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = claims.take("one"), claims.take("other")
    assert one
    assert other
    running = tasks._running()
    running[one] = running[other] = time.monotonic() + 60
    extend = claims.extend

    def meanwhile(claim: claims.Claim) -> bool:
        if claim == one:
            del running[other]
            claims.release(other)
        return extend(claim)

    monkeypatch.setattr(claims, "extend", meanwhile)
    tasks.extend_claims()
    assert caplog.records == []


@pytest.mark.parametrize(("tries", "is_well"), [(1, True), (2, False)])
def test_a_worker_counts_a_try_of_another_as_well_but_not_try_after_try(
        world: World, monkeypatch: pytest.MonkeyPatch, tries: int, is_well: bool) -> None:
    """The task was killed in one worker, and another works on it for longer than a success may be overdue."""
    task = a_task(failing, deadline=300.0)
    began, clock = now(), time.monotonic()
    health = background._Health(clock + background.PATIENCE)
    with held_at(began):
        assert claims.take(task.name)
    with held_at(began + claims.LEASE * 2):
        held = claims.take(task.name)
    for second in range(21, 200, 3):
        with held_at(began + timedelta(seconds=second)):
            assert held
            if tries == 2 and second == 120:
                claims.postpone(held, timedelta(0))
                held = claims.take(task.name)
                assert held
            assert claims.extend(held)
            monkeypatch.setattr(time, "monotonic", lambda second=second: clock + second)
            background._run(task, health)
    assert health.is_well() is is_well


@pytest.mark.parametrize("how", ["a follow-up", "a listener"])
def test_a_failure_after_the_commit_leaves_a_session_that_answers(
        world: World, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL refuses every statement after one that failed, until the transaction is given up."""

    def fails(*_recorded: object) -> None:
        db.session().execute(text("SELECT * FROM not_there"))

    monkeypatch.setattr(transactions, "_listeners", lambda: [fails])
    with transactions.transaction() as tx:
        if how == "a follow-up":
            monkeypatch.setattr(transactions, "_listeners", list)
            tx.after_commit(fails)
        else:
            tx.record(ItemAdded(stream_id=AGENDA, item_id="i" * 22))
    assert db.session().execute(text("SELECT 1")).scalar() == 1
