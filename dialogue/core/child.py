"""The one way to run a child process: its input, output, time, memory and environment are bounded.

A child has no settings (keys, addresses of databases), leaves no core dump, writes no errors (a traceback could quote
what people wrote) and ends with its parent (see core/lifeline.py, which its program calls first).

Works with plain threads and, once `gevent.monkey.patch_all()` has run, with greenlets and the threads of gevent's pool:
while one waits for a child the others go on. For that it waits only in `select.poll` and `time.sleep`, which gevent
replaces, and otherwise uses bare descriptors and the system calls of `posix`, which it leaves alone: its own belong to
the loop of one thread.
"""

import contextlib
import math
import os
import posix
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from dialogue.core import lifeline

ROOT = Path(__file__).parents[2]
PIECE = 65_536  # Bytes read at a time.
PRIVATE = ("DIALOGUE_", "PG")  # How the names of our settings and of PostgreSQL's begin.
# One byte, not none: Linux hands the dump to a program (`core_pattern`) also where the limit is nothing, and gives up
# only where it is one (fs/coredump.c). No file is so small, so none is written either.
NO_CORE_DUMP = 1
# Ctrl-C reaches a whole terminal, and service managers stop all processes: the parent alone decides when a child ends.
OF_THE_SERVICE = (signal.SIGINT, signal.SIGTERM)


def command(module: str) -> list[str]:
    """Return the command that runs a module of ours."""
    return [sys.executable, "-P", "-m", module]


@dataclass(frozen=True)
class Limits:
    """The limits of a child: bytes of its whole input and output (or of one line), bytes of memory, priority."""

    input_bytes: int
    output_bytes: int
    memory_bytes: int
    nice: int = 0


class Failed(Exception):
    """The child gave no answer."""


class TooSlow(Failed):
    """The time of the child was up."""


class TooMuch(Failed):
    """The input or output of the child is larger than its limits allow."""


class Ended(Failed):
    """The child ended before its work was done."""


class Child:
    """A running child process and our ends of the pipes to it. Deadlines are moments of `time.monotonic`."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.limits = limits
        self.pid, self._input, self._output, self._lifeline = _spawned(command)
        self._ended = False
        _confine(self.pid, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None,
                 _trace: TracebackType | None) -> None:
        self.end()

    def send(self, data: bytes, deadline: float) -> None:
        """Write to the child's input. Raises TooMuch, TooSlow, Ended."""
        if len(data) > self.limits.input_bytes:
            raise TooMuch
        rest = memoryview(data)
        while rest:
            if not _is_ready(self._input, select.POLLOUT, deadline):
                raise TooSlow
            try:
                rest = rest[os.write(self._input, rest[:PIECE]):]
            except BrokenPipeError:
                raise Ended from None

    def close_input(self) -> None:
        """Let the child read the end of its input."""
        os.close(self._input)
        self._input = -1

    def receive_line(self, deadline: float) -> bytes:
        """Return the child's next line, which is all that it has written. Raises TooMuch, TooSlow, Ended."""
        line = bytearray()
        while not line.endswith(b"\n"):
            if not _is_ready(self._output, select.POLLIN, deadline):
                raise TooSlow
            piece = os.read(self._output, PIECE)
            if not piece:
                raise Ended
            line += piece
            self._refuse_more_than(len(line))
        return bytes(line)

    def pieces(self, deadline: float, silence: float = math.inf) -> Iterator[bytes | None]:
        """Yield the output piece by piece, and None after so many seconds without any. Raises TooMuch, TooSlow."""
        received = 0
        while True:
            if not _is_ready(self._output, select.POLLIN, min(deadline, time.monotonic() + silence)):
                if time.monotonic() >= deadline:
                    raise TooSlow
                yield None
                continue
            piece = os.read(self._output, PIECE)
            if not piece:
                return
            received += len(piece)
            self._refuse_more_than(received)
            yield piece

    def wait(self, deadline: float) -> int | None:
        """Wait for the end; return the exit code, None where an event loop collected it. Raises TooSlow."""
        while True:
            try:
                pid, status = posix.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                pid, status = self.pid, None
            if pid:
                self._ended = True
                return None if status is None else os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                raise TooSlow
            time.sleep(0.002)  # A blocking waitpid would hold the event loop.

    def end(self) -> None:
        """Kill the child if it runs, leave no zombie, close the pipes."""
        try:
            # An event loop may have collected the child already; then its number may belong to another process.
            with contextlib.suppress(ChildProcessError):
                while not self._ended and posix.waitpid(self.pid, os.WNOHANG)[0] == 0:
                    os.kill(self.pid, signal.SIGKILL)
                    time.sleep(0.002)  # As in `wait`.
        finally:
            self._ended = True
            self.abandon()

    def _refuse_more_than(self, received: int) -> None:
        if received > self.limits.output_bytes:
            raise TooMuch

    def abandon(self) -> None:
        """Close the pipes only: in a forked process the child belongs to the parent."""
        for name in ("_input", "_output", "_lifeline"):
            if getattr(self, name) >= 0:
                os.close(getattr(self, name))
                setattr(self, name, -1)


def ask(command: Sequence[str], question: bytes, seconds: float, limits: Limits) -> bytes:
    """Return the whole output of a child that reads the question. Raises Failed."""
    deadline = time.monotonic() + seconds
    try:
        with Child(command, limits) as child:
            child.send(question, deadline)
            child.close_input()
            answer = b"".join(filter(None, child.pieces(deadline)))
            if child.wait(deadline):
                raise Ended
    except OSError:
        raise Ended from None
    return answer


def environment() -> dict[str, str]:
    """Return our environment without settings: a process that reads hostile texts needs no key and no database."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}
    return ours | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), ours.get("PYTHONPATH"))))}


def _spawned(command: Sequence[str]) -> tuple[int, int, int, int]:
    """Start the process; return its number and our ends: of its input, its output, and its lifeline."""
    (their_input, our_input), (our_output, their_output), (their_life, our_life) = _pipes(3)
    files = [(os.POSIX_SPAWN_DUP2, their_input, 0), (os.POSIX_SPAWN_DUP2, their_output, 1),
             (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
             (os.POSIX_SPAWN_DUP2, their_life, lifeline.DESCRIPTOR)]
    ours = (our_input, our_output, our_life)
    try:
        pid = posix.posix_spawnp(command[0], list(command), environment(), file_actions=files,
                                 setsigmask=OF_THE_SERVICE)
    except OSError:
        _close(*ours)
        raise
    finally:
        _close(their_input, their_output, their_life)
    for end in ours:
        os.set_blocking(end, False)
    return pid, *ours


def _pipes(number: int) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    try:
        while len(made) < number:
            made.append(os.pipe())
    except OSError:  # Too many files are open: those of this attempt must not stay open too.
        _close(*(end for pipe in made for end in pipe))
        raise
    return made


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _confine(pid: int, limits: Limits) -> None:
    """Bound the process from outside before it is sent anything. Memory and core dump where the system can: Linux."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(resource, "prlimit"):
            # Not RLIMIT_AS: threads reserve addresses that they never use.
            _bound(pid, resource.RLIMIT_DATA, limits.memory_bytes)
            _bound(pid, resource.RLIMIT_CORE, NO_CORE_DUMP)
        if limits.nice:
            os.setpriority(os.PRIO_PROCESS, pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + limits.nice))


def _bound(pid: int, kind: int, most: int) -> None:
    _soft, hard = resource.prlimit(pid, kind)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.prlimit(pid, kind, (bound, bound))


def _is_ready(descriptor: int, event: int, deadline: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
