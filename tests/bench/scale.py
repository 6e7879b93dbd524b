"""How the house would carry more: `python -m tests.bench.scale --listeners 1000000`.

Costs are those of docs/benchmarks.md unless others are given. Without `--listeners` it prints the tables of
docs/scale.md; `--write` puts them there.
"""

import argparse
import sys
from dataclasses import fields, replace

from tests.bench import costs as measured
from tests.bench.costs import Assumed, Costs
from tests.bench.machine import ROOT
from tests.bench.report import number, table
from tests.bench.returning import come_back
from tests.bench.tiers import Hall, Outcome, Tiers

BENCHMARKS, PAGE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "scale.md"
BEGIN, END = "<!-- from `python -m tests.bench.scale --write` -->", "<!-- until here -->"
SEED = 7
HALLS = (
    Hall(8_000), Hall(32_000), Hall(8_000, 92_000), Hall(8_000, 992_000), Hall(8_000, 192_000, 800_000),
    Hall(8_000, 92_000, 900_000), Hall(16_000, 9_984_000),
)
HALL_HEADS = ("voices", "relayed", "reading", "workers", "relays", "p50 ms", "p99 ms", "latest ms", "busiest core",
              "cores at work", "memory GB", "out Gbit/s", "database reads/s", "CDN Gbit/s")


def one_front(costs: Costs, assumed: Assumed) -> list[str]:
    """What one worker carries, from its costs."""
    sockets = assumed.sockets_a_front
    a_second = 2 * sockets * (costs.frame_bytes + assumed.overhead_bytes) * 8 / 1e6
    return table(["one worker, one core", ""], [
        ["frames written a second", number(1e6 / costs.frame_us)],
        [f"frames a second to {number(sockets)} listeners with half a core", number(5e5 / costs.frame_us / sockets)],
        [f"time to write one frame to {number(sockets)} (ms)", number(sockets * costs.frame_us / 1e3)],
        [f"memory of {number(sockets)} sockets and the process (MB)",
         number(sockets * costs.socket_kb / 1024 + costs.base_mb)],
        [f"{number(sockets)} listeners at 2 posts/s (Mbit/s)", number(a_second)],
        [f"processor time of {number(sockets)} joins (s)", number(sockets * costs.join_ms / 1e3)],
        ["a million votes, one writer (min)", number(1e6 / costs.votes_a_second / 60)],
    ])


def halls(rows: list[Hall], costs: Costs, assumed: Assumed, seed: int) -> list[str]:
    """A row a hall."""
    return table(HALL_HEADS, [_hall_row(hall, Tiers(hall, costs, assumed, seed).run(), assumed) for hall in rows])


def _hall_row(hall: Hall, outcome: Outcome, assumed: Assumed) -> list[str]:
    late = [outcome.percentile(share) for share in (0.5, 0.99, 1.0)]
    cdn = hall.reading * assumed.snapshot_kb * 8e3 / assumed.poll_s / 1e9
    return [number(hall.voices), number(hall.relayed), number(hall.reading), number(outcome.workers),
            number(outcome.relays), *(f"{ms:.0f}" for ms in late), f"{outcome.busiest:.0%}", f"{outcome.cores:.1f}",
            f"{outcome.memory_gb:.1f}", f"{outcome.gbits:.2f}", f"{outcome.reads_a_second:.0f}", f"{cdn:.2f}"]


def storms(costs: Costs, assumed: Assumed, seed: int) -> list[str]:
    """Return the seconds until all clients are back, for several outages."""
    front, relays = assumed.sockets_a_front, 125
    cases = [
        ("2,000 of one worker, back after 3 s", 2_000, 3.0, 0.0),
        (f"{number(front)} of one worker or relay, back after 3 s", front, 3.0, 0.0),
        (f"{number(front)} of one worker or relay, back after 30 s", front, 30.0, 0.0),
        (f"{number(front)} of a dead relay, taken by {relays - 1} others: each takes", -(-front // (relays - 1)),
         0.0, 0.0),
        (f"{number(front)} told `restart`, taken by 3 other workers: each takes", -(-front // 3), 0.0, 3.0),
    ]
    rows = []
    for words, clients, down, jitter in cases:
        came = come_back(clients, join_s=costs.join_ms / 1e3, down_s=down, patience_s=assumed.patience_s, seed=seed,
                         jitter_s=jitter)
        rows.append([words, number(clients), *(f"{came.share(part):.1f}" for part in (0.5, 0.99, 1.0)),
                     f"{came.attempts / clients:.1f}"])
    return table(["outage", "clients", "half back, s", "99 % back, s", "all back, s", "attempts each"], rows)


def tables(costs: Costs, assumed: Assumed, seed: int, rows: list[Hall]) -> str:
    """All tables, with the costs they reckon with."""
    given = ", ".join(f"{field.name} {number(getattr(costs, field.name))}" for field in fields(Costs))
    return "\n".join([f"Costs: {given}. Seed {seed}, {number(rows[0].rate)} posts/s for {number(rows[0].seconds)} s.",
                      "", *one_front(costs, assumed), "", *halls(rows, costs, assumed, seed), "",
                      *storms(costs, assumed, seed)])


def page_with(page: str, block: str) -> str:
    """The page with this block between its marks. Raises ValueError where the marks are missing."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError("docs/scale.md has no place for the tables.")
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def write() -> None:
    """Bring docs/scale.md up to the newest measured costs."""
    block = tables(measured.read(BENCHMARKS), Assumed(), SEED, list(HALLS))
    PAGE.write_text(page_with(PAGE.read_text(), block))


def main(arguments: list[str] | None = None) -> None:
    """Print the tables for what is asked."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.write:
        write()
        return
    given = {field.name: getattr(options, field.name) for field in fields(Costs)}
    if None in given.values():
        known = measured.read(BENCHMARKS)
        given = {name: getattr(known, name) if value is None else value for name, value in given.items()}
    rows = list(HALLS)
    if options.listeners:
        live = options.listeners - options.reading
        voices = min(options.voices, live)
        rows = [Hall(voices, live - voices, options.reading)]
    rows = [replace(row, rate=options.rate, seconds=options.seconds) for row in rows]
    assumed = replace(Assumed(), sockets_a_front=options.sockets_a_front, hop_ms=options.hop_ms)
    sys.stdout.write(tables(Costs(**given), assumed, options.seed, rows) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--listeners", type=int, help="all who follow; default: the halls of docs/scale.md")
    parser.add_argument("--voices", type=int, default=8000, help="of these, on workers (%(default)s)")
    parser.add_argument("--reading", type=int, default=0, help="of these, on snapshots (%(default)s)")
    parser.add_argument("--rate", type=float, default=Hall(0).rate, help="posts a second (%(default)s)")
    parser.add_argument("--seconds", type=float, default=Hall(0).seconds, help="how long (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sockets-a-front", type=int, default=Assumed().sockets_a_front,
                        help="sockets on one worker or relay (%(default)s)")
    parser.add_argument("--hop-ms", type=float, default=Assumed().hop_ms, help="network, one way (%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md")
    for field in fields(Costs):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=float, help="instead of the measured one")
    return parser


if __name__ == "__main__":
    main()
