"""Graceful shutdown: requests in progress are finished and answered, new ones are refused for the client to repeat."""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from werkzeug.wsgi import ClosingIterator

from dialogue.core.errors import Unavailable
from dialogue.core.giving_way import giving_way
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.readiness import ready_when
from dialogue.live.connections import connections
from dialogue.live.streams import broadcaster
from dialogue.live.transport.frames import message

RESTART_JITTER_MS = 3000
MOST = 8.0  # Seconds for requests in progress.
LOOK_AROUND = 0.3  # Seconds for packets already sent to arrive, and for the last answers to leave.


class _Work:
    """The number of requests and events in progress, and the stage of the shutdown."""

    in_hand = 0
    leaving = False
    closed = False


_work = _Work()


class InHand:
    """Within the block a request or event is in progress: the shutdown waits for it."""

    def __enter__(self) -> None:
        _work.in_hand += 1

    def __exit__(self, *_: object) -> None:
        _work.in_hand -= 1


in_hand = InHand()


def refuse_what_is_new() -> None:
    """Refuse new events in the last stage of the shutdown. Raises Unavailable: the client sends them again."""
    if _work.closed:
        raise Unavailable(_("The server is being restarted. Nothing was changed; send it again."))


@ready_when("staying")
def stays() -> bool:
    """Tell whether the process was not told to end yet."""
    return not _work.leaving


class Counted:
    """The WSGI application, with its requests counted until their last byte is handed over."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        with ExitStack() as counted:
            counted.enter_context(in_hand)
            answer = self._application(environ, start_response)
            return ClosingIterator(answer, counted.pop_all().close)


def leave(close_the_door: Callable[[], None], *, notice: float = 0.0) -> None:
    """Announce the restart, finish what is in progress, and close the sockets; ten seconds at most.

    For `notice` seconds requests are served while `/readyz` already answers 503. Then `close_the_door` must stop new
    connections: clients that reconnect must reach another process.
    """
    _work.leaving = True
    broadcaster.socket().sleep(notice)
    close_the_door()
    _say_goodbye()
    broadcaster.socket().sleep(LOOK_AROUND if len(connections) else 0)
    _work.closed = True
    deadline = time.monotonic() + MOST
    while _work.in_hand and time.monotonic() < deadline:
        broadcaster.socket().sleep(0.02)
    broadcaster.socket().sleep(LOOK_AROUND if len(connections) else 0)
    _cut_all()


def _say_goodbye() -> None:
    goodbye = message("restart", {"jitter_ms": RESTART_JITTER_MS})
    for connection in giving_way(connections):
        broadcaster.write(connection, goodbye)


def _cut_all() -> None:
    """Close the transports without a disconnect packet: a client that receives one does not reconnect."""
    for carried in giving_way(list(broadcaster.socket().server.eio.sockets.values())):
        carried.close(wait=False, abort=True)
