"""Who is connected to this process, to which streams, and how they said who they are."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from dialogue.accounts import queries
from dialogue.accounts.events import (
    ConvenorAppointed,
    ConvenorDismissed,
    PasswordChanged,
    PasswordReset,
    PersonChanged,
    PersonDisabled,
    PersonEnabled,
    SignInEnded,
    TokenRevoked,
)
from dialogue.accounts.models import Person
from dialogue.core import db, metrics
from dialogue.core.batches import Batch
from dialogue.core.clock import now
from dialogue.core.record import Audience
from dialogue.live.outlet import closings
from dialogue.live.streams import Seat

WHO_IS_WHO = frozenset(event.kind for event in (
    PersonChanged, PersonDisabled, PersonEnabled, ConvenorAppointed, ConvenorDismissed, PasswordChanged, PasswordReset,
    TokenRevoked, SignInEnded))
TRUSTED = 300.0  # Seconds for which it is known who somebody is, unless something raises a doubt or they end.


@dataclass(slots=True, eq=False)
class Connection:
    """One socket. `secret` is a sign-in's or a token's; none for the public. `outlet` takes frames as bytes."""

    sid: str
    secret: str | None = None
    is_token: bool = False
    outlet: Any = None
    address: str = ""
    seats: dict[str, Seat] = field(default_factory=dict)
    known_at: float = -TRUSTED
    known_as: Person | None = None
    known_until: datetime | None = None

    def person(self) -> Person | None:
        """Who it is now: nobody once signed out, disabled or revoked. Looked up now and then, and on a doubt."""
        if self.secret is not None and not self.is_known():
            _recognitions.do(self)
        return self.known_as

    def is_known(self) -> bool:
        """Whether it need not be looked up who it is."""
        return self.secret is None or (not self.is_over() and time.monotonic() - self.known_at < TRUSTED
                                       and self.known_at >= connections.doubted_at(self.known_as))

    def is_over(self) -> bool:
        """Whether what it showed has grown too old since."""
        return self.known_until is not None and self.known_until <= now()

    def know(self, person: Person | None, asked_at: float, until: datetime | None = None) -> None:
        """It was asked who it is, then, and this was the answer, which holds until that moment at the latest."""
        if person is not None and person in db.session():
            db.session().expunge(person)  # It outlives the session it was read in.
        if asked_at >= self.known_at:
            self.known_as, self.known_at, self.known_until = person, asked_at, until


class Reach(NamedTuple):
    """How listeners are reached: by the numbers of their sockets, or the ids of those the library carries."""

    numbers: list[int]
    others: list[str]


@dataclass(slots=True)
class _Hall:
    """The listeners of one stream, and those counted as present: as whom, in how many windows, of which set."""

    listeners: dict[Audience, dict[str, Connection]] = field(default_factory=dict)
    reaches: dict[Audience, Reach] = field(default_factory=dict)
    reached_at: int = 0
    windows: Counter[str] = field(default_factory=Counter)
    sets: Counter[str | None] = field(default_factory=Counter)

    def sit(self, connection: Connection, seat: Seat) -> None:
        self.listeners.setdefault(seat.audience, {})[connection.sid] = connection
        self.reaches.pop(seat.audience, None)
        if seat.present_as:
            self.windows[seat.present_as] += 1
            self.sets[seat.actor_set] += self.windows[seat.present_as] == 1

    def rise(self, connection: Connection, seat: Seat) -> None:
        row = self.listeners[seat.audience]
        row.pop(connection.sid, None)
        self.reaches.pop(seat.audience, None)
        if not row:
            del self.listeners[seat.audience]
        if seat.present_as:
            self.windows[seat.present_as] -= 1
            if not self.windows[seat.present_as]:
                del self.windows[seat.present_as]
                self.sets[seat.actor_set] -= 1

    def reach(self, audience: Audience) -> Reach:
        """How these listeners are reached: found out once, until somebody comes or goes."""
        if self.reached_at != closings():
            self.reaches.clear()
            self.reached_at = closings()
        if audience not in self.reaches:
            row = self.listeners.get(audience, {}).values()
            self.reaches[audience] = Reach([c.outlet.number for c in row if c.outlet is not None],
                                           [c.sid for c in row if c.outlet is None])
        return self.reaches[audience]


class Connections:
    """The sockets of this process. Threads may ask at any time."""

    def __init__(self) -> None:
        self._all: dict[str, Connection] = {}
        self._halls: dict[str, _Hall] = {}
        self._lock = threading.Lock()
        self._doubts: dict[str, float] = {}  # When it was last asked whether somebody still is who they were.
        self.last_doubt = self._doubted_all = 0.0
        self.rises = 0  # How often somebody stopped listening to something.

    def add(self, connection: Connection) -> None:
        """Somebody came."""
        with self._lock:
            self._all[connection.sid] = connection

    def drop(self, sid: str) -> Connection | None:
        """Somebody went, out of every stream too."""
        gone = self.get(sid)
        for stream_id in list(gone.seats) if gone else ():
            self.rise(sid, stream_id)
        with self._lock:
            return self._all.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        """The socket of this id."""
        return self._all.get(sid)

    def __iter__(self) -> Iterator[Connection]:
        with self._lock:
            return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def sit(self, sid: str, stream_id: str, seat: Seat) -> None:
        """A socket begins to listen to a stream."""
        self.rise(sid, stream_id)
        with self._lock:
            connection = self._all.get(sid)
            if connection is None:
                return  # They went while their seat was looked up.
            connection.seats[stream_id] = seat
            self._halls.setdefault(stream_id, _Hall()).sit(connection, seat)

    def rise(self, sid: str, stream_id: str) -> Seat | None:
        """A socket listens to a stream no longer. Returns the seat it had."""
        with self._lock:
            connection = self._all.get(sid)
            held = connection.seats.pop(stream_id, None) if connection else None
            if connection is not None and held is not None:
                self.rises += 1
                self._halls[stream_id].rise(connection, held)
                if not self._halls[stream_id].listeners:
                    del self._halls[stream_id]
            return held

    def in_stream(self, stream_id: str) -> list[Connection]:
        """The sockets listening to a stream."""
        with self._lock:
            hall = self._halls.get(stream_id)
            return [connection for row in hall.listeners.values() for connection in row.values()] if hall else []

    def reach(self, stream_id: str, audience: Audience) -> Reach:
        """How those of an audience who listen to a stream are reached. True until others run."""
        with self._lock:
            hall = self._halls.get(stream_id)
            return hall.reach(audience) if hall else Reach([], [])

    def departures(self) -> tuple[int, int]:
        """Changes whenever somebody stops listening to something, or is gone."""
        return self.rises, closings()

    def streams(self) -> dict[str, set[Audience]]:
        """Every stream somebody here listens to, with the audiences there are."""
        with self._lock:
            return {stream_id: set(hall.listeners) for stream_id, hall in self._halls.items()}

    def sizes(self) -> dict[str, int]:
        """How many sockets listen to each stream."""
        with self._lock:
            return {stream_id: sum(map(len, hall.listeners.values())) for stream_id, hall in self._halls.items()}

    def present(self, stream_id: str) -> dict[str | None, int]:
        """How many are present in a stream, each once however many windows they have, by actor set where told."""
        with self._lock:
            hall = self._halls.get(stream_id)
            return {actor_set: n for actor_set, n in hall.sets.items() if n} if hall else {}

    def doubt(self, person_id: str | None = None) -> None:
        """This person, or anybody, may have been signed out, shut out or appointed: look them up anew."""
        self.last_doubt = now = time.monotonic()
        if person_id is None:
            self._doubted_all = now
        else:  # Who is trusted no longer anyway need not be doubted.
            self._doubts = {id: at for id, at in self._doubts.items() if now - at < 2 * TRUSTED} | {person_id: now}

    def doubted_at(self, person: Person | None) -> float:
        """When this person was last doubted. A socket of nobody known may be anybody's."""
        return self.last_doubt if person is None else max(self._doubted_all, self._doubts.get(person.id, 0.0))

    def doubted_since(self, moment: float) -> list[Connection]:
        """The sockets that say who they are and whose people were doubted since."""
        return [c for c in self if c.secret is not None and self.doubted_at(c.known_as) >= moment]


connections = Connections()


def recognise(some: Sequence[Connection]) -> list[Person | None]:
    """Look up who these sockets are, together: one query for those with a sign-in, one for those with a token."""
    asked_at = time.monotonic()
    for is_token, look_up in ((False, queries.people_signed_in), (True, queries.people_of_tokens)):
        asked = {c: c.secret for c in some if c.secret is not None and c.is_token is is_token}
        found = look_up(asked.values()) if asked else {}
        for connection, secret in asked.items():
            person, until = found.get(secret, (None, None))
            connection.know(person, asked_at, until)
    return [connection.known_as for connection in some]


_recognitions = Batch(recognise, metrics.lookups)
