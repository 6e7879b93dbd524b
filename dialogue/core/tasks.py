"""Background tasks: what serving processes do at intervals or when woken.

A task of Scope.ONE is run by one of all workers at a time, under a claim in the database (core/claims.py). While it
runs, the serving process extends the claim; after the task's deadline it does not, so that another worker can take
over. A task that failed is tried again by any worker, after waits that double each time.

A task of Scope.EACH is run by every process. It works on what only that process has (sockets, caches, notes in memory),
or on rows that are claimed one by one, so that two processes never do the same work.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from dialogue.core import claims, db, deadline
from dialogue.core.application import PerApp
from dialogue.core.claims import Claim
from dialogue.core.errors import DomainError, Unavailable

log = logging.getLogger(__name__)
Work = Callable[[], Any]
Item = TypeVar("Item")
FIRST_WAIT = 1.0  # Seconds from the first failure to the next try.
EXTEND_SECONDS = 3.0  # Well within the lease of a claim.


class Scope(StrEnum):
    """The processes that run a task."""

    ONE = "one"
    EACH = "each"


class SomeFailed(Exception):
    """Some of the items of a task failed; the others were worked on."""


@dataclass(frozen=True)
class Task:
    """A task and how it is run. Times are in seconds; `deadline` and `longest_wait` concern tasks of Scope.ONE."""

    work: Work
    seconds: float
    scope: Scope
    is_due: Callable[[], bool] = lambda: True
    deadline: float = 60.0
    longest_wait: float = 60.0
    wake: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """Return the name of its claim and in logs."""
        return f"{self.work.__module__.removeprefix('dialogue.')}.{self.work.__name__}"

    def wait_after(self, attempt: int) -> timedelta:
        """Return how long to wait after the failure of this attempt, counted from 1."""
        return timedelta(seconds=min(FIRST_WAIT * 2.0 ** min(attempt - 1, 30), self.longest_wait))


_tasks = PerApp(dict[str, Task])
_running = PerApp(dict[Claim, float])  # Claims of this process, and when the deadline of each task is.


def every(seconds: float, work: Work, scope: Scope, **more: Any) -> None:
    """Register a task that runs about every `seconds`; for `more` see `Task`."""
    task = Task(work, seconds, scope, **more)
    _tasks()[task.name] = task


def registered() -> list[Task]:
    """Return the tasks, in the order in which they were registered."""
    return list(_tasks().values())


def wake(work: Work) -> None:
    """Have the task of this function run soon, if this process runs it."""
    for task in registered():
        if task.work is work:
            task.wake.set()


def run(task: Task) -> bool:
    """Run one round of the task. Raise what it raises; return False while it waits to be tried again."""
    if not task.is_due():
        return True
    if task.scope is Scope.EACH:
        task.work()
        return True
    claim = claims.take(task.name)
    if claim is None:
        return claims.is_well(task.name)
    with _failure_postpones(task, claim), _extended(claim, task.deadline), deadline.running(task.deadline):
        task.work()
    claims.release(claim)
    return True


@contextmanager
def _failure_postpones(task: Task, claim: Claim) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.give_up()
        with suppress(DomainError):  # Where the database is away, the claim ends by itself.
            claims.postpone(claim, task.wait_after(claim.attempt))
        raise


@contextmanager
def _extended(claim: Claim, seconds: float) -> Iterator[None]:
    running = _running()
    running[claim] = time.monotonic() + seconds
    try:
        yield
    finally:
        running.pop(claim, None)


def are_running() -> bool:
    """Tell whether this process holds claims."""
    return bool(_running())


def extend_claims() -> None:
    """Extend the claims of this process whose tasks are within their deadlines."""
    running = _running()
    for claim, until in list(running.items()):
        if time.monotonic() < until and claims.extend(claim):
            continue
        if running.pop(claim, None) is not None:  # Else its task ended meanwhile.
            log.warning("a task takes longer than it may; another worker can take it over", extra={"task": claim.name})


def for_each(items: Iterable[Item], work: Callable[[Item], Any]) -> int:
    """Work on every item even where some fail. Return how many there were. Raises SomeFailed."""
    number = failed = 0
    for number, item in enumerate(items, start=1):  # noqa: B007 - `number` is used after the loop.
        try:
            work(item)
        except (Unavailable, *db.AWAY):
            raise  # Without the database the others would fail too, each after a wait.
        except Exception:
            failed += 1
            log.exception("one of a task's items failed; the others go on")
            db.give_up()
    if failed:
        raise SomeFailed(f"{failed} of {number}")
    return number
