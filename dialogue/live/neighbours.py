"""Who is with the other workers, in numbers, as they last said; forgotten when a worker falls silent."""

import time
from collections import Counter
from collections.abc import Mapping

Sets = Mapping[str | None, int]
MOST_WORKERS = 100  # A forger could invent more without end.
MOST_STREAMS = 20_000  # Of one worker.
SILENT = 12.0  # Seconds after which a worker that said nothing counts as gone, and its people with it.


class Neighbours:
    """What other workers said about the people in their streams: numbers by actor set, no ids."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, tuple[float, Sets]]] = {}

    def heard(self, worker: str, stream_id: str, sets: Sets) -> bool:
        """A worker says who is with it in a stream; whether that is news. More than a bound is not kept."""
        if len(self._said) >= MOST_WORKERS and worker not in self._said:
            return False
        streams = self._said.setdefault(worker, {})
        if len(streams) >= MOST_STREAMS and stream_id not in streams:
            return False
        _at, before = streams.pop(stream_id, (0.0, {}))
        if sets:
            streams[stream_id] = time.monotonic(), dict(sets)
        return dict(before) != dict(sets)

    def present(self, stream_id: str) -> Counter[str | None]:
        """How many are in a stream elsewhere, by actor set where told."""
        found: Counter[str | None] = Counter()
        for streams in self._said.values():
            at, sets = streams.get(stream_id, (0.0, {}))
            if time.monotonic() - at < SILENT:
                found.update(sets)
        return found

    def forget_the_silent(self) -> list[str]:
        """Forget what was said too long ago; the streams where that changes the numbers."""
        old = time.monotonic() - SILENT
        gone = [(worker, id) for worker, said in self._said.items() for id, (at, _sets) in said.items() if at < old]
        for worker, stream_id in gone:
            del self._said[worker][stream_id]
        self._said = {worker: said for worker, said in self._said.items() if said}
        return [stream_id for _worker, stream_id in gone]


neighbours = Neighbours()
