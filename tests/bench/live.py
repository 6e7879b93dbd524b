"""The live engine beside its peer: who is measured, in which order, and with how many."""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench import machine, measuring
from tests.bench.bare import Bare
from tests.bench.generator import Failed, compiled
from tests.bench.ours import Ours
from tests.bench.peer import Peer


@dataclass(frozen=True)
class Plan:
    """How many listeners and voters, for how many seconds, how often."""

    few: int = 500
    many: int = 8000
    voters: Sequence[int] = (2000, 8000)
    returning: int = 2000
    seconds: float = 5
    steady_seconds: float = 25  # fifty posts: of fewer, one slow one would be the slowest hundredth
    page_seconds: float = 20
    rounds: int = 3
    enough_s: float = 660  # no round is begun that would probably end later than this

    @property
    def people(self) -> int:
        """How many the rehearsal needs."""
        return max(self.few, self.many, self.returning, *self.voters)


QUICK = Plan(few=200, many=2000, voters=(500, 2000), returning=500, seconds=3, steady_seconds=5, page_seconds=8,
             rounds=1)


@dataclass
class Figures:
    """What was measured: `rounds[side, measure]`, in how many rounds; and what has to be said about it."""

    rounds: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    notes: list[str] = field(default_factory=list)
    done: int = 0

    def of(self, side: str, measure: str) -> list[float]:
        """The rounds of one side; empty where it was not measured."""
        return self.rounds.get((side, measure), [])

    def take(self, side: str, found: dict[str, float]) -> None:
        """Keep one round's figures."""
        for measure, value in found.items():
            self.rounds[side, measure].append(value)


def measure(plan: Plan, kit: Path) -> Figures:
    """Measure both sides in turn, round after round; what cannot be measured here is said in the notes."""
    figures = Figures(notes=machine.lacks(kit))
    if figures.notes:
        return figures
    server_core, own_core = machine.cores()
    if server_core == own_core:
        figures.notes.append("There is one core only: server and generator take it from each other.")
    with tempfile.TemporaryDirectory(prefix="dialogue-bench-") as folder, _on(own_core):
        ours = Ours(Path(folder), plan.people, server_core)
        peer = _peer(kit, Path(folder), server_core, figures.notes)
        kit_run = measuring.Kit(compiled(kit), own_core)
        _rounds(plan, kit_run, [ours] + ([peer] if peer else []), Bare(Path(folder), server_core), figures)
    return figures


def _rounds(plan: Plan, kit: measuring.Kit, sides: Sequence[Ours | Peer], bare: Bare, figures: Figures) -> None:
    began = time.monotonic()
    while figures.done < plan.rounds and is_time_for_another(figures.done, time.monotonic() - began, plan.enough_s):
        _say(f"round {figures.done + 1} of {plan.rounds}")
        _round(plan, kit, sides, bare, figures)
        figures.done += 1


def is_time_for_another(done: int, took: float, enough: float) -> bool:
    """Whether one more round, as long as those done so far, would end in time; the first is always made."""
    return not done or took / done * (done + 1) <= enough


def _round(plan: Plan, kit: measuring.Kit, sides: Sequence[Ours | Peer], bare: Bare, figures: Figures) -> None:
    works = _works(plan, kit)
    for what, work in works.items():
        for side in sides:  # Next to each other, so that a machine that slows down slows both.
            _attempt(figures, side.name, what, partial(work, side))
        if what == "steady":
            bare.frame_bytes = int(next(reversed(figures.of(sides[0].name, "bytes a frame")), bare.frame_bytes))
            _attempt(figures, bare.name, what, partial(work, bare))
    ours = sides[0]
    _attempt(figures, ours.name, "pages", partial(measuring.pages, ours, kit, plan.many, plan.page_seconds))
    _attempt(figures, ours.name, "kept connection", partial(measuring.kept, ours))
    _attempt(figures, ours.name, "storm", partial(measuring.storm, ours, plan.returning))


def _works(plan: Plan, kit: measuring.Kit) -> dict[str, Callable[[Any], dict[str, float]]]:
    """What is measured of both sides, in this order."""
    works: dict[str, Callable[[Any], dict[str, float]]] = {}
    for listeners in (plan.few, plan.many):
        works[f"deliveries to {listeners}"] = partial(
            measuring.deliveries, kit=kit, clients=listeners, seconds=plan.seconds)
    works["steady"] = partial(measuring.steady, kit=kit, clients=plan.many, seconds=plan.steady_seconds)
    for voters in plan.voters:
        works[f"votes of {voters}"] = partial(measuring.votes, kit=kit, voters=voters)
    return works


def _attempt(figures: Figures, side: str, what: str, work: Callable[[], dict[str, float]]) -> None:
    _say(f"  {side}: {what} …")
    try:
        figures.take(side, work())
    except Failed as failure:
        figures.notes.append(f"{side}, {what}: {failure}")
        _say(f"  {side}: {what} failed: {failure}")


def _peer(kit: Path, folder: Path, core: int, notes: list[str]) -> Peer | None:
    try:
        peer = Peer(kit, folder, core)
    except (OSError, subprocess.CalledProcessError) as problem:
        notes.append(f"The peer could not be installed ({type(problem).__name__}): ours stands alone.")
        return None
    if not peer.stores:
        notes.append("The peer's database driver could not be compiled here: its votes were not measured.")
    return peer


@contextmanager
def _on(core: int) -> Iterator[None]:
    """Keep this process, and what it starts without a core of its own, to one core within the block."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stderr.flush()
