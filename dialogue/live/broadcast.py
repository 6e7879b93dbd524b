"""From the record to the sockets: one frame for many, after the commit, never from inside an action.

A commit only leaves a nudge. The broadcaster then reads what is new in each stream once, presents it once for
each audience that is listening here, and sends one `record` frame. Commits of other processes it finds by
looking at the streams' numbers.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from dialogue.core import db, record
from dialogue.core.record import Recorded, Stream
from dialogue.live.connections import channel, connections
from dialogue.live.streams import moves_people

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0  # seconds until another process's commit is seen, at the latest
GATHER = 0.02  # seconds to wait for more before a frame is made
MOST_EVENTS = 200

_nudged = threading.Event()
_sent: dict[str, int] = {}
_socket: list[Any] = []


def send_with(socketio: Any) -> None:
    """Send through this Socket.IO server from now on, starting afresh."""
    _socket[:] = [socketio]
    _sent.clear()


def socket() -> Any:
    """The Socket.IO server."""
    return _socket[0]


def note(_recorded: list[Recorded]) -> None:
    """After a commit: wake the broadcaster."""
    _nudged.set()


def start(stream_id: str) -> None:
    """Somebody begins to listen to a stream: frames start after its present number."""
    if stream_id not in _sent:
        _sent[stream_id] = record.last_seq(stream_id)


def wait() -> None:
    """Sleep until there is a nudge, or until it is time to look anyway."""
    if _nudged.wait(LOOK_EVERY):
        socket().sleep(GATHER)
    _nudged.clear()


def publish(reseat: Callable[[str], None]) -> None:
    """Send what is new in every stream somebody listens to; where people moved, `reseat` them before it is sent."""
    listened = connections.streams()
    for forgotten in _sent.keys() - listened.keys():
        del _sent[forgotten]
    for stream_id, seq in _newest(list(listened)).items():
        if seq > _sent.setdefault(stream_id, seq):
            _send(stream_id, listened[stream_id], reseat)


def _newest(stream_ids: list[str]) -> dict[str, int]:
    if not stream_ids:
        return {}
    query = select(Stream.id, Stream.seq).where(Stream.id.in_(stream_ids))
    return dict(db.session().execute(query).all())


def _send(stream_id: str, audiences: set[record.Audience], reseat: Callable[[str], None]) -> None:
    found = record.entries(stream_id, after=_sent[stream_id], limit=MOST_EVENTS)
    if any(moves_people(entry) for entry in found):
        reseat(stream_id)  # First: who has just lost a place is sent nothing of what follows it.
    for audience in audiences:
        frame = {"stream": stream_id, "events": record.present(found, audience)}
        socket().emit("record", frame, to=channel(stream_id, audience))
    _sent[stream_id] = found[-1].seq
    if len(found) == MOST_EVENTS:
        _nudged.set()
