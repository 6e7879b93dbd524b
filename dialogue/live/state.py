"""What is always only as it is now – who is here, how many have voted: coalesced, the latest wins, no numbers.

A noun declares how a piece of state looks (`produces`) and says when it changed (`changed`), from its web, api
or live file after the action returned. The state goes to everybody who listens to the stream, so it holds
nothing one of them may not know.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Producer = Callable[[str], list[dict[str, Any]]]


@dataclass
class _State:
    """One kind of state: how it is made, how often at most it is sent, and where it waits to be sent."""

    produce: Producer
    every: float
    waiting: set[str] = field(default_factory=set)
    last: dict[str, float] = field(default_factory=dict)


_states: dict[str, _State] = {}
_lock = threading.Lock()


def produces(event: str, *, every: float = 0.25) -> Callable[[Producer], Producer]:
    """Declare `(stream id) -> payloads` for an event, sent at most once in `every` seconds for a stream."""

    def register(producer: Producer) -> Producer:
        _states[event] = _State(producer, every)
        return producer

    return register


def changed(event: str, stream_id: str) -> None:
    """Have the state of the stream sent soon."""
    with _lock:
        _states[event].waiting.add(stream_id)


def due(listened: set[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """What is to be sent now to streams somebody listens to: `(event, stream id, payload)`."""
    found = []
    for event, state in _states.items():
        for stream_id in _take(state, listened):
            found += [(event, stream_id, payload) for payload in state.produce(stream_id)]
    return found


def _take(state: _State, listened: set[str]) -> list[str]:
    now = time.monotonic()
    with _lock:
        state.waiting &= listened
        state.last = {id: at for id, at in state.last.items() if id in listened}
        ready = [id for id in state.waiting if now - state.last.get(id, 0.0) >= state.every]
        state.waiting.difference_update(ready)
        state.last.update(dict.fromkeys(ready, now))
    return ready
