"""Subscribing sockets to streams, and ending subscriptions."""

from typing import Any

from dialogue.core import inputs, paging
from dialogue.core.clock import now
from dialogue.core.cooperative import yield_now
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission
from dialogue.core.record import Audience
from dialogue.live.connections import Connection, connections, recognise
from dialogue.live.events import Call, on
from dialogue.live.streams import broadcaster, ephemeral, presence
from dialogue.live.streams.registry import authorize, authorize_all, missed, newest
from dialogue.live.subscription import Subscription
from dialogue.live.transport.frames import message

MAX_STREAMS = 20
MAX_EVENTS = 200
MAX_BYTES = 64 * 1024  # Of missed entries in one ack. A larger frame would block a slow connection for long.
AT_ONCE = 250  # People looked up in one query: the event loop serves no one else meanwhile.


@on("stream.join", Permission.ROOM_READ, limit="live")
def join(call: Call) -> dict[str, Any]:
    """Subscribe to a stream; the ack holds the entries missed after `after`, and the server's time."""
    stream_id = inputs.text(call.data, "stream", max_length=22)
    after = paging.after(call.data)
    # Subscribe first, then read the number: an entry between the two arrives twice, never not at all.
    taken = _subscribe(call, stream_id)
    presence.changed(stream_id)
    for event, payload in ephemeral.latest(stream_id, taken.audience):
        broadcaster.write(call.connection, message(event, payload))
    gap = {"seq": newest(stream_id), "events": [], "more": False} if after is None else missed(
        stream_id, taken.audience, after=after, limit=MAX_EVENTS, most_bytes=MAX_BYTES)
    return {"role": taken.role, "attribution": taken.attribution, "voice": taken.voice,
            "presence": presence.count(stream_id) if taken.audience.hears(Audience.MEMBERS) else None,
            "now": now().isoformat(), **gap}


def _subscribe(call: Call, stream_id: str) -> Subscription:
    """Look up the person's access and subscribe; repeat if access changed in between. Raises NotFound."""
    asked_at = None
    while asked_at != broadcaster.moves():
        asked_at = broadcaster.moves()
        broadcaster.start(stream_id)
        try:
            taken = authorize(stream_id, call.person)
        except NotFound:
            unsubscribe(call.connection, stream_id)
            raise
        if len(call.connection.subscriptions) >= MAX_STREAMS and stream_id not in call.connection.subscriptions:
            raise NotFound()
        connections().subscribe(call.connection.sid, stream_id, taken)
    return taken


@on("stream.leave", Permission.ROOM_READ, limit="live")
def leave(call: Call) -> dict[str, Any]:
    """Unsubscribe from a stream."""
    unsubscribe(call.connection, inputs.text(call.data, "stream", max_length=22))
    return {}


def unsubscribe(connection: Connection, stream_id: str) -> None:
    """End the socket's subscription to the stream, if there is one."""
    if connections().unsubscribe(connection.sid, stream_id) is not None:
        presence.changed(stream_id)


def evict(connection: Connection, *, reason: str, stream_id: str | None = None) -> None:
    """End a socket's subscription to one stream, or all of them and the connection, and send the reason."""
    told = {"reason": reason} | ({"stream": stream_id} if stream_id else {})
    for id in [stream_id] if stream_id else list(connection.subscriptions):
        unsubscribe(connection, id)
    broadcaster.socket().emit("evicted", told, to=connection.sid)
    if stream_id is None:
        broadcaster.socket().server.disconnect(connection.sid)


def reauthorize(stream_id: str, among: list[Connection] | None = None) -> None:
    """Look up the access of a stream's sockets again, or of some of them, after an event changed who may listen."""
    listening = connections().in_stream(stream_id) if among is None else among
    for some in (listening[n:n + AT_ONCE] for n in range(0, len(listening), AT_ONCE)):
        recognise([connection for connection in some if not connection.is_known()])
        now = authorize_all(stream_id, [connection.person() for connection in some])
        for connection, taken in zip(some, now, strict=True):
            held = connection.subscriptions.get(stream_id)
            if held is None:
                continue  # The socket unsubscribed meanwhile.
            if taken is None:
                evict(connection, reason="removed", stream_id=stream_id)
            elif taken != held:
                evict(connection, reason="changed", stream_id=stream_id)
        yield_now()


def reauthorize_everywhere(among: list[Connection]) -> None:
    """Look up all access of these sockets again, after a person's role or actor may have changed."""
    for stream_id in {stream_id for connection in among for stream_id in connection.subscriptions}:
        reauthorize(stream_id, [connection for connection in among if stream_id in connection.subscriptions])
