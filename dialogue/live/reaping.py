"""Sockets nobody stands behind are taken out: those that never said who they are, and the public that joined nothing.

What has no seat is remembered from when it was first seen so; the libraries keep no such time.
"""

import time
from typing import Any

from dialogue.core.giving_way import give_way
from dialogue.live import broadcast
from dialogue.live.connections import Connection, connections
from dialogue.live.upkeep import every

GRACE = 7.0  # seconds; looked at every two, so that nobody stays for ten.
AT_A_STRETCH = 500

_idle_since: dict[str, float] = {}


@every(2)
def reap() -> None:
    """Close what has been idle for longer than the grace."""
    server = broadcast.socket().server
    idle = _idle(server)
    now = time.monotonic()
    for gone in _idle_since.keys() - idle:
        del _idle_since[gone]
    for n, sid in enumerate(idle):
        if now - _idle_since.setdefault(sid, now) >= GRACE:
            del _idle_since[sid]
            server.eio.disconnect(sid)
        if n % AT_A_STRETCH == AT_A_STRETCH - 1:
            give_way()


def _idle(server: Any) -> set[str]:
    """The Engine.IO sockets without a connection that is known or listens."""
    behind = {server.manager.eio_sid_from_sid(c.sid, "/") for c in connections if _is_somebody(c)}
    return set(server.eio.sockets) - behind


def _is_somebody(connection: Connection) -> bool:
    return connection.secret is not None or bool(connection.seats)
