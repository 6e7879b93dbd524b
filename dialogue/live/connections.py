"""The sockets connected to an application in this process: their people and their subscriptions."""

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
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.coalescing import Coalescer
from dialogue.core.record import Audience
from dialogue.live.subscription import Subscription
from dialogue.live.transport.writer import closings

WHO_IS_WHO = frozenset(event.kind for event in (
    PersonChanged, PersonDisabled, PersonEnabled, ConvenorAppointed, ConvenorDismissed, PasswordChanged, PasswordReset,
    TokenRevoked, SignInEnded))
TRUSTED = 300.0  # Seconds a looked-up identity is cached, unless it is invalidated or expires.


@dataclass(slots=True, eq=False)
class Connection:
    """One socket. `secret` is a sign-in's or a token's; None for the public. `writer` writes frames."""

    sid: str
    secret: str | None = None
    is_token: bool = False
    writer: Any = None
    address: str = ""
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    known_at: float = -TRUSTED
    known_as: Person | None = None
    known_until: datetime | None = None

    def person(self) -> Person | None:
        """Return the socket's person, or None once signed out, disabled or revoked. The look-up is cached."""
        if self.secret is not None and not self.is_known():
            _recognitions().submit(self)
        return self.known_as

    def is_known(self) -> bool:
        """Tell whether the cached identity is valid."""
        return self.secret is None or (not self.is_over() and time.monotonic() - self.known_at < TRUSTED
                                       and self.known_at >= connections().invalidated_at(self.known_as))

    def is_over(self) -> bool:
        """Tell whether the sign-in or token has expired."""
        return self.known_until is not None and self.known_until <= now()

    def know(self, person: Person | None, asked_at: float, until: datetime | None = None) -> None:
        """Cache the person looked up at `asked_at`; the sign-in or token expires at `until`."""
        if person is not None and person in db.session():
            db.session().expunge(person)  # It outlives the session it was read in.
        if asked_at >= self.known_at:
            self.known_as, self.known_at, self.known_until = person, asked_at, until


class Reach(NamedTuple):
    """Where frames for listeners go: descriptor numbers of sockets, or ids of those the library serves."""

    numbers: list[int]
    others: list[str]


@dataclass(slots=True)
class _Subscribers:
    """The subscribers of one stream, and the presence count: windows by person, and people by actor set."""

    listeners: dict[Audience, dict[str, Connection]] = field(default_factory=dict)
    reaches: dict[Audience, Reach] = field(default_factory=dict)
    reached_at: int = 0
    windows: Counter[str] = field(default_factory=Counter)
    sets: Counter[str | None] = field(default_factory=Counter)

    def subscribe(self, connection: Connection, subscription: Subscription) -> None:
        self.listeners.setdefault(subscription.audience, {})[connection.sid] = connection
        self.reaches.pop(subscription.audience, None)
        if subscription.present_as:
            self.windows[subscription.present_as] += 1
            self.sets[subscription.actor_set] += self.windows[subscription.present_as] == 1

    def unsubscribe(self, connection: Connection, subscription: Subscription) -> None:
        row = self.listeners[subscription.audience]
        row.pop(connection.sid, None)
        self.reaches.pop(subscription.audience, None)
        if not row:
            del self.listeners[subscription.audience]
        if subscription.present_as:
            self.windows[subscription.present_as] -= 1
            if not self.windows[subscription.present_as]:
                del self.windows[subscription.present_as]
                self.sets[subscription.actor_set] -= 1

    def reach(self, audience: Audience) -> Reach:
        """Return where frames for this audience go. Cached until a subscription or a socket changes."""
        if self.reached_at != closings():
            self.reaches.clear()
            self.reached_at = closings()
        if audience not in self.reaches:
            row = self.listeners.get(audience, {}).values()
            self.reaches[audience] = Reach([c.writer.number for c in row if c.writer is not None],
                                           [c.sid for c in row if c.writer is None])
        return self.reaches[audience]


