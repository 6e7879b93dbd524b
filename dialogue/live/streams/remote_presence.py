"""Presence at other workers: numbers from their messages, forgotten when a worker falls silent."""

import time
from collections import Counter
from collections.abc import Mapping

from dialogue.core.application import PerApp

Sets = Mapping[str | None, int]
MAX_WORKERS = 100  # An attacker could invent names without bound.
MAX_STREAMS = 20_000  # Of one worker.
SILENT = 12.0  # Seconds without a message after which a worker and its people no longer count.


class RemotePresence:
    """The presence that other workers reported: numbers by stream and actor set, no ids."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, tuple[float, Sets]]] = {}

    def heard(self, worker: str, stream_id: str, sets: Sets) -> bool:
        """Store a worker's presence in a stream, within bounds. Return whether it changed."""
        if len(self._said) >= MAX_WORKERS and worker not in self._said:
            return False
        streams = self._said.setdefault(worker, {})
        if len(streams) >= MAX_STREAMS and stream_id not in streams:
            return False
        _at, before = streams.pop(stream_id, (0.0, {}))
        if sets:
            streams[stream_id] = time.monotonic(), dict(sets)
        return dict(before) != dict(sets)

    def present(self, stream_id: str) -> Counter[str | None]:
        """Count the people present in a stream at other workers, by actor set."""
        found: Counter[str | None] = Counter()
        for streams in self._said.values():
            at, sets = streams.get(stream_id, (0.0, {}))
            if time.monotonic() - at < SILENT:
                found.update(sets)
        return found

    def forget_the_silent(self) -> list[str]:
        """Remove outdated reports. Return the streams whose numbers change."""
        old = time.monotonic() - SILENT
        gone = [(worker, id) for worker, said in self._said.items() for id, (at, _sets) in said.items() if at < old]
        for worker, stream_id in gone:
            del self._said[worker][stream_id]
        self._said = {worker: said for worker, said in self._said.items() if said}
        return [stream_id for _worker, stream_id in gone]


remote = PerApp(RemotePresence)
