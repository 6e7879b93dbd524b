"""Graceful shutdown: requests in progress are finished and answered, new ones are refused for the client to repeat."""

import time
from collections.abc import Callable

from dialogue.core import in_progress
from dialogue.core.cooperative import cooperatively
from dialogue.live.connections import connections
from dialogue.live.streams import broadcaster
from dialogue.live.transport.frames import message

RESTART_JITTER_MS = 3000
MAX_WAIT = 8.0  # Seconds for requests in progress.
LOOK_AROUND = 0.3  # Seconds for packets already sent to arrive, and for the last answers to leave.


def leave(close_the_door: Callable[[], None], *, notice: float = 0.0) -> None:
    """Announce the restart, finish what is in progress, and close the sockets; ten seconds at most.

    For `notice` seconds requests are served while `/readyz` already answers 503. Then `close_the_door` must stop new
    connections: clients that reconnect must reach another process.
    """
    in_progress.announce_end()
    broadcaster.socket().sleep(notice)
    close_the_door()
    _say_goodbye()
    broadcaster.socket().sleep(LOOK_AROUND if len(connections()) else 0)
    in_progress.close()
    deadline = time.monotonic() + MAX_WAIT
    while in_progress.number() and time.monotonic() < deadline:
        broadcaster.socket().sleep(0.02)
    broadcaster.socket().sleep(LOOK_AROUND if len(connections()) else 0)
    _cut_all()


def _say_goodbye() -> None:
    goodbye = message("restart", {"jitter_ms": RESTART_JITTER_MS})
    for connection in cooperatively(connections()):
        broadcaster.write(connection, goodbye)


def _cut_all() -> None:
    """Close the transports without a disconnect packet: a client that receives one does not reconnect."""
    for carried in cooperatively(list(broadcaster.socket().server.eio.sockets.values())):
        carried.close(wait=False, abort=True)
