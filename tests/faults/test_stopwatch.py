"""The stopwatch of the fault tests does not count the time in which a busy machine runs something else."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.stopwatch import Stopwatch

WORK = 200_000
needs_counts = pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="Linux alone counts this")


def test_a_wait_for_something_else_is_counted() -> None:
    watch = Stopwatch()
    time.sleep(0.1)
    assert watch.seconds() > 0


@needs_counts
def test_work_beside_busy_processes_takes_the_seconds_it_takes_alone() -> None:
    busy = [subprocess.Popen([sys.executable, "-c", "import time\nwhile time.monotonic() < %f: pass"
                              % (time.monotonic() + 20)]) for _ in range(2 * (os.cpu_count() or 1))]
    try:
        watch, worked, began = Stopwatch(), time.process_time(), time.monotonic()
        while time.process_time() - worked < 0.5:
            sum(range(WORK))
        assert watch.seconds() < 0.75 * (time.monotonic() - began)
    finally:
        for one in busy:
            one.kill()
            one.wait()


def test_a_process_that_ended_is_no_error() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert Stopwatch(gone.pid).seconds() < 5
