"""How much one socket may ask of a process where everybody runs in turn."""

import time

from dialogue.core.giving_way import give_way

RATE, BURST = 200.0, 400.0  # Frames a second, and at once: several times what the busiest client sends.
PAUSE = 0.005  # Seconds without a frame, in which the others had their turn.
STEPS = 16  # Of work for one socket, until the others go first. A power of two.


class Allowance:
    """A bucket of frames, and a count of steps: a few numbers a socket."""

    __slots__ = ("_at", "_left", "_steps")

    def __init__(self) -> None:
        self._left, self._at, self._steps = BURST, time.monotonic(), 0

    def take(self) -> None:
        """One more frame, or the next few kilobytes of a long one. Raises ConnectionAbortedError when it is a flood."""
        now = time.monotonic()
        if now - self._at > PAUSE:
            self._steps = 0  # No flood: amid a hall's talk, giving way makes commits overtake each other.
        self._left = min(BURST, self._left + (now - self._at) * RATE) - 1
        self._at = now
        if self._left < 0:
            raise ConnectionAbortedError("a flood")
        self.step()

    def step(self) -> None:
        """One more step of work: after a handful let others run, which a read does not while bytes are waiting."""
        self._steps += 1
        if not self._steps % STEPS:
            give_way()
