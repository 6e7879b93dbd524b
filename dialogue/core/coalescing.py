"""Batches: requests that arrive while one is served are served together next; one that arrives alone is served alone.

Writes share a commit, durable either way, because waiting for the disk is most of what a small write costs. Look-ups
share a query, because building and sending one is most of what a small look-up costs. A turn belongs to one row that
is locked (a room, a ballot): a writer that holds one row's lock delays only the requests for that row.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from prometheus_client import Histogram
from sqlalchemy.exc import DataError

from dialogue.core import db, deadline, metrics
from dialogue.core.errors import Collided, Conflict, DomainError, Unavailable
from dialogue.core.i18n import lazy_gettext as _

Request = TypeVar("Request")
Answer = TypeVar("Answer")
TRIES = 2  # Attempts that may fail because of another transaction, before the last.
MAX_BATCH = 200  # Requests of one batch, worked on in some twenty milliseconds: the loop is not held for longer.


@dataclass(eq=False, slots=True)
class _Ticket(Generic[Request, Answer]):
    """One request and what became of it."""

    request: Request
    done: bool = False
    answer: Answer = field(init=False)
    error: Exception | None = None


class _Turn(Generic[Request, Answer]):
    """The requests of one key: those that wait, and the lock of the one that serves."""

    def __init__(self) -> None:
        self.waiting: deque[_Ticket[Request, Answer]] = deque()
        self.lock = threading.Lock()
        self.users = 0


def lock_of(row: str) -> str:
    """Name the lock that a write of this row waits for: PostgreSQL locks rows, SQLite the whole database."""
    return "" if db.is_sqlite() else row


class Coalescer(Generic[Request, Answer]):
    """Calls `work` with the requests that arrived meanwhile, in their order.

    `work` opens one transaction, or only reads, and returns an answer, or the DomainError that refuses it, for each.
    `sizes` counts how many were served together. Requests for which `turn_of` gives different keys are never served
    together and never wait for each other.
    """

    def __init__(self, work: Callable[[Sequence[Request]], Sequence[Answer | DomainError]],
                 sizes: Histogram = metrics.batch, *, turn_of: Callable[[Request], str] = lambda _asked: "") -> None:
        self._work = work
        self._sizes = sizes
        self._turn_of = turn_of
        self._turns: dict[str, _Turn[Request, Answer]] = {}
        self._lock = threading.Lock()

    def submit(self, request: Request) -> Answer:
        """Serve the request, perhaps together with others. Raises what `work` answered or raised for it."""
        mine: _Ticket[Request, Answer] = _Ticket(request)
        key = self._turn_of(request)
        turn = self._join(mine, key)
        try:
            self._wait_for(mine, turn)
        finally:
            self._leave(mine, turn, key)
        if mine.error is not None:
            raise mine.error.with_traceback(None)  # Requests may share it: tracebacks must not pile up in it.
        return mine.answer

    def waiting(self) -> int:
        """Count the requests that wait for their turn."""
        with self._lock:
            return sum(len(turn.waiting) for turn in self._turns.values())

    def _join(self, mine: _Ticket[Request, Answer], key: str) -> _Turn[Request, Answer]:
        """Queue the ticket."""
        with self._lock:
            turn = self._turns.get(key)
            if turn is None:
                turn = self._turns[key] = _Turn()
            turn.users += 1
            turn.waiting.append(mine)
            return turn

    def _leave(self, mine: _Ticket[Request, Answer], turn: _Turn[Request, Answer], key: str) -> None:
        """Withdraw a ticket that was not served; the last user of a turn removes it."""
        with self._lock:
            if not mine.done:
                _withdraw(mine, turn)
            turn.users -= 1
            if not turn.users:
                del self._turns[key]

    def _wait_for(self, mine: _Ticket[Request, Answer], turn: _Turn[Request, Answer]) -> None:
        db.pause()
        if not turn.lock.acquire(timeout=deadline.for_a_lock()):
            raise Unavailable(_("The record cannot be reached just now. Try again in a few seconds."))
        try:
            while not mine.done:
                time.sleep(0)  # Requests that are ready at this moment join this batch.
                db.pause()  # A look-up reads the present state, not that of the batch before.
                self._serve([turn.waiting.popleft() for _ in range(min(len(turn.waiting), MAX_BATCH))])
        finally:
            turn.lock.release()

    def _serve(self, tickets: list[_Ticket[Request, Answer]]) -> None:
        self._sizes.observe(len(tickets))
        try:
            _settle(tickets, self._answers([ticket.request for ticket in tickets]))
        except BaseException:  # This greenlet is ended from outside; the other requests must not wait for ever.
            _settle(tickets, [Unavailable(_("That was interrupted. Send it again."))] * len(tickets))
            raise

    def _answers(self, request: Sequence[Request]) -> Sequence[Answer | DomainError | Exception]:
        try:
            return self._tried(request)
        except (Conflict, DataError) as error:
            if len(request) == 1:
                return [error]
            # The database refused one request; the others must not fail with it.
            return [answer for one in request for answer in self._answers([one])]
        except Exception as error:
            return [error] * len(request)

    def _tried(self, request: Sequence[Request]) -> Sequence[Answer | DomainError]:
        """Answer; try again after a collision with another process, which is over by then.

        The same key at another process, for one, is a Conflict while it is under way, and afterwards has an answer.
        """
        for _again in range(TRIES):
            try:
                return self._work(request)
            except Conflict:
                if len(request) > 1:
                    raise
            except Collided:
                pass
        return self._work(request)


def _withdraw(mine: _Ticket[Any, Any], turn: _Turn[Any, Any]) -> None:
    with suppress(ValueError):  # It was being served.
        turn.waiting.remove(mine)


def _settle(tickets: Sequence[_Ticket[Any, Any]], answers: Sequence[Any]) -> None:
    for ticket, answer in zip(tickets, answers, strict=True):
        ticket.done = True
        if isinstance(answer, Exception):
            ticket.error = answer
        else:
            ticket.answer = answer


def in_groups(request: Sequence[Request], about: Callable[[Request], str],
              serve: Callable[[str, Sequence[Request]], Sequence[Answer | DomainError]]) -> list[Answer | DomainError]:
    """Answer in the order of the requests; serve those about the same thing together.

    Things come in the order of their ids, so that two workers never wait for each other's locks. A DomainError of
    `serve` is the answer to its whole group.
    """
    answers: dict[int, Answer | DomainError] = {}
    for thing in sorted({about(one) for one in request}):
        places = [n for n, one in enumerate(request) if about(one) == thing]
        try:
            found = serve(thing, [request[n] for n in places])
        except DomainError as refusal:
            found = [refusal] * len(places)
        answers.update(zip(places, found, strict=True))
    return [answers[n] for n in range(len(request))]
