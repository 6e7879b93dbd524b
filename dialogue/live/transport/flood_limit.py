"""The flood limit of one socket, and yielding to other greenlets while its frames are processed."""

import time

from dialogue.core.cooperative import yield_now

RATE, BURST = 200.0, 400.0  # Frames a second, and at once: several times what the busiest client sends.
PAUSE = 0.005  # Seconds without a frame, in which other greenlets ran.
STEPS = 16  # Frames processed before the greenlet yields. A power of two.


class Allowance:
    """A token bucket of frames, and a count of steps."""

    __slots__ = ("_at", "_left", "_steps")

    def __init__(self) -> None:
        self._left, self._at, self._steps = BURST, time.monotonic(), 0

    def take(self) -> None:
        """Count a frame, or a few kilobytes of a long one. Raises ConnectionAbortedError at a flood."""
        now = time.monotonic()
        if now - self._at > PAUSE:
            self._steps = 0  # No flood: yielding amid normal posts would split their shared commit.
        self._left = min(BURST, self._left + (now - self._at) * RATE) - 1
        self._at = now
        if self._left < 0:
            raise ConnectionAbortedError("a flood")
        self.step()

    def step(self) -> None:
        """Count a step; yield after every few. A read does not yield while bytes are waiting."""
        self._steps += 1
        if not self._steps % STEPS:
            yield_now()
