"""The Markdown children of this process: started when first needed, replaced when they fail.

Each text is first asked of a quick child that gives up early, and what that finds hard of a thorough one. So hard
texts wait for each other, and the others for none of them.

Works with plain threads and, once `gevent.monkey.patch_all()` has run, with greenlets and the threads of
gevent's pool: while one waits for the child the others go on. For that it waits only in `select.poll` and
`time.sleep`, which gevent replaces, and otherwise uses bare descriptors and the system calls of `posix`,
which it leaves alone: its own belong to the loop of one thread.
"""

import contextlib
import json
import os
import posix
import select
import signal
import socket
import sys
import time
from pathlib import Path

from dialogue.core import db

ANSWER_SECONDS = 0.5
START_SECONDS = 10.0
QUEUE_SECONDS = 2.0
QUICK_CPU_SECONDS = 0.05  # An honest post of the greatest length (4,000 characters) takes about a fifth of it.
THOROUGH_CPU_SECONDS = 0.35

# By its path, not as `-m dialogue.core.markdown_worker`: that would import the whole application first.
# -P keeps the worker's folder off its search path, where our module names could hide the library's.
COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("markdown_worker.py"))]


class Unanswered(Exception):
    """The child gave no answer in time; asked again later it may."""


class _Child:
    """A running worker and our end of the line to it."""

    def __init__(self, cpu_seconds: float) -> None:
        ours, theirs = (end.detach() for end in socket.socketpair())
        os.set_blocking(ours, False)
        os.set_blocking(theirs, True)
        # Its error output is closed off: a traceback could quote the text.
        line = [(os.POSIX_SPAWN_DUP2, theirs, 0), (os.POSIX_SPAWN_DUP2, theirs, 1),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
        try:
            self.pid = posix.posix_spawn(sys.executable, [*COMMAND, str(cpu_seconds)], os.environ, file_actions=line)
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self.line = ours
        self.ready = False

    def answer(self, text: str) -> str | None:
        """The child's answer; `OSError` if it is gone or too slow."""
        if not self.ready:
            self._receive(time.monotonic() + START_SECONDS)
            self.ready = True
        deadline = time.monotonic() + ANSWER_SECONDS
        self._send(json.dumps(text).encode() + b"\n", deadline)
        answer: str | None = json.loads(self._receive(deadline))
        return answer

    def end(self) -> None:
        """Kill, leave no zombie, hang up."""
        try:
            # An event loop may have collected the child already; then its number may belong to another process.
            with contextlib.suppress(ChildProcessError):
                while posix.waitpid(self.pid, os.WNOHANG)[0] == 0:
                    os.kill(self.pid, signal.SIGKILL)
                    time.sleep(0.002)
        finally:
            os.close(self.line)

    def _send(self, request: bytes, deadline: float) -> None:
        while request:
            self._wait(select.POLLOUT, deadline)
            request = request[os.write(self.line, request) :]

    def _receive(self, deadline: float) -> bytes:
        answer = bytearray()
        while not answer.endswith(b"\n"):
            self._wait(select.POLLIN, deadline)
            piece = os.read(self.line, 65536)
            if not piece:
                raise ConnectionError
            answer += piece
        return bytes(answer)

    def _wait(self, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(self.line, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError


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
        except ConnectionError:
            continue  # It had died since the last text.
        except OSError as error:
            raise Unanswered from error
    raise Unanswered


def _after_fork() -> None:
    """A forked process starts its own children, and keeps no end of a line that would hold an old one."""
    global _line, _thorough
    for old in (_line, _thorough):
        if old.child is not None:
            os.close(old.child.line)
    _line, _thorough = _Line(QUICK_CPU_SECONDS), _Line(THOROUGH_CPU_SECONDS)


os.register_at_fork(after_in_child=_after_fork)
