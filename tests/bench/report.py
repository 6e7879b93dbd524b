"""From measured rounds to the report: medians, ratios of medians, goals, and the sections of docs/benchmarks.md."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HEAD = """# Benchmarks

`make bench` measures and writes this page. Figures drift with the machine; compare within one run. What stands in
brackets is the lowest and the highest of several rounds, what stands before them their median; a ratio is one of
medians.
"""
ORDER = ("Live", "Costs", "Pages", "Not")
NOTHING = "–"

Holds = Callable[[float, float | None], bool | None]


@dataclass(frozen=True)
class Goal:
    """What is to be reached. `holds` is asked with our figure and the peer's (or none); none: it cannot be told."""

    words: str
    holds: Holds


def at_most(limit: float) -> Goal:
    """Our figure is no higher."""
    return Goal(f"≤ {number(limit)}", lambda ours, _peer: ours <= limit)


def exactly(expected: float) -> Goal:
    """Our figure is just this."""
    return Goal(number(expected), lambda ours, _peer: ours == expected)


def times_the_peer(factor: float) -> Goal:
    """Our figure is at least so many times the peer's."""
    return Goal(f"≥ {number(factor)}× the peer", lambda ours, peer: None if not peer else ours / peer >= factor)


def at_most_times(factor: float, whom: str = "the peer") -> Goal:
    """Our figure is at most so many times the other's."""
    return Goal(f"≤ {number(factor)}× {whom}", lambda ours, other: None if not other else ours / other <= factor)


def below_the_peer(limit: float) -> Goal:
    """Our figure is no higher than this, and lower than the peer's."""
    def holds(ours: float, peer: float | None) -> bool | None:
        return None if peer is None else ours <= limit and ours < peer
    return Goal(f"≤ {number(limit)}, and below the peer", holds)


NO_GOAL = Goal(NOTHING, lambda _ours, _peer: None)


@dataclass(frozen=True)
class Row:
    """One figure: what it is with its unit, its rounds on either side, and its goal."""

    what: str
    ours: Sequence[float]
    peer: Sequence[float] = field(default_factory=list)
    goal: Goal = NO_GOAL

    def cells(self) -> list[str]:
        """The row of the table."""
        ours, peer = median(self.ours), median(self.peer)
        ratio = f"{ours / peer:.2f}×" if ours is not None and peer else NOTHING
        return [self.what, spread(self.ours), spread(self.peer), ratio, self.goal.words, self.verdict()]

    def verdict(self) -> str:
        """Whether the goal is met, in a word."""
        ours = median(self.ours)
        if self.goal is NO_GOAL:
            return NOTHING
        held = None if ours is None else self.goal.holds(ours, median(self.peer))
        return {True: "yes", False: "**no**", None: "not measured"}[held]


def median(rounds: Sequence[float]) -> float | None:
    """The middle of the rounds; none where there was none."""
    return statistics.median(rounds) if rounds else None


def number(value: float) -> str:
    """A figure as people read it: three or four digits that matter, thousands set apart."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(rounds: Sequence[float]) -> str:
    """The median, and the extremes where there were several rounds."""
    middle = median(rounds)
    if middle is None:
        return NOTHING
    return number(middle) + (f" ({number(min(rounds))}–{number(max(rounds))})" if len(rounds) > 1 else "")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table."""
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]


def comparison(rows: Iterable[Row]) -> list[str]:
    """The table of ours beside the peer's."""
    return table(["what", "ours", "peer", "ratio", "goal", "met"], (row.cells() for row in rows))


def sections(text: str) -> dict[str, str]:
    """The parts of a report under their headings, without the page's own head."""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}


def joined(kept: dict[str, str], new: dict[str, str]) -> str:
    """The whole page: new sections in the place of those with the same first word, the others as they were."""
    fresh = {_kind(title) for title in new} | {"Not"}  # What an earlier run could not measure is no news.
    both = {title: body for title, body in kept.items() if _kind(title) not in fresh} | new
    ordered = sorted(both, key=lambda title: ORDER.index(_kind(title)) if _kind(title) in ORDER else len(ORDER))
    return "\n".join([HEAD, *(f"## {title}\n\n{both[title]}\n" for title in ordered)])


def _kind(title: str) -> str:
    return title.split()[0]
