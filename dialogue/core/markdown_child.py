"""The Markdown children of this process: started when first needed, replaced when they fail.

Each text is first asked of a quick child that gives up early, and what that finds hard of a thorough one. So hard
texts wait for each other, and the others for none of them.
"""

import json
import os
import sys
import time
from pathlib import Path

from dialogue.core import db
from dialogue.core.child import Child, Ended, Failed, Limits

ANSWER_SECONDS = 0.5
START_SECONDS = 10.0
QUEUE_SECONDS = 2.0
QUICK_CPU_SECONDS = 0.05  # An honest post of the greatest length (4,000 characters) takes about a fifth of it.
THOROUGH_CPU_SECONDS = 0.35
# A text is at most 40,000 characters, its HTML at most 200,000, and JSON writes one as up to twelve bytes.
LIMITS = Limits(input_bytes=1_000_000, output_bytes=3_000_000, memory_bytes=256_000_000)

# By its path, not as `-m dialogue.core.markdown_worker`: that would import the whole application first.
# -P keeps the worker's folder off its search path, where our module names could hide the library's.
COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("markdown_worker.py"))]


class Unanswered(Exception):
    """The child gave no answer in time; asked again later it may."""


class _Child(Child):
    """A running worker, which answers one text after the other."""

    def __init__(self, cpu_seconds: float) -> None:
        super().__init__([*COMMAND, str(cpu_seconds)], LIMITS)
        self.ready = False

    def answer(self, text: str) -> str | None:
        """The child's answer. Raises Failed."""
        if not self.ready:
            self.receive_line(time.monotonic() + START_SECONDS)
            self.ready = True
        deadline = time.monotonic() + ANSWER_SECONDS
        self.send(json.dumps(text).encode() + b"\n", deadline)
        answer: str | None = json.loads(self.receive_line(deadline))
        return answer


class _Line:
    """Lets one caller at a time speak to the child."""

    def __init__(self, cpu_seconds: float) -> None:
        self.child: _Child | None = None
        self._cpu_seconds = cpu_seconds
        self._turn = ["the turn to speak"]

    def ask(self, text: str) -> str | None:
        self._take_turn()
        try:
            self.child = self.child or _Child(self._cpu_seconds)
            return self.child.answer(text)
        except BaseException:
            # An interrupted caller must not leave a half-read answer to the next one.
            child, self.child = self.child, None
            if child is not None:
                child.end()
            raise
        finally:
            self._turn.append("the turn to speak")

    def _take_turn(self) -> None:
        # Not a Lock: gevent's does not wake waiters in other native threads, Python's stops the loop.
        # Taking from a list is one step for both, and sleeping lets both go on.
        deadline = time.monotonic() + QUEUE_SECONDS
        while True:
            try:
                self._turn.pop()
            except IndexError:
                if time.monotonic() > deadline:  # Many hostile texts must not keep the others for ever.
                    raise TimeoutError from None
                time.sleep(0.001)
            else:
                return


# Of the process, not of an application: a child holds nothing of what it read before.
_line = _Line(QUICK_CPU_SECONDS)
_thorough = _Line(THOROUGH_CPU_SECONDS)


def ask(text: str) -> str | None:
    """Safe HTML for `text`, None if it is too hard; `Unanswered` if a child fails twice or is too slow."""
    db.pause()  # A connection is not to wait for a child, least of all behind other hostile texts.
    quick = _asked(_line, text)
    return _asked(_thorough, text) if quick is None else quick


def _asked(line: _Line, text: str) -> str | None:
    for _attempt in range(2):
        try:
            return line.ask(text)
        except Ended:
            continue  # It had died since the last text.
        except (Failed, OSError, ValueError) as error:
            raise Unanswered from error
    raise Unanswered


def _after_fork() -> None:
    """A forked process starts its own children, and keeps no end of a line that would hold an old one."""
    global _line, _thorough
    for old in (_line, _thorough):
        if old.child is not None:
            old.child.abandon()
    _line, _thorough = _Line(QUICK_CPU_SECONDS), _Line(THOROUGH_CPU_SECONDS)


os.register_at_fork(after_in_child=_after_fork)
