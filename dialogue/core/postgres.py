"""A PostgreSQL that falls silent is given up after seconds: whoever waits is told so, instead of waiting with it.

A network that breaks is noticed by the system (`tcp_user_timeout`), a question that takes too long by the server
(`statement_timeout`). A server that is there and says nothing, stopped or out of breath, is noticed by nobody but
us: each answer is waited for so long and no longer.
"""

from typing import Any

from psycopg import Connection, OperationalError

CONNECT = 5  # Seconds until a connection stands.
STATEMENT = 20  # … that the server works on one statement.
ANSWER = 22.0  # … that its answer is waited for: a little longer, as the server's own word is the better one.
SIGN_OF_LIFE = 5.0  # … that a connection that lay idle has to show that it still stands.
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
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except OperationalError as error:
            if error.sqlstate is None:  # Not the server's word, so there was none.
                self.close()  # An answer, should it still come, would be taken for that to the next question.
            raise


def connect(_dialect: Any, _record: Any, args: Any, options: dict[str, Any]) -> Bounded:
    """Connect as SQLAlchemy asks to; what the address itself says stands."""
    return Bounded.connect(*args, **(BOUNDS | options))


def lie_idle(connection: Bounded | None, _record: Any) -> None:
    """The connection, if it still stands, goes back to the pool, which asks for a sign of life before it is used."""
    if connection is not None:
        connection.patience = SIGN_OF_LIFE


def work(connection: Bounded, _record: Any, _proxy: Any) -> None:
    """The connection is used again."""
    connection.patience = ANSWER
