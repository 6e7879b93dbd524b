"""The broadcaster: sends new entries of the record to sockets after the commit, never from inside an action.

A commit only wakes the broadcaster. It reads the new entries of each stream once, encodes them once for each audience
that listens here, and writes the same bytes to every socket. It finds commits of other processes by polling the
streams' numbers.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from dialogue.core import clock, db, metrics, record
from dialogue.core.application import PerApp
from dialogue.core.cooperative import yield_now
from dialogue.core.record import HOUSE, Audience, Recorded
from dialogue.live.connections import WHO_IS_WHO, Connection, connections
from dialogue.live.streams.registry import moves_people
from dialogue.live.transport.frames import Message, message
from dialogue.live.transport.writer import send_to_all

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0  # seconds until another process's commit is seen, at the latest
PUT_OFF = 5.0  # seconds until a stream that could not be sent is tried again
MAX_EVENTS = 200
MAX_BYTES = 64 * 1024  # of a frame: a reader that is four frames behind is closed (`writer.MAX_BEHIND`)
AT_A_STRETCH = 400  # sockets written to before others may run: some five milliseconds


class _Progress:
    """The state of an application's broadcaster: streams with news, and the last entry sent of each."""

    def __init__(self) -> None:
        self.nudged = threading.Event()
        self.dirty: set[str] = set()
        self.sent: dict[str, int] = {}
        self.put_off: dict[str, float] = {}
        self.socket: Any = None
        self.looked_at = 0.0
        self.moves = 0


_progress = PerApp(_Progress)


def send_with(socketio: Any) -> None:
    """Use this Socket.IO server from now on."""
    _progress().socket = socketio


def socket() -> Any:
    """Return the Socket.IO server."""
    return _progress().socket


def note(recorded: list[Recorded]) -> None:
    """Wake the broadcaster after a commit."""
    _invalidate((one.kind, getattr(one.event, "person_id", None)) for one in recorded)
    wake({one.stream_id for one in recorded})


def _invalidate(facts: Iterable[tuple[str, str | None]]) -> None:
    for kind, person_id in facts:
        if kind in WHO_IS_WHO:
            connections().invalidate(person_id)


def wake(stream_ids: Iterable[str]) -> None:
    """Wake the broadcaster for these streams."""
    progress = _progress()
    progress.dirty.update(stream_ids)
    progress.nudged.set()


def start(stream_id: str) -> None:
    """Prepare a stream for its first subscriber: frames begin after its present number."""
    sent = _progress().sent
    if stream_id not in sent:
        sent.setdefault(stream_id, record.last_seq(stream_id))


def moves() -> int:
    """Return a value that changes whenever access may have changed, or the start of a stream's frames was forgotten.

    A socket that looks up its access and subscribes without a change in between misses no entry.
    """
    return _progress().moves


def wait() -> None:
    """Sleep until the broadcaster is woken, or until the next poll is due."""
    start(HOUSE)  # Its first entry may be that an account was disabled.
    db.pause()  # An open transaction of SQLite would not see later commits.
    progress = _progress()
    progress.nudged.wait(max(0.0, progress.looked_at + LOOK_EVERY - time.monotonic()))
    progress.nudged.clear()
    progress.socket.sleep(0)  # Other commits that are ready go first: one frame then holds all entries.


def publish(reauthorize: Callable[[str], None]) -> None:
    """Send the new entries of every stream with subscribers; `reauthorize` before those that may change access."""
    listened = connections().streams().keys() | {HOUSE}
    progress = _progress()
    for forgotten in progress.sent.keys() - listened:
        progress.moves += 1
        del progress.sent[forgotten]
    for stream_id in _with_news(progress, listened):
        try:
            _send(stream_id, reauthorize)
        except Exception:
            log.exception("a stream could not be sent; retrying", extra={"task": "publish"})
            progress.put_off[stream_id] = time.monotonic() + PUT_OFF
            db.release()


def _with_news(progress: _Progress, listened: set[str]) -> list[str]:
    """Return the woken streams or, when a poll is due, all streams with new entries."""
    now, put_off, sent = time.monotonic(), progress.put_off, progress.sent
    nudged = progress.dirty.copy()
    progress.dirty.difference_update(nudged)
    for over in [stream_id for stream_id, until in put_off.items() if until <= now]:
        del put_off[over]
    if now - progress.looked_at < LOOK_EVERY:
        return [stream_id for stream_id in nudged - put_off.keys() if stream_id in sent]
    progress.looked_at = now
    newest = record.last_seqs(listened - put_off.keys())
    return [stream_id for stream_id, seq in newest.items() if seq > sent.setdefault(stream_id, seq)]


def _send(stream_id: str, reauthorize: Callable[[str], None]) -> None:
    progress = _progress()
    found = record.entries(stream_id, after=progress.sent[stream_id], limit=MAX_EVENTS)
    if not found:
        return
    # Another process may have disabled an account.
    _invalidate((entry.kind, entry.data.get("person_id")) for entry in found)
    if any(moves_people(entry) for entry in found):
        progress.moves += 1
        reauthorize(stream_id)  # First: a person who lost their place must not receive the entries after it.
    payloads = {audience: {"stream": stream_id, "events": record.present(found, audience)}
                for audience in connections().streams().get(stream_id, ())}
    messages, told = _messages(payloads, len(found))
    last = found[told - 1]
    for audience, of_it in messages.items():
        tell(stream_id, audience, of_it)
    progress.sent[stream_id] = last.seq
    metrics.delay.observe(max(0.0, (clock.now() - last.at).total_seconds()))
    if len(found) == MAX_EVENTS or last is not found[-1]:
        wake([stream_id])


def _messages(payloads: dict[Audience, dict[str, Any]], events: int) -> tuple[dict[Audience, Message], int]:
    """Encode one message for each audience; halve the events until each frame fits. Return their number too."""
    while True:
        messages = {audience: message("record", payload) for audience, payload in payloads.items()}
        if events == 1 or all(len(each.frame) <= MAX_BYTES for each in messages.values()):
            return messages, events
        events //= 2
        for payload in payloads.values():
            del payload["events"][events:]


def tell(stream_id: str, audience: Audience, told: Message) -> None:
    """Write one message to a stream's subscribers of an audience, yielding to other greenlets in between."""
    left, others = connections().reach(stream_id, audience)
    for sid in others:
        socket().emit(told.event, told.payload, to=sid)
    while left:
        some, left = left[:AT_A_STRETCH], left[AT_A_STRETCH:]
        send_to_all(some, told.frame)
        if left:
            left = _after_others_ran(left, stream_id, audience)


def _after_others_ran(left: list[int], stream_id: str, audience: Audience) -> list[int]:
    """Yield. Return those of these sockets that are still subscribed."""
    before = connections().departures()
    yield_now()
    if connections().departures() == before:
        return left
    still = set(connections().reach(stream_id, audience).numbers)
    return [number for number in left if number in still]


def write(connection: Connection, told: Message) -> None:
    """Write a message to one socket; through the library if `engine` does not serve it."""
    if connection.writer is None:
        socket().emit(told.event, told.payload, to=connection.sid)
    else:
        send_to_all([connection.writer.number], told.frame)
