"""What is always only as it is now – who is here, how many have voted: coalesced, the latest wins, no numbers.

A noun declares how a piece of state looks (`produces`) and says when it changed (`changed`), from its web, api
or live file after the action returned. It goes to those of the stream's listeners for whom it is meant.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dialogue.core.record import Audience

A_LISTENER = 0.0005  # Seconds each listener adds to the pause: a crowd's numbers must not keep the process busy.
PUT_OFF = 5.0  # Seconds that what could not be found out waits in addition: others are to have their turn.
Producer = Callable[[str], list[dict[str, Any]]]


@dataclass
class _State:
    """One kind of state: how it is made, how often at most it is sent, and where it waits to be sent."""

    produce: Producer
    every: float
    kept: bool
    audience: Audience
    waiting: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    last: dict[str, float] = field(default_factory=dict)
    sent: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


_states: dict[str, _State] = {}
_listeners: list[Callable[[str, str], None]] = []
_lock = threading.Lock()


class Due(NamedTuple):
    """A piece of state to be sent now to those of a stream who are of one of these audiences."""

    event: str
    stream_id: str
    payload: dict[str, Any]
    audiences: list[Audience]


def produces(event: str, *, every: float = 0.25, kept: bool = False,
             audience: Audience = Audience.MEMBERS) -> Callable[[Producer], Producer]:
    """Declare `(stream id) -> payloads` for an event, sent at most once in `every` seconds for a stream.

    It goes to the audience and to those that may know more. `kept` says that it is read from the database, so that
    another process may have changed it unheard.
    """

    def register(producer: Producer) -> Producer:
        _states[event] = _State(producer, every, kept, audience)
        return producer

    return register


def events() -> Collection[str]:
    """The kinds of state that were declared."""
    return _states.keys()


def whenever_changed(listener: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """Have `listener(event, stream id)` called when something here says that state changed."""
    _listeners.append(listener)
    return listener


def changed(event: str, stream_id: str) -> None:
    """Have the state of the stream sent soon, by every process."""
    changed_here(event, stream_id)
    for listener in _listeners:
        listener(event, stream_id)


def changed_here(event: str, stream_id: str) -> None:
    """Have the state of the stream sent soon to those who listen here."""
    if event in _states:
        with _lock:
            _states[event].waiting.add(stream_id)


def latest(stream_id: str, audience: Audience) -> list[tuple[str, dict[str, Any]]]:
    """What is kept in the database as it was last sent, for somebody who begins to listen: `(event, payload)`.

    Where nothing was sent yet it is soon, to everybody.
    """
    found = []
    for event, state in _states.items():
        if not audience.hears(state.audience):
            continue
        if state.kept and stream_id not in state.sent:
            changed_here(event, stream_id)
        elif state.kept:
            found += [(event, payload) for payload in state.sent[stream_id]]
    return found


def doubt(listened: set[str]) -> None:
    """Have what is kept in the database looked at again, and sent where it is not what was sent last."""
    with _lock:
        for state in _states.values():
            if state.kept:
                state.doubted |= listened


def due(listened: Mapping[str, int]) -> Iterator[Due]:
    """What is to be sent now to streams somebody listens to (and how many do).

    Where it cannot be found out, or is not taken to its end, what is left waits for the next time.
    """
    for event, state in _states.items():
        audiences = [who for who in Audience if who.hears(state.audience)]
        left = _take(state, listened)
        try:
            for stream_id, is_certain in list(left.items()):
                payloads = _produced(state, stream_id)
                if is_certain or payloads != state.sent.get(stream_id):
                    state.sent[stream_id] = payloads  # Before it is sent: who joins meanwhile is told this too.
                    yield from [Due(event, stream_id, payload, audiences) for payload in payloads]
                del left[stream_id]
        finally:
            with _lock:
                state.waiting |= left.keys()


def _produced(state: _State, stream_id: str) -> list[dict[str, Any]]:
    try:
        return state.produce(stream_id)
    except Exception:
        state.last[stream_id] += PUT_OFF
        raise


def _take(state: _State, listened: Mapping[str, int]) -> dict[str, bool]:
    """The streams whose turn it is, and whether the state there changed for certain."""
    now = time.monotonic()
    with _lock:
        state.waiting &= listened.keys()
        state.doubted &= listened.keys()
        state.last = {id: at for id, at in state.last.items() if id in listened}
        state.sent = {id: payloads for id, payloads in state.sent.items() if id in listened}
        either = state.waiting | state.doubted
        ready = {id: id in state.waiting for id in either
                 if now - state.last.get(id, 0.0) >= max(state.every, listened[id] * A_LISTENER)}
        state.waiting.difference_update(ready)
        state.doubted.difference_update(ready)
        state.last.update(dict.fromkeys(ready, now))
    return ready
