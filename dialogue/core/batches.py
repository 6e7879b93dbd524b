"""What is asked for often is done together when it piles up, and one by one when it does not.

Hot writes share a commit, durable either way: waiting for the disk is most of what a small one costs. Hot questions
share a query: building and sending one is most of what a small one costs. While one is under way others arrive;
whoever gets the turn next does the work of all of them. Nobody waits for company.
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

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
TRIES = 2  # … that may fail because somebody else was in the way, before the last.
MOST = 150  # As many as are done in some thirty milliseconds: the loop is not held for longer.


@dataclass(eq=False, slots=True)
class _Ticket(Generic[Asked, Answer]):
    asked: Asked
    done: bool = False
    answer: Answer = field(init=False)
    error: Exception | None = None


class Batch(Generic[Asked, Answer]):
    """Calls `work` with everything asked meanwhile, in the order it came.

    `work` opens one transaction, or only reads, and returns an answer, or the DomainError that refuses it, for each.
    `sizes` counts how much was done together.
    """

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Answer | DomainError]],
                 sizes: Histogram = metrics.batch) -> None:
        self._work = work
        self._sizes = sizes
        self._waiting: deque[_Ticket[Asked, Answer]] = deque()
        self._turn = threading.Lock()

    def do(self, asked: Asked) -> Answer:
        """Have it done, perhaps together with others. Raises what `work` answered or raised for it."""
        mine: _Ticket[Asked, Answer] = _Ticket(asked)
        self._waiting.append(mine)
        try:
            self._wait_for(mine)
        finally:
            if not mine.done:
                self._withdraw(mine)
        if mine.error is not None:
            raise mine.error.with_traceback(None)  # It may be everybody's: no places of others are gathered in it.
        return mine.answer

    def _wait_for(self, mine: _Ticket[Asked, Answer]) -> None:
        db.pause()
        if not self._turn.acquire(timeout=deadline.for_a_lock()):
            raise Unavailable(_("The record cannot be reached just now. Try again in a few seconds."))
        try:
            while not mine.done:
                time.sleep(0)  # Who is ready at this very moment comes along.
                db.pause()  # And is told how things are now, not how they were for those before.
                self._serve([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))])
        finally:
            self._turn.release()

    def _withdraw(self, mine: _Ticket[Asked, Answer]) -> None:
        with suppress(ValueError):  # It was being done.
            self._waiting.remove(mine)

    def _serve(self, tickets: list[_Ticket[Asked, Answer]]) -> None:
        self._sizes.observe(len(tickets))
        try:
            _settle(tickets, self._answers([ticket.asked for ticket in tickets]))
        except BaseException:  # This greenlet is ended from outside; the others are not to wait for ever.
            _settle(tickets, [Unavailable(_("That was interrupted. Send it again."))] * len(tickets))
            raise

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Answer | DomainError | Exception]:
        try:
            return self._tried(asked)
        except (Conflict, DataError) as error:
            if len(asked) == 1:
                return [error]
            # The database refused one of them; it must not spoil the others.
            return [answer for one in asked for answer in self._answers([one])]
        except Exception as error:
            return [error] * len(asked)

    def _tried(self, asked: Sequence[Asked]) -> Sequence[Answer | DomainError]:
        """The answers; once more where another process was in the way, which is over by then.

        The same press at another process, for one, is a Conflict while it is under way, and afterwards has an answer.
        """
        for _again in range(TRIES):
            try:
                return self._work(asked)
            except Conflict:
                if len(asked) > 1:
                    raise
            except Collided:
                pass
        return self._work(asked)


def _settle(tickets: Sequence[_Ticket[Any, Any]], answers: Sequence[Any]) -> None:
    for ticket, answer in zip(tickets, answers, strict=True):
        ticket.done = True
        if isinstance(answer, Exception):
            ticket.error = answer
        else:
            ticket.answer = answer


def in_groups(asked: Sequence[Asked], about: Callable[[Asked], str],
              serve: Callable[[str, Sequence[Asked]], Sequence[Answer | DomainError]]) -> list[Answer | DomainError]:
    """The answers in the order of what was asked, where those about the same thing are served together.

    Things come in the order of their ids, so that two workers never wait for each other's locks. A DomainError of
    `serve` is the answer to its whole group.
    """
    answers: dict[int, Answer | DomainError] = {}
    for thing in sorted({about(one) for one in asked}):
        places = [n for n, one in enumerate(asked) if about(one) == thing]
        try:
            found = serve(thing, [asked[n] for n in places])
        except DomainError as refusal:
            found = [refusal] * len(places)
        answers.update(zip(places, found, strict=True))
    return [answers[n] for n in range(len(asked))]
