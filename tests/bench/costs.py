"""What work costs, as the benchmarks measured it, and what the model has to assume beside it."""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from tests.bench import report
from tests.bench.live_report import COSTS

MEASURED = {
    "frame_us": "cpu a frame", "join_ms": "cpu a join", "socket_kb": "memory a socket", "base_mb": "memory before",
    "frame_bytes": "bytes a frame", "votes_a_second": "votes",
}


@dataclass(frozen=True)
class Costs:
    """One worker's costs: µs a frame and socket, ms a join, kB a socket, MB without sockets, bytes a frame."""

    frame_us: float
    join_ms: float
    socket_kb: float
    base_mb: float
    frame_bytes: float
    votes_a_second: float


@dataclass(frozen=True)
class Assumed:
    """What was not measured here: the network between tiers, and how the tiers are built."""

    hop_ms: float = 15.0  # one way, median; lognormal
    hop_sigma: float = 0.5
    commit_ms: float = 5.0  # from a post's arrival until it is committed, read and encoded
    nudge_ms: float = 2.0  # through Redis to another worker
    overhead_bytes: int = 81  # TCP, IP and TLS around a frame
    sockets_a_front: int = 8000  # on one worker or one relay
    reads_a_frame: int = 5  # database reads of a worker for a frame: see tests/live/test_frame_reads.py
    snapshot_kb: float = 20.0  # compressed
    snapshot_age_s: float = 5.0  # how long an edge keeps it
    poll_s: float = 15.0  # how often a reader asks
    edges: int = 200
    patience_s: float = 10.0  # how long a client waits for a join's answer


def read(path: Path) -> Costs:
    """The costs of the newest measured run. Raises ValueError, naming what is missing."""
    text = next((body for title, body in report.sections(path.read_text()).items() if title.startswith("Costs")), "")
    found = {}
    for field in fields(Costs):
        cost = re.search(rf"^\| {re.escape(COSTS[MEASURED[field.name]])} \| ([\d,.]+)", text, re.MULTILINE)
        if cost is None:
            raise ValueError(f"{path.name} tells no {COSTS[MEASURED[field.name]]}: run `make bench`.")
        found[field.name] = float(cost[1].replace(",", ""))
    return Costs(**found)
