"""The order in which requests begin: one after the other, with a poll of the network in between.

A page is computed without yielding. If all waiting requests were computed in a row, a later request, the sockets and
`/healthz` would wait for all of them.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask

from dialogue.core.cooperative import yield_now

FIRST = frozenset({"/healthz"})  # Costs nothing, and says whether anything is answered at all.


class Turns:
    """A lock whose waiters get it in the order in which they came; gevent's own lets latecomers overtake them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Within the block it is this thread's (or greenlet's) turn."""
        self._wait()
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self) -> None:
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        try:
            mine.wait()
        except BaseException:  # Ended from outside: the turn goes to the next, or never comes here.
            self._leave(mine)
            raise

    def _leave(self, mine: threading.Event) -> None:
        with suppress(ValueError), self._lock:
            self._waiting.remove(mine)
            return
        self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


class InTurn:
    """The application, whose requests begin in turn. They wait, and end, side by side as ever."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._turns = Turns()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO") not in FIRST:
            with self._turns.one():
                yield_now()
        return self._application(environ, start_response)


def register(app: Flask) -> None:
    """Have the application's requests begin in turn. Comes before the socket door, whose requests last for hours."""
    app.wsgi_app = InTurn(app.wsgi_app)  # type: ignore[method-assign]  # Flask wraps WSGI so.
