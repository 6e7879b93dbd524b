"""Who is here, in numbers: at most once a second for a stream, the latest only; not kept, not numbered."""

from collections import Counter
from typing import Any

from dialogue.core.attribution import FEWEST
from dialogue.live.connections import connections
from dialogue.live.neighbours import neighbours
from dialogue.live.state import changed as state_changed
from dialogue.live.state import produces


def changed(stream_id: str) -> None:
    """Somebody came to the stream or left it."""
    state_changed("presence", stream_id)


def count(stream_id: str) -> dict[str, Any]:
    """How many are here, each once a worker; by actor set only where no group is so small that it points at people.

    Another worker's people are those it last said; while Redis is away it is only this worker's own.
    """
    sets = neighbours.present(stream_id) + Counter(connections.present(stream_id))
    told = bool(sets) and None not in sets and min(sets.values()) >= FEWEST
    return {"stream": stream_id, "here": sum(sets.values()), "by_set": dict(sets) if told else None}


@produces("presence", every=1.0)
def _presence(stream_id: str) -> list[dict[str, Any]]:
    return [count(stream_id)]
