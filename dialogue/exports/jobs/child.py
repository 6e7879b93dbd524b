"""Has a child process write a document, and listens to its progress."""

import logging
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dialogue.core import child
from dialogue.core.child import Child, Ended, Failed, TooSlow

__all__ = ["Failed", "TooSlow", "write"]

COMMAND = child.command("dialogue.exports.jobs.worker")
MAX_SECONDS = 125.0  # The child ends itself a little earlier (worker.SECONDS).
LISTEN_SECONDS = 3.0
# The server comes first. The output is some numbers and names of scripts.
LIMITS = child.Limits(input_bytes=512_000_000, output_bytes=1_000_000, memory_bytes=2_000_000_000, nice=10)
_LACKS = re.compile(rb"lacks ([a-z-]{1,30})")  # The child reads hostile texts: nothing else of what it says is logged.
log = logging.getLogger(__name__)
OnProgress = Callable[[int | None], None]


def write(job: bytes, target: Path, on_progress: OnProgress) -> None:
    """Have the job's document written to `target`. Raises TooSlow, Failed, and whatever `on_progress` raises.

    `on_progress` hears the progress in percent, and None every few seconds without any.
    """
    deadline = time.monotonic() + MAX_SECONDS
    with Child([*COMMAND, str(target)], LIMITS) as writer:
        writer.send(job, deadline)
        writer.close_input()
        for percent in _heard(writer, deadline):
            on_progress(percent)
        code = writer.wait(deadline)
    if code == -signal.SIGALRM:
        raise TooSlow
    if code or (code is None and not target.exists()):
        raise Ended(f"the writer ended with {code}")


def _heard(writer: Child, deadline: float) -> Iterator[int | None]:
    heard = b""
    for piece in writer.pieces(deadline, LISTEN_SECONDS):
        if piece is None:
            yield None
            continue
        *said, heard = (heard + piece).split(b"\n")
        for script in filter(None, map(_LACKS.fullmatch, said)):
            log.warning("no font has a glyph for this script", extra={"script": script[1].decode()})
        yield from (int(number) for number in said if number.isdigit())
