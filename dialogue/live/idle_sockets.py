"""Closing idle sockets: those that never identified themselves, and public ones without a subscription.

Connections whose transport is gone are removed as well. The libraries keep no time of connecting, so this module
remembers when it first saw each idle socket.
"""

import time

from dialogue.core.application import PerApp
from dialogue.core.cooperative import yield_now
from dialogue.live.connections import Connection, connections
from dialogue.live.streams import broadcaster, presence
from dialogue.live.transport.connection_limits import connection_counts

GRACE = 7.0  # Seconds. With a check every two, an idle socket is closed within ten.
AT_A_STRETCH = 500

_idle_since = PerApp(dict[str, float])


def reap() -> None:
    """Close sockets that were idle for longer than the grace period; remove connections that are gone."""
    server = broadcaster.socket().server
    carried = {c: server.manager.eio_sid_from_sid(c.sid, "/") for c in connections()}
    for lost in [c.sid for c, eio_sid in carried.items() if eio_sid not in server.eio.sockets]:
        server.disconnect(lost)
        forget(lost)
    idle = set(server.eio.sockets) - {eio_sid for c, eio_sid in carried.items() if _is_in_use(c)}
    now, idle_since = time.monotonic(), _idle_since()
    for gone in idle_since.keys() - idle:
        del idle_since[gone]
    for n, sid in enumerate(idle):
        if now - idle_since.setdefault(sid, now) >= GRACE:
            del idle_since[sid]
            server.eio.disconnect(sid)
        if n % AT_A_STRETCH == AT_A_STRETCH - 1:
            yield_now()


def forget(sid: str) -> None:
    """Remove a socket and its subscriptions."""
    gone = connections().get(sid)
    heard = list(gone.subscriptions) if gone else []
    connections().drop(sid)
    connection_counts().leave(sid)
    for stream_id in heard:
        presence.changed(stream_id)


def _is_in_use(connection: Connection) -> bool:
    return connection.secret is not None or bool(connection.subscriptions)
