"""How much memory and processor time a running program takes, looked at from outside while it works."""

import os
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

EVERY = 0.1  # seconds between two looks


class Sample(NamedTuple):
    """One look: the monotonic clock and processor time in seconds, resident memory in kB."""

    at: float
    rss: float
    cpu: float


def look(pid: int) -> Sample:
    """The program as it is now (proc(5): statm, stat). Raises OSError when it is gone."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(after_name[11]) + int(after_name[12])  # utime and stime
    return Sample(time.monotonic(), pages * os.sysconf("SC_PAGE_SIZE") / 1024, ticks / os.sysconf("SC_CLK_TCK"))


@contextmanager
def watch(pid: int) -> Iterator[list[Sample]]:
    """A list that fills with samples while the block runs."""
    samples: list[Sample] = [look(pid)]
    over = threading.Event()

    def keep_looking() -> None:
        while not over.wait(EVERY):
            try:
                samples.append(look(pid))
            except OSError:
                return

    watcher = threading.Thread(target=keep_looking)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()


def cpu_between(samples: list[Sample], start: float, end: float) -> float:
    """Processor seconds used between two moments, from the samples nearest to them."""
    return _nearest(samples, end).cpu - _nearest(samples, start).cpu


def grown(samples: list[Sample]) -> float:
    """How much more memory than at first it took at most, in kB."""
    return max(sample.rss for sample in samples) - samples[0].rss


def _nearest(samples: list[Sample], moment: float) -> Sample:
    later = bisect_left([sample.at for sample in samples], moment)
    return min(samples[max(0, later - 1):later + 1], key=lambda sample: abs(sample.at - moment))
