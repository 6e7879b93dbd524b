"""Word between workers, through Redis, that there is something new: a hint where to look, never the news itself.

What was committed is in the database, and every worker looks there every two seconds anyway; a nudge only makes
it sooner. So nothing here is waited for by an action, kept, or repeated: what cannot be said now is dropped.

One message names everything that came up since the last: `{from, streams: {id: seq}, states: [[event, id], …],
here: {id: [[actor set, how many], …]}}` (`live/hints.py`); any other is dropped and counted. Installations that
share a Redis disturb each other no further than that they look once in vain.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from dialogue.core import redis
from dialogue.core.db import new_id
from dialogue.core.record import HOUSE, Recorded
from dialogue.core.transaction import after_commit
from dialogue.live import broadcast, hints, state
from dialogue.live.connections import connections
from dialogue.live.hints import MOST, Hint
from dialogue.live.neighbours import neighbours

log = logging.getLogger(__name__)
CHANNEL = "dialogue:nudges"
PATIENCE = 0.5  # Seconds Redis has for an answer.
AGAIN = 1.0  # Seconds until it is tried again.
BREATH = 0.01  # Seconds between two messages: what comes up meanwhile goes with the next.
BEAT = 2.0  # Seconds after which something is said even if nothing happened …
DEAF = 5.0  # … so that who hears nothing for so long, not even itself, knows that its connection is dead.
SAY_AGAIN = 60.0  # Seconds until the log says again that messages were dropped.


class Nudges:
    """One worker's mouth and ear. `note` and `note_state` return at once and may be called from anywhere."""

    def __init__(self, url: str) -> None:
        self.name = new_id()
        self._redis = redis.client(url, patience=PATIENCE)
        self._streams: dict[str, int] = {}
        self._states: set[tuple[str, str]] = set()
        self._something = threading.Event()
        self._quiet_until = 0.0
        self.is_heard = {"speaking": False, "listening": False}

    def note(self, stream_id: str, seq: int) -> None:
        """A stream has this entry now."""
        if len(self._streams) < MOST or stream_id in self._streams:
            self._streams[stream_id] = max(seq, self._streams.get(stream_id, 0))
        self._something.set()

    def note_state(self, event: str, stream_id: str) -> None:
        """A piece of state (`live/state.py`) changed."""
        if len(self._states) < MOST:
            self._states.add((event, stream_id))
        self._something.set()

    def speak(self) -> None:
        """Wait until there is something to say, or time for a sign of life, and say it. Raises redis.AWAY."""
        self._something.wait(BEAT)
        self._something.clear()
        self._redis.publish(CHANNEL, self._message())
        self._well("speaking")
        broadcast.socket().sleep(BREATH)

    def _message(self) -> str:
        streams, self._streams = self._streams, {}
        states, self._states = self._states, set()
        here = {id: connections.present(id) for event, id in states if event == "presence"}
        others = [state for state in states if state[0] != "presence"]
        return Hint(self.name, streams, others, here).written()

    def listen(self) -> None:
        """Hear what the others say until the connection is lost or dead. Raises redis.AWAY."""
        with self._redis.pubsub(ignore_subscribe_messages=True) as ear:  # type: ignore[no-untyped-call]
            ear.subscribe(CHANNEL)
            ear.get_message(timeout=PATIENCE)
            self._well("listening")
            silent = 0
            while silent < DEAF / PATIENCE:
                message = ear.get_message(timeout=PATIENCE)
                silent = 0 if message else silent + 1
                if message:
                    self.hear(message["data"])
        raise TimeoutError("nothing was heard, not even our own word")

    def hear(self, message: object) -> None:
        """Wake the listeners that another worker's hint concerns; drop a message that is not exactly a hint."""
        hint = hints.read(message, state.events())
        if hint is None:
            self._complain()
        elif hint.worker != self.name:
            _heed(hint)

    def _complain(self) -> None:
        if time.monotonic() >= self._quiet_until:  # The counter tells how many; a flood would fill the log.
            self._quiet_until = time.monotonic() + SAY_AGAIN
            log.warning("a nudge could not be read")

    def _well(self, what: str) -> None:
        if not self.is_heard[what]:
            self.is_heard[what] = True
            log.info("redis is there", extra={"task": what})

    def go_on(self, what: str, step: Callable[[], Any]) -> None:
        """Repeat a step for ever; while Redis is away, once in a while. What was to be said meanwhile is dropped."""
        while True:
            try:
                step()
            except redis.AWAY:
                if self.is_heard[what]:
                    self.is_heard[what] = False
                    log.warning("redis is away: readers wait up to two seconds", extra={"task": what})
                broadcast.socket().sleep(AGAIN)
            except Exception:
                log.exception("nudging failed, it goes on", extra={"task": what})
                broadcast.socket().sleep(AGAIN)


def _heed(hint: Hint) -> None:
    broadcast.wake(hint.streams.keys() & connections.streams().keys() | hint.streams.keys() & {HOUSE})
    for event, stream_id in hint.states:
        state.changed_here(event, stream_id)
    for stream_id, sets in hint.here.items():
        if neighbours.heard(hint.worker, stream_id, sets):
            state.changed_here("presence", stream_id)


_nudges: list[Nudges] = []


def connect(redis_url: str | None) -> None:
    """Nudge through this Redis from now on, or not at all where this process is the only one."""
    _nudges[:] = [Nudges(redis_url)] if redis_url else []


def has_neighbours() -> bool:
    """Whether other workers may serve the same database."""
    return bool(_nudges)


def begin() -> None:
    """Start speaking and listening in the background of the serving process."""
    for one in _nudges:
        broadcast.socket().start_background_task(one.go_on, "speaking", one.speak)
        broadcast.socket().start_background_task(one.go_on, "listening", one.listen)


@after_commit
def note(recorded: list[Recorded]) -> None:
    """After a commit: have the other workers told."""
    for one in _nudges:
        for entry in recorded:
            one.note(entry.stream_id, entry.seq)


@state.whenever_changed
def note_state(event: str, stream_id: str) -> None:
    """A piece of state changed here: have the other workers told."""
    for one in _nudges:
        one.note_state(event, stream_id)


def tell_presence() -> None:
    """Say again who is here, for those who did not hear it or have just begun; forget those who fell silent."""
    for stream_id in neighbours.forget_the_silent():
        state.changed_here("presence", stream_id)
    for one in _nudges:
        for stream_id in connections.streams():
            one.note_state("presence", stream_id)