class Connections:
    """The sockets of an application in this process. Threads may ask at any time."""

    def __init__(self) -> None:
        self._all: dict[str, Connection] = {}
        self._streams: dict[str, _Subscribers] = {}
        self._lock = threading.Lock()
        self._invalidated: dict[str, float] = {}  # When each person's cached identities were last invalidated.
        self.last_invalidation = self._all_invalidated = 0.0
        self.rises = 0  # Counts ended subscriptions.

    def add(self, connection: Connection) -> None:
        """Add a socket."""
        with self._lock:
            self._all[connection.sid] = connection

    def drop(self, sid: str) -> Connection | None:
        """Remove a socket and its subscriptions."""
        gone = self.get(sid)
        for stream_id in list(gone.subscriptions) if gone else ():
            self.unsubscribe(sid, stream_id)
        with self._lock:
            return self._all.pop(sid, None)

    def get(self, sid: str) -> Connection | None:
        """Return the socket of this id."""
        return self._all.get(sid)

    def __iter__(self) -> Iterator[Connection]:
        with self._lock:
            return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def subscribe(self, sid: str, stream_id: str, subscription: Subscription) -> None:
        """Subscribe a socket to a stream."""
        self.unsubscribe(sid, stream_id)
        with self._lock:
            connection = self._all.get(sid)
            if connection is None:
                return  # The socket closed while its access was looked up.
            connection.subscriptions[stream_id] = subscription
            self._streams.setdefault(stream_id, _Subscribers()).subscribe(connection, subscription)

    def unsubscribe(self, sid: str, stream_id: str) -> Subscription | None:
        """Unsubscribe a socket from a stream. Return its former subscription."""
        with self._lock:
            connection = self._all.get(sid)
            held = connection.subscriptions.pop(stream_id, None) if connection else None
            if connection is not None and held is not None:
                self.rises += 1
                self._streams[stream_id].unsubscribe(connection, held)
                if not self._streams[stream_id].listeners:
                    del self._streams[stream_id]
            return held

    def in_stream(self, stream_id: str) -> list[Connection]:
        """Return the sockets subscribed to a stream."""
        with self._lock:
            subscribers = self._streams.get(stream_id)
            rows = subscribers.listeners.values() if subscribers else ()
            return [connection for row in rows for connection in row.values()]

    def reach(self, stream_id: str, audience: Audience) -> Reach:
        """Return where a stream's frames for an audience go. Valid until another greenlet runs."""
        with self._lock:
            subscribers = self._streams.get(stream_id)
            return subscribers.reach(audience) if subscribers else Reach([], [])

    def departures(self) -> tuple[int, int]:
        """Return a value that changes whenever a subscription ends or a socket closes."""
        return self.rises, closings()

    def streams(self) -> dict[str, set[Audience]]:
        """Return the streams that have subscribers here, with their audiences."""
        with self._lock:
            return {stream_id: set(subscribers.listeners) for stream_id, subscribers in self._streams.items()}

    def sizes(self) -> dict[str, int]:
        """Return the number of subscribed sockets of each stream."""
        with self._lock:
            return {stream_id: sum(map(len, each.listeners.values())) for stream_id, each in self._streams.items()}

    def present(self, stream_id: str) -> dict[str | None, int]:
        """Count the people present in a stream by actor set. A person with several windows counts once."""
        with self._lock:
            subscribers = self._streams.get(stream_id)
            return {actor_set: n for actor_set, n in subscribers.sets.items() if n} if subscribers else {}

    def invalidate(self, person_id: str | None = None) -> None:
        """Invalidate cached identities, of one person or all: a sign-in may have ended or a role changed."""
        self.last_invalidation = now = time.monotonic()
        if person_id is None:
            self._all_invalidated = now
        else:  # Older invalidations are obsolete: those cache entries have expired.
            recent = {id: at for id, at in self._invalidated.items() if now - at < 2 * TRUSTED}
            self._invalidated = recent | {person_id: now}

    def invalidated_at(self, person: Person | None) -> float:
        """Return when this person was last invalidated. Every invalidation affects unidentified sockets."""
        if person is None:
            return self.last_invalidation
        return max(self._all_invalidated, self._invalidated.get(person.id, 0.0))

    def invalidated_since(self, moment: float) -> list[Connection]:
        """Return the identified sockets whose people were invalidated since."""
        return [c for c in self if c.secret is not None and self.invalidated_at(c.known_as) >= moment]


connections = PerApp(Connections)


def recognise(some: Sequence[Connection]) -> list[Person | None]:
    """Look up the people of these sockets in two queries: one for sign-ins, one for tokens."""
    asked_at = time.monotonic()
    for is_token, look_up in ((False, queries.people_signed_in), (True, queries.people_of_tokens)):
        asked = {c: c.secret for c in some if c.secret is not None and c.is_token is is_token}
        found = look_up(asked.values()) if asked else {}
        for connection, secret in asked.items():
            person, until = found.get(secret, (None, None))
            connection.know(person, asked_at, until)
    return [connection.known_as for connection in some]


_recognitions = PerApp(lambda: Coalescer(recognise, metrics.lookups))
