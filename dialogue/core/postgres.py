"""A PostgreSQL that falls silent is given up after seconds: requests are answered so, instead of waiting with it.

A network that breaks is noticed by the system (`tcp_user_timeout`), a question that takes too long by the server
(`statement_timeout`). A server that is there and says nothing, stopped or out of breath, is noticed by nothing but
us: each answer is waited for so long and no longer, and never beyond the deadline of the request at hand.
"""

import time
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.errors import ConnectionTimeout
from sqlalchemy import QueuePool

from dialogue.core import deadline
from dialogue.core.application import PerApp

CONNECT = 5  # Seconds until a connection stands.
STATEMENT = 8  # … that the server works on one statement.
ANSWER = 10.0  # … that its answer is waited for: a little longer, because the server's own word is the better one.
SIGN_OF_LIFE = 5.0  # … that a connection that lay idle has to show that it still stands.
SHORTEST = 2  # … that a connection needs at least, says libpq.
SILENT = 2.0  # … that no further connection is tried after one was waited for in vain.
LOOK_AROUND = 0.1  # … between two looks at whether the connection was closed meanwhile.
BOUNDS: dict[str, Any] = {
    "connect_timeout": CONNECT, "options": f"-c statement_timeout={STATEMENT}s",
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


class Bounded(Connection[Any]):
    """A connection whose every wait ends; one that was waited for in vain is closed."""

    patience = ANSWER

    def wait(self, gen: Any, interval: float = LOOK_AROUND, timeout: float | None = None) -> Any:
        """Wait for the server. Raises OperationalError."""
        try:
            return super().wait(gen, interval, min(self.patience if timeout is None else timeout, deadline.left()))
        except OperationalError as error:
            if error.sqlstate is None:  # Not the server's word, so there was none.
                self.close()  # An answer, should it still come, would be taken for that to the next question.
            raise


class Pool(QueuePool):
    """A pool in which a request waits for a connection no longer than its deadline."""

    @property
    def _timeout(self) -> float:
        return min(self._patience, deadline.left())

    @_timeout.setter
    def _timeout(self, seconds: float) -> None:
        self._patience = seconds


class _Silence:
    """Until when the server counts as silent: one request tries again then, the others need not wait with it."""

    until = 0.0


_silence = PerApp(_Silence)


def connect(_dialect: Any, _record: Any, args: Any, options: dict[str, Any]) -> Bounded:
    """Connect as SQLAlchemy asks to; what the address itself says stands. Raises OperationalError."""
    left = deadline.left()
    if left < 1 or time.monotonic() < _silence().until:
        raise OperationalError("the server does not answer in time")
    bounds = BOUNDS | {"connect_timeout": max(SHORTEST, int(min(CONNECT, left)))}
    try:
        return Bounded.connect(*args, **(bounds | options))
    except ConnectionTimeout:
        _silence().until = time.monotonic() + SILENT
        raise


def lie_idle(connection: Bounded | None, _record: Any) -> None:
    """The connection, if it still stands, goes back to the pool, which asks for a sign of life before it is used."""
    if connection is not None:
        connection.patience = SIGN_OF_LIFE


def work(connection: Bounded, _record: Any, _proxy: Any) -> None:
    """The connection is used again."""
    connection.patience = ANSWER
