"""Nudges between workers, through Redis: which streams have new entries, never the entries themselves.

Committed entries are in the database, and every worker polls it every two seconds; a nudge makes this sooner. So no
action waits for a nudge, and none is stored or repeated: a nudge that cannot be sent now is dropped.

One message names all changes since the last one: `{from, streams: {id: seq}, states: [[event, id], …],
here: {id: [[actor set, how many], …]}}` (`hints.py`). Installations that share a Redis cause each other only
needless polls.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from dialogue.core import redis
from dialogue.core.application import PerApp, bound
from dialogue.core.db import new_id
from dialogue.core.record import HOUSE, Recorded
from dialogue.live.cluster import hints
from dialogue.live.cluster.hints import MAX_NAMED, Hint
from dialogue.live.connections import connections
from dialogue.live.streams import broadcaster, ephemeral
from dialogue.live.streams.remote_presence import remote

log = logging.getLogger(__name__)
CHANNEL = "dialogue:nudges"
PATIENCE = 0.5  # Seconds Redis has for an answer.
AGAIN = 1.0  # Seconds until it is tried again.
BREATH = 0.01  # Seconds between two messages: changes in between share the next one.
BEAT = 2.0  # Seconds after which a message is sent even without a change …
DEAF = 5.0  # … so that a worker that receives nothing for this long knows that its connection is dead.
SAY_AGAIN = 60.0  # Seconds between two log lines about dropped messages.


class Nudges:
    """One worker's sender and receiver. `note` and `note_state` return at once. Thread-safe."""

    def __init__(self, url: str) -> None:
        self.name = new_id()
        self._redis = redis.client(url, patience=PATIENCE)
        self._streams: dict[str, int] = {}
        self._states: set[tuple[str, str]] = set()
        self._something = threading.Event()
        self._quiet_until = 0.0
        self.is_heard = {"speaking": False, "listening": False}

    def note(self, stream_id: str, seq: int) -> None:
        """Report a stream's new entry with the next message."""
        if len(self._streams) < MAX_NAMED or stream_id in self._streams:
            self._streams[stream_id] = max(seq, self._streams.get(stream_id, 0))
        self._something.set()

    def note_state(self, event: str, stream_id: str) -> None:
        """Report a changed piece of state (`live/streams/ephemeral.py`) with the next message."""
        if len(self._states) < MAX_NAMED:
            self._states.add((event, stream_id))
        self._something.set()

    def speak(self) -> None:
        """Wait for a change or the next heartbeat, and send the message. Raises redis.AWAY."""
        self._something.wait(BEAT)
        self._something.clear()
        self._redis.publish(CHANNEL, self._message())
        self._well("speaking")
        broadcaster.socket().sleep(BREATH)

    def _message(self) -> str:
        streams, self._streams = self._streams, {}
        states, self._states = self._states, set()
        here = {id: connections().present(id) for event, id in states if event == "presence"}
        others = [state for state in states if state[0] != "presence"]
        return Hint(self.name, streams, others, here).written()

    def listen(self) -> None:
        """Receive messages until the connection is lost or dead. Raises redis.AWAY."""
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
        raise TimeoutError("no message was received, not even our own")

    def hear(self, message: object) -> None:
        """Wake the broadcaster for another worker's message; drop an invalid message."""
        hint = hints.read(message, ephemeral.events())
        if hint is None:
            self._complain()
        elif hint.worker != self.name:
            _heed(hint)

    def _complain(self) -> None:
        if time.monotonic() >= self._quiet_until:  # The metric counts them all; a flood would fill the log.
            self._quiet_until = time.monotonic() + SAY_AGAIN
            log.warning("invalid message from redis")

    def _well(self, what: str) -> None:
        if not self.is_heard[what]:
            self.is_heard[what] = True
            log.info("connected to redis", extra={"task": what})

    def go_on(self, what: str, step: Callable[[], Any]) -> None:
        """Repeat a step for ever, with pauses while Redis is away. Messages of that time are dropped."""
        while True:
            try:
                step()
            except redis.AWAY:
                if self.is_heard[what]:
                    self.is_heard[what] = False
                    log.warning("redis unavailable: changes of other workers are polled every two seconds",
                                extra={"task": what})
                broadcaster.socket().sleep(AGAIN)
            except Exception:
                log.exception("nudging failed; retrying", extra={"task": what})
                broadcaster.socket().sleep(AGAIN)


def _heed(hint: Hint) -> None:
    broadcaster.wake(hint.streams.keys() & connections().streams().keys() | hint.streams.keys() & {HOUSE})
    for event, stream_id in hint.states:
        ephemeral.changed_here(event, stream_id)
    for stream_id, sets in hint.here.items():
        if remote().heard(hint.worker, stream_id, sets):
            ephemeral.changed_here("presence", stream_id)


_nudges = PerApp(list[Nudges])


def connect(redis_url: str | None) -> None:
    """Use this Redis from now on; without one, this application has no other worker."""
    _nudges.set([Nudges(redis_url)] if redis_url else [])


def has_other_workers() -> bool:
    """Tell whether other workers may serve the same database."""
    return bool(_nudges())


def begin() -> None:
    """Start sending and receiving in the background."""
    for one in _nudges():
        broadcaster.socket().start_background_task(bound(one.go_on), "speaking", one.speak)
        broadcaster.socket().start_background_task(bound(one.go_on), "listening", one.listen)


def note(recorded: list[Recorded]) -> None:
    """Report committed entries to the other workers."""
    for one in _nudges():
        for entry in recorded:
            one.note(entry.stream_id, entry.seq)


def note_state(event: str, stream_id: str) -> None:
    """Report a changed piece of state to the other workers."""
    for one in _nudges():
        one.note_state(event, stream_id)


def tell_presence() -> None:
    """Send presence again, for workers that missed it or have just started; forget silent workers."""
    for stream_id in remote().forget_the_silent():
        ephemeral.changed_here("presence", stream_id)
    for one in _nudges():
        for stream_id in connections().streams():
            one.note_state("presence", stream_id)
