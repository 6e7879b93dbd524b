"""Starts the process that writes a document, listens to it, and never leaves it behind.

Works with plain threads and with gevent's greenlets alike: it waits only in `select.poll` and in the
`subprocess` module, both of which gevent replaces, so the others go on meanwhile.
"""

import logging
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "dialogue.exports.jobs.worker"]
LISTEN_SECONDS = 3.0
_LACKS = re.compile(rb"lacks ([a-z-]{1,30})")  # The child reads hostile texts: nothing else of what it says is logged.
log = logging.getLogger(__name__)
OnProgress = Callable[[int | None], None]


class TooSlow(Exception):
    """The time of the process was up."""


class Broken(Exception):
    """The process ended without its file."""


def write(job: bytes, target: Path, on_progress: OnProgress) -> None:
    """Have the job's document written to `target`. Raises TooSlow, Broken, and whatever `on_progress` raises.

    `on_progress` hears the progress in percent, and None every few seconds without any.
    """
    with _started(job, target) as (process, line):
        for percent in _heard(line):
            on_progress(percent)
        code = process.wait()
    if code == -signal.SIGALRM:
        raise TooSlow
    if code != 0:
        raise Broken(f"the writer ended with {code}")


@contextmanager
def _started(job: bytes, target: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    ours, theirs = os.pipe()
    try:
        process = _process(job, target, theirs)
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    try:
        yield process, ours
    finally:
        os.close(ours)
        if process.poll() is None:
            process.kill()
            process.wait()


def _process(job: bytes, target: Path, output: int) -> "subprocess.Popen[bytes]":
    # A file without a name, not a pipe: a long job would not fit into its buffer.
    with TemporaryFile(dir=target.parent) as letter:
        letter.write(job)
        letter.seek(0)
        return subprocess.Popen([*COMMAND, str(target)], stdin=letter, stdout=output, stderr=subprocess.DEVNULL,
                                cwd=ROOT, env=_environment())


def _environment() -> dict[str, str]:
    """Return our environment without the settings: a process that reads hostile texts needs no key or database."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DIALOGUE_")}


def _heard(line: int) -> Iterator[int | None]:
    poll = select.poll()
    poll.register(line, select.POLLIN)
    heard = b""
    while True:
        if not poll.poll(LISTEN_SECONDS * 1000):
            yield None
            continue
        piece = os.read(line, 4096)
        if not piece:
            return
        *said, heard = (heard + piece).split(b"\n")
        for script in filter(None, map(_LACKS.fullmatch, said)):
            log.warning("no font has a letter of a text", extra={"script": script[1].decode()})
        yield from (int(number) for number in said if number.isdigit())
