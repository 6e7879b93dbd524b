"""The registry of streams: each noun decides who may listen to its streams. Other streams do not exist."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from flask import current_app

from dialogue.core import metrics, record
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.coalescing import Coalescer
from dialogue.core.errors import DomainError, NotFound
from dialogue.core.record import AGENDA, Audience, Entry, Event
from dialogue.live.subscription import Subscription
from dialogue.live.transport.frames import size

MAX_BEHIND = 5000  # Entries: a client that missed more receives a snapshot instead.
NO_BOUND = sys.maxsize


Authorizer = Callable[[str, Sequence[Any]], list[Subscription | None] | None]
Depiction = Callable[[str, Audience], dict[str, Any]]
_authorizers = PerApp(list[Authorizer])
_reauthorizing_events = PerApp(set[str])
_depictions = PerApp(list[Depiction])


def opens(authorizer: Authorizer, *reauthorize_on: type[Event]) -> None:
    """Register `(stream id, people) -> a authorize or None for each`; it returns None for streams of other nouns.

    After the named events access to the stream is looked up again, because people may have lost it.
    """
    if authorizer not in _authorizers():
        _authorizers().append(authorizer)
    _reauthorizing_events().update(event.kind for event in reauthorize_on)


def authorize_all(stream_id: str, people: Sequence[Any]) -> list[Subscription | None]:
    """Return each person's access to a stream, or None; a person may be None for the public."""
    for authorizer in _authorizers():
        found = authorizer(stream_id, people)
        if found is not None:
            return found
    return [None] * len(people)


def authorize(stream_id: str, person: Any) -> Subscription:
    """Return the person's (or the public's) access to a stream; concurrent look-ups share a query. Raises NotFound."""
    return _wishes().submit(_Wish(stream_id, person))


class _Wish(NamedTuple):
    stream_id: str
    person: Any


def _grant(wishes: Sequence[_Wish]) -> list[Subscription | DomainError]:
    return [found or NotFound() for found in authorize_all(wishes[0].stream_id, [wish.person for wish in wishes])]


_wishes = PerApp(lambda: Coalescer(_grant, metrics.lookups, turn_of=lambda wish: wish.stream_id))


def newest(stream_id: str) -> int:
    """Return the number of a stream's last entry, 0 for an unknown stream; concurrent look-ups share a query."""
    return _numbers().submit(stream_id)


def _newest(stream_ids: Sequence[str]) -> list[int]:
    found = record.last_seqs(set(stream_ids))
    return [found.get(stream_id, 0) for stream_id in stream_ids]


_numbers = PerApp(lambda: Coalescer(_newest, metrics.lookups))


def moves_people(entry: Entry) -> bool:
    """Tell whether this entry may have changed a person's access."""
    return entry.kind in _reauthorizing_events()


def missed(stream_id: str, audience: Audience, *, after: int, limit: int, most_bytes: int = NO_BOUND) -> dict[str, Any]:
    """Return `{seq, events, more}`: the entries after a number as an audience may see them, at least one.

    If they are too many or too old, or the number lies ahead because an older database was restored, return
    `{reset: true, seq, snapshot, events: [], more: false}` instead: the present state, at entry `seq` or later.
    """
    last = newest(stream_id)  # Before the snapshot: an entry in between is sent twice, never not at all.
    found = record.entries(stream_id, after=after, limit=limit + 1) if after < last else []
    if not last - MAX_BEHIND <= after <= last or (found and found[0].at < _horizon()):
        return {"reset": True, "seq": last, "snapshot": _snapshot(stream_id, audience), "events": [], "more": False}
    events = _within(most_bytes, record.present(found[:limit], audience))
    return {"seq": events[-1]["seq"] if events else after, "events": events, "more": len(found) > len(events)}


def _within(most_bytes: int, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return as many events as fit, at least the first."""
    ends = accumulate(size(event) for event in events)
    return events[:max(1, sum(end <= most_bytes for end in ends))]


def _horizon() -> datetime:
    """Return the moment before which entries are not sent one by one to clients that missed them."""
    return now() - timedelta(days=current_app.extensions["settings"].retention_days)


def depicts(depiction: Depiction) -> None:
    """Register a part of the snapshot: `(stream id, audience) -> {name: state}`, empty for other nouns' streams."""
    if depiction not in _depictions():
        _depictions().append(depiction)


def _snapshot(stream_id: str, audience: Audience) -> dict[str, Any]:
    return {name: part for depict in _depictions() for name, part in depict(stream_id, audience).items()}


def open_agenda(stream_id: str, people: Sequence[Any]) -> list[Subscription | None] | None:
    """The agenda is public."""
    return [Subscription(Audience.PUBLIC)] * len(people) if stream_id == AGENDA else None
