"""The format of messages between workers, and its strict validation.

Redis is trusted with hints only. A message of any other shape is dropped and counted, whether it comes from an older
version, a mistake or an attacker.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from dialogue.core import metrics
from dialogue.core.attribution import ActorSet
from dialogue.core.record import MAX_SEQ

MAX_NAMED = 1000  # Streams and states named in one message; the rest is found by polling.
MAX_HERE = 1_000_000  # People of one set in one stream at one worker.
MAX_BYTES = 512 * 1024  # A full message takes less than half of it.
PARTS = {"from", "streams", "states", "here"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")
_SETS = {None, *(actor_set.value for actor_set in ActorSet)}

Sets = dict[str | None, int]


class NotAHint(ValueError):
    """The message is not valid."""


@dataclass(frozen=True)
class Hint:
    """One message: streams with new entries, changed states, and the sending worker's presence."""

    worker: str
    streams: dict[str, int]
    states: list[tuple[str, str]]
    here: dict[str, Sets]

    def written(self) -> str:
        """Encode the hint."""
        here = {stream_id: list(sets.items()) for stream_id, sets in self.here.items()}
        return json.dumps({"from": self.worker, "streams": self.streams, "states": self.states, "here": here})


def read(message: object, events: Iterable[str]) -> Hint | None:
    """Decode a message, or return None and count it if it is invalid. `events` are the registered states."""
    try:
        if not isinstance(message, bytes) or len(message) > MAX_BYTES:
            raise NotAHint
        return _checked(json.loads(message.decode(), parse_constant=_refuse), set(events))
    except (ValueError, RecursionError):
        metrics.dropped.inc()
        return None


def _refuse(_constant: str) -> NoReturn:
    raise NotAHint


def _checked(said: Any, events: set[str]) -> Hint:
    _expect(isinstance(said, dict) and said.keys() == PARTS)
    return Hint(_id(said["from"]), {_id(id): _number(seq, MAX_SEQ) for id, seq in _pairs(said["streams"])},
                [_state(state, events) for state in _list(said["states"])],
                {_id(id): _sets(sets) for id, sets in _pairs(said["here"])})


def _expect(is_so: bool) -> None:
    if not is_so:
        raise NotAHint


def _id(found: Any) -> str:
    _expect(isinstance(found, str) and _ID.fullmatch(found) is not None)
    return str(found)


def _number(found: Any, most: int, least: int = 0) -> int:
    _expect(type(found) is int and least <= found <= most)  # An exact type: True is an int too.
    return int(found)


def _list(found: Any) -> list[Any]:
    _expect(isinstance(found, list) and len(found) <= MAX_NAMED)
    return list(found)


def _pairs(found: Any) -> list[tuple[str, Any]]:
    _expect(isinstance(found, dict) and len(found) <= MAX_NAMED)
    return list(found.items())


def _state(found: Any, events: set[str]) -> tuple[str, str]:
    _expect(isinstance(found, list) and len(found) == 2 and isinstance(found[0], str) and found[0] in events)
    return found[0], _id(found[1])


def _sets(found: Any) -> Sets:
    """Check the number of people of each set, each set once."""
    sets: Sets = {}
    for pair in _list(found):
        _expect(isinstance(pair, list) and len(pair) == 2 and (pair[0] is None or isinstance(pair[0], str)))
        _expect(pair[0] in _SETS and pair[0] not in sets)
        sets[pair[0]] = _number(pair[1], MAX_HERE, least=1)
    return sets
