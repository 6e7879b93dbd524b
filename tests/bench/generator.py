"""The load generator: compiled once, run on a core of its own, its one line of JSON read."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import CACHE, pinned

PATIENCE = 420  # seconds a run may take; the generator itself gives up connecting after 300
SETTLING = 0.3  # seconds the generator waits between its last join and its first post


class Failed(Exception):
    """A run broke off; says why in the generator's or the server's words."""


@dataclass(frozen=True)
class Load:
    """What one run saw. `began` is the moment it started, on the monotonic clock, in seconds."""

    figures: dict[str, float]
    began: float
    warning: str = ""

    def __getitem__(self, name: str) -> float:
        return self.figures[name]

    def measured(self, seconds: float) -> tuple[float, float]:
        """From when to when it posted, on the monotonic clock."""
        start = self.began + self["connect_s"] + SETTLING
        return start, start + seconds


def parse(text: str) -> dict[str, float]:
    """The figures of the generator's last line. Raises Failed where there is none."""
    lines = text.strip().splitlines()
    try:
        figures = json.loads(lines[-1])
        return {name: float(value) for name, value in figures.items()}
    except (IndexError, ValueError, AttributeError, TypeError):
        raise Failed("the generator printed no figures") from None


def compiled(kit: Path) -> Path:
    """The program, compiled anew where its source is newer."""
    source, program = kit / "load.c", CACHE / "load"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)
    return program


def run(program: Path, core: int, **options: object) -> Load:
    """Run it with these options (`clients=500` becomes `--clients 500`). Raises Failed."""
    given = [part for name, value in options.items() if value is not None for part in (f"--{name}", str(value))]
    began = time.monotonic()
    try:
        done = subprocess.run(pinned([str(program), *given], core), capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failed(f"no end after {PATIENCE} s") from None
    said = " ".join(done.stderr.split())[:200]
    if done.returncode != 0 and not done.stdout.strip():
        raise Failed(said or f"the generator ended with {done.returncode}")
    return Load(parse(done.stdout), began, said)
