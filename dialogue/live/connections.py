"""Who is connected to this process, to which streams, and how they said who they are."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from dialogue.accounts import queries
from dialogue.accounts.models import Person
from dialogue.core.record import Audience
from dialogue.live.streams import Seat


@dataclass
class Connection:
    """One socket. `secret` is a sign-in's or a token's, asked again at every event; none for the public."""

    sid: str
    secret: str | None = None
    is_token: bool = False
    seats: dict[str, Seat] = field(default_factory=dict)

    def person(self) -> Person | None:
        """Who it is at this moment: nobody any more once signed out, disabled or revoked."""
        if self.secret is None:
            return None
        return (queries.person_of_token if self.is_token else queries.person_signed_in)(self.secret)


class Connections:
    """The sockets of this process. Threads may ask at any time."""

    def __init__(self) -> None:
        self._all: dict[str, Connection] = {}
        self._lock = threading.Lock()

    def add(self, connection: Connection) -> None:
        """Somebody came."""
        with self._lock:
            self._all[connection.sid] = connection

    def drop(self, sid: str) -> Connection | None:
        """Somebody went."""
        with self._lock:
            return self._all.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        """The socket of this id."""
        return self._all.get(sid)

    def __iter__(self) -> Iterator[Connection]:
        with self._lock:
            return iter(list(self._all.values()))

    def in_stream(self, stream_id: str) -> list[Connection]:
        """The sockets listening to a stream."""
        return [c for c in self if stream_id in c.seats]

    def streams(self) -> dict[str, set[Audience]]:
        """Every stream somebody here listens to, with the audiences there are."""
        found: dict[str, set[Audience]] = {}
        for connection in self:
            for stream_id, seat in list(connection.seats.items()):
                found.setdefault(stream_id, set()).add(seat.audience)
        return found


connections = Connections()


def channel(stream_id: str, audience: Audience) -> str:
    """The Socket.IO room an audience of a stream is in; clients never name one."""
    return f"{stream_id}:{audience}"
