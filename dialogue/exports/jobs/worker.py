"""The child process that writes one document: a job (JSON) on its input, the file under the path it is given.

It says on its output how far it is, one number a line, and `lacks thaana` where no font has a letter of that script.
It has no database and no settings, and it ends by itself when its time is up, also without its parent.
`exports/jobs/child.py` is its only caller.
"""

import os
import signal
import sys
from pathlib import Path

from dialogue.core import lifeline

SECONDS = 120


def main(target: Path) -> None:
    """Write the file, whole or not at all."""
    from dialogue.exports.job import Job
    from dialogue.exports.jobs.writing import written

    made = written(Job.received(sys.stdin.buffer.read()), _report_progress)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    unfinished.write_bytes(made)
    unfinished.replace(target)


def _report_progress(news: int | str) -> None:
    sys.stdout.write(f"{news}\n" if isinstance(news, int) else f"lacks {news}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    lifeline.hold()
    signal.alarm(SECONDS)  # Left to its default, the alarm ends the process wherever it is.
    main(Path(sys.argv[1]))
