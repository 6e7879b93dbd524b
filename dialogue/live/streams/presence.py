"""Presence: how many people are in a stream, sent at most once a second. Not in the record."""

from collections import Counter
from typing import Any

from dialogue.core.attribution import MIN_GROUP_SIZE
from dialogue.live.connections import connections
from dialogue.live.streams.ephemeral import changed as state_changed
from dialogue.live.streams.remote_presence import remote


def changed(stream_id: str) -> None:
    """Report that a subscription to the stream began or ended."""
    state_changed("presence", stream_id)


def count(stream_id: str) -> dict[str, Any]:
    """Count the people present, each once a worker; by actor set only if no set is small enough to identify people.

    Other workers' numbers are those they last sent; while Redis is away only this worker's people count.
    """
    sets = remote().present(stream_id) + Counter(connections().present(stream_id))
    told = bool(sets) and None not in sets and min(sets.values()) >= MIN_GROUP_SIZE
    return {"stream": stream_id, "here": sum(sets.values()), "by_set": dict(sets) if told else None}


def produce(stream_id: str) -> list[dict[str, Any]]:
    """Return the state of the stream, as `ephemeral` sends it."""
    return [count(stream_id)]
