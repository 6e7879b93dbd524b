"""Who may listen to a stream: each noun opens its own; what nobody opens does not exist."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from flask import current_app

from dialogue.core import metrics, record
from dialogue.core.batches import Batch
from dialogue.core.clock import now
from dialogue.core.errors import DomainError, NotFound
from dialogue.core.record import AGENDA, Audience, Entry, Event
from dialogue.live.wire import size

MOST_BEHIND = 5000  # Entries: who missed more is faster with how things are now.
NO_BOUND = sys.maxsize


@dataclass(frozen=True)
class Seat:
    """How somebody listens to a stream: what they are sent, and how they count among those present.

    `present_as` is what they are counted once by, however many windows they have open (none: not counted);
    `actor_set` is given only where it may be told.
    """

    audience: Audience
    role: str = "public"
    attribution: str = ""
    voice: str | None = None
    present_as: str | None = None
    actor_set: str | None = None


Usher = Callable[[str, Sequence[Any]], list[Seat | None] | None]
_ushers: list[Usher] = []
_reseats: set[str] = set()


def opens(*reseat_on: type[Event]) -> Callable[[Usher], Usher]:
    """Declare `(stream id, people) -> a seat or none for each`; for streams that are not the noun's, none at all.

    After the events named everybody's seat in the stream is asked for anew: somebody may have lost theirs.
    """

    def register(usher: Usher) -> Usher:
        _ushers.append(usher)
        _reseats.update(event.kind for event in reseat_on)
        return usher

    return register


def seats(stream_id: str, people: Sequence[Any]) -> list[Seat | None]:
    """The seat in a stream of each of these people (or of nobody, for `None`); none where there is none for them."""
    for usher in _ushers:
        found = usher(stream_id, people)
        if found is not None:
            return found
    return [None] * len(people)


def seat(stream_id: str, person: Any) -> Seat:
    """The person's (or nobody's) seat in a stream, looked up with those of all who ask now. Raises NotFound."""
    return _wishes.do(_Wish(stream_id, person))


class _Wish(NamedTuple):
    stream_id: str
    person: Any


def _grant(wishes: Sequence[_Wish]) -> list[Seat | DomainError]:
    return [found or NotFound() for found in seats(wishes[0].stream_id, [wish.person for wish in wishes])]


_wishes = Batch(_grant, metrics.lookups, turn_of=lambda wish: wish.stream_id)


def newest(stream_id: str) -> int:
    """The number of a stream's last entry, looked up with those of all who ask now; 0 for one that is not there."""
    return _numbers.do(stream_id)


def _newest(stream_ids: Sequence[str]) -> list[int]:
    found = record.last_seqs(set(stream_ids))
    return [found.get(stream_id, 0) for stream_id in stream_ids]


_numbers = Batch(_newest, metrics.lookups)


def moves_people(entry: Entry) -> bool:
    """Whether this entry may have given or taken somebody's seat."""
    return entry.kind in _reseats


def missed(stream_id: str, audience: Audience, *, after: int, limit: int, most_bytes: int = NO_BOUND) -> dict[str, Any]:
    """`{seq, events, more}`: what an audience may see of the entries after a number, at least one of them.

    Where that is not told entry by entry any more, `{reset: true, seq, snapshot, events: [], more: false}`: how
    things are now, at entry `seq` or a little later. That is so when the number is too far back, in entries or in
    time, or still to come because the database is an older one.
    """
    last = newest(stream_id)  # Before the snapshot: what comes between is told twice, never not at all.
    found = record.entries(stream_id, after=after, limit=limit + 1) if after < last else []
    if not last - MOST_BEHIND <= after <= last or (found and found[0].at < _horizon()):
        return {"reset": True, "seq": last, "snapshot": _snapshot(stream_id, audience), "events": [], "more": False}
    events = _within(most_bytes, record.present(found[:limit], audience))
    return {"seq": events[-1]["seq"] if events else after, "events": events, "more": len(found) > len(events)}


def _within(most_bytes: int, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many of the events as fit, but the first in any case."""
    ends = accumulate(size(event) for event in events)
    return events[:max(1, sum(end <= most_bytes for end in ends))]


def _horizon() -> datetime:
    """Entries before this moment are kept in the record, but not told one by one to those who missed them."""
    return now() - timedelta(days=current_app.extensions["settings"].retention_days)


Depiction = Callable[[str, Audience], dict[str, Any]]
_depictions: list[Depiction] = []


def depicts(depiction: Depiction) -> Depiction:
    """Declare a part of the snapshot: `(stream id, audience) -> {name: how it is now}`, empty for others' streams."""
    _depictions.append(depiction)
    return depiction


def _snapshot(stream_id: str, audience: Audience) -> dict[str, Any]:
    return {name: part for depict in _depictions for name, part in depict(stream_id, audience).items()}


@opens()
def _agenda(stream_id: str, people: Sequence[Any]) -> list[Seat | None] | None:
    """The agenda is public."""
    return [Seat(Audience.PUBLIC)] * len(people) if stream_id == AGENDA else None
