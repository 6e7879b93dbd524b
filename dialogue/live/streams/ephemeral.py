"""Ephemeral state, such as presence and turnout: coalesced, the latest wins, not in the record.

A noun declares how a piece of state is produced (`produces`) and reports changes (`changed`) after the commit, with
`tx.after_commit`. The state is sent to the stream's subscribers in its audience.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dialogue.core.application import PerApp
from dialogue.core.record import Audience

A_LISTENER = 0.0005  # Seconds each listener adds to the interval, so that large streams do not keep the process busy.
PUT_OFF = 5.0  # Additional seconds before a failed producer runs again, so that others get their turn.
Producer = Callable[[str], list[dict[str, Any]]]


@dataclass
class _State:
    """One kind of state: its producer, its shortest interval, and the streams where it is due."""

    produce: Producer
    every: float
    kept: bool
    audience: Audience
    waiting: set[str] = field(default_factory=set)
    invalidated: set[str] = field(default_factory=set)
    last: dict[str, float] = field(default_factory=dict)
    sent: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


Listener = Callable[[str, str], None]
_states = PerApp(dict[str, _State])
_listeners = PerApp(list[Listener])
_lock = PerApp(threading.Lock)


class Due(NamedTuple):
    """A piece of state to send now to a stream's subscribers in these audiences."""

    event: str
    stream_id: str
    payload: dict[str, Any]
    audiences: list[Audience]


def produces(event: str, producer: Producer, *, every: float = 0.25, kept: bool = False,
             audience: Audience = Audience.MEMBERS) -> None:
    """Register `(stream id) -> payloads` for an event, sent at most once in `every` seconds for a stream.

    It is sent to the audience and to audiences that may see more. `kept` says that it is read from the database, where
    another process may have changed it without notice.
    """
    _states()[event] = _State(producer, every, kept, audience)


def events() -> Collection[str]:
    """Return the registered kinds of state."""
    return _states().keys()


def whenever_changed(listener: Listener) -> None:
    """Register `listener(event, stream id)`, called for each change reported in this process."""
    if listener not in _listeners():
        _listeners().append(listener)


def changed(event: str, stream_id: str) -> None:
    """Mark the stream's state as changed, in every process."""
    changed_here(event, stream_id)
    for listener in _listeners():
        listener(event, stream_id)


def changed_here(event: str, stream_id: str) -> None:
    """Mark the stream's state as changed, in this process."""
    if event in _states():
        with _lock():
            _states()[event].waiting.add(stream_id)


def latest(stream_id: str, audience: Audience) -> list[tuple[str, dict[str, Any]]]:
    """Return the last sent state of the stream as `(event, payload)`, for a new subscriber.

    Only state from the database is cached. If none was sent yet, it is marked as changed.
    """
    found = []
    for event, state in _states().items():
        if not audience.hears(state.audience):
            continue
        if state.kept and stream_id not in state.sent:
            changed_here(event, stream_id)
        elif state.kept:
            found += [(event, payload) for payload in state.sent[stream_id]]
    return found


def invalidate(listened: set[str]) -> None:
    """Read the database's state of these streams again, and send it if it changed."""
    with _lock():
        for state in _states().values():
            if state.kept:
                state.invalidated |= listened


def due(listened: Mapping[str, int]) -> Iterator[Due]:
    """Yield the state to send now. `listened` holds the number of subscribers of each stream.

    If a producer fails, or the caller stops early, the rest stays due.
    """
    for event, state in _states().items():
        audiences = [who for who in Audience if who.hears(state.audience)]
        left = _take(state, listened)
        try:
            for stream_id, is_certain in list(left.items()):
                payloads = _produced(state, stream_id)
                if is_certain or payloads != state.sent.get(stream_id):
                    state.sent[stream_id] = payloads  # Before it is sent: a new subscriber receives it too.
                    yield from [Due(event, stream_id, payload, audiences) for payload in payloads]
                del left[stream_id]
        finally:
            with _lock():
                state.waiting |= left.keys()


def _produced(state: _State, stream_id: str) -> list[dict[str, Any]]:
    try:
        return state.produce(stream_id)
    except Exception:
        state.last[stream_id] += PUT_OFF
        raise


def _take(state: _State, listened: Mapping[str, int]) -> dict[str, bool]:
    """Take the streams whose interval has passed; the value tells whether their state changed for certain."""
    now = time.monotonic()
    with _lock():
        state.waiting &= listened.keys()
        state.invalidated &= listened.keys()
        state.last = {id: at for id, at in state.last.items() if id in listened}
        state.sent = {id: payloads for id, payloads in state.sent.items() if id in listened}
        either = state.waiting | state.invalidated
        ready = {id: id in state.waiting for id in either
                 if now - state.last.get(id, 0.0) >= max(state.every, listened[id] * A_LISTENER)}
        state.waiting.difference_update(ready)
        state.invalidated.difference_update(ready)
        state.last.update(dict.fromkeys(ready, now))
    return ready
