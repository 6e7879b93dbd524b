"""The live engine's figures as tables: against the goals, and as costs for docs/scale.md's model."""

from tests.bench.live import Figures, Plan
from tests.bench.report import (
    NO_GOAL,
    Goal,
    Row,
    at_most,
    at_most_times,
    below_the_peer,
    comparison,
    exactly,
    number,
    spread,
    table,
    times_the_peer,
)

OURS, PEER, BARE = "ours", "peer", "bare"
# Names of costs, read again by tests/bench/costs.py.
COSTS = {
    "cpu a frame": "processor time a frame and socket, one post a frame (µs)",
    "cpu a delivery": "processor time a delivery, as many posts as go through (µs)",
    "cpu a join": "processor time a join (ms)",
    "cpu a vote": "processor time a vote, all voters at once (ms)",
    "memory a socket": "memory a socket (kB)",
    "memory before": "memory without sockets (MB)",
    "bytes a frame": "bytes of a frame that tells one post of 200 bytes",
    "votes": "votes a second, all voters at once",
}


def rows(figures: Figures, plan: Plan) -> list[Row]:
    """Each figure of the issue's table beside its goal."""
    def row(what: str, measure: str, goal: Goal = NO_GOAL) -> Row:
        return Row(what, figures.of(OURS, measure), figures.of(PEER, measure), goal)

    few, many = plan.few, plan.many
    return [
        row(f"deliveries/s, {number(few)} listeners", f"deliveries/s to {few}", times_the_peer(5)),
        row(f"deliveries/s, {number(many)} listeners", f"deliveries/s to {many}", times_the_peer(5)),
        row(f"post → received p99, {number(many)} listeners, 2 posts/s (ms)", "p99", below_the_peer(100)),
        row("the same, p50 (ms)", "p50"),
        Row("the same, p99, in the peer's place a bare loop of writes (ms)", figures.of(OURS, "p99"),
            figures.of(BARE, "p99"), at_most_times(1.3, "the loop")),
        *(row(f"votes/s, {number(n)} at once", f"votes/s of {n}", times_the_peer(1.5)) for n in plan.voters),
        *(row(f"vote → durable answer p99, {number(n)} at once (ms)", f"vote p99 of {n}") for n in plan.voters),
        *(row(f"votes counted of {number(n)}, after kill -9", f"tally of {n}", exactly(n)) for n in plan.voters),
        row(f"memory a socket, {number(many)} listeners (kB)", "memory a socket", at_most(60)),
        row(f"connect: {number(many)} joins (s)", f"connect {many}", at_most_times(2)),
        row(f"hall's page p99, {number(many)} listeners, 2 posts/s (ms)", "page p99", at_most(150)),
        row("the same, p50 (ms)", "page p50"),
        row("hall's page on a kept connection, no listeners, p50 (ms)", "kept page p50", at_most(30)),
        row("the same, p99 (ms)", "kept page p99"),
        row(f"storm: {number(plan.returning)} in again since the server listens (s)", "storm", at_most(15)),
        row("the same, since its kill -9 (s)", "storm since the end"),
    ]


def live_section(figures: Figures, plan: Plan, stamp: str) -> str:
    """The section: what was compared how, the table, what went wrong."""
    lines = [
        stamp, "",
        f"Server and generator on a core each, ours and the peer's in turn, rounds: {figures.done}. Ours authorises, "
        "stores each post with full durability and only then sends it, and asks each listener for a token. The peer is "
        "Node's Socket.IO server in one process: without storage and sign-in for deliveries, with a commit to SQLite "
        "for each vote. Posts of 200 bytes; 8 on their way at any time by 20 senders, where no rate is named. Ours are "
        "counted again in the database after a kill -9 of the server. In the storm each client waits before each try "
        "as docs/protocol.md says, so what is counted from the kill -9 holds the server's start and those pauses "
        "too. The bare loop writes frames of our size to as many sockets from the server's core and does nothing else.",
        "",
        *comparison(rows(figures, plan)),
    ]
    return "\n".join([*lines, *(["", *(f"- {note}" for note in figures.notes)] if figures.notes else [])])


def costs_section(figures: Figures, plan: Plan, stamp: str) -> str:
    """What one worker's work costs, from the same runs; docs/scale.md reckons with it."""
    of_this_plan = {"cpu a delivery": f"cpu a delivery, {plan.many}", "votes": f"votes/s of {max(plan.voters)}",
                    "cpu a vote": f"cpu a vote of {max(plan.voters)}"}

    def cells(measure: str, name: str) -> list[str]:
        key = of_this_plan.get(measure, measure)
        return [name, spread(figures.of(OURS, key)), spread(figures.of(PEER, key))]

    return "\n".join([stamp, "", *table(["what", "ours", "peer"], (cells(*cost) for cost in COSTS.items()))])
