"""Going without losing anything: what was begun is finished and answered, what was not is the client's to repeat."""

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from werkzeug.wsgi import ClosingIterator

from dialogue.core.errors import Unavailable
from dialogue.core.giving_way import giving_way
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.readiness import ready_when
from dialogue.live import broadcast
from dialogue.live.connections import connections
from dialogue.live.wire import message

RESTART_JITTER_MS = 3000
MOST = 8.0  # Seconds that what was begun may take.
LOOK_AROUND = 0.3  # Seconds for what is already on the wire to arrive, and for the last answers to go out.


class _Work:
    """What this process is working on, and how far its leaving is."""

    in_hand = 0
    leaving = False
    closed = False


_work = _Work()


class InHand:
    """Within the block something is worked on that has to be finished first."""

    def __enter__(self) -> None:
        _work.in_hand += 1

    def __exit__(self, *_: object) -> None:
        _work.in_hand -= 1


in_hand = InHand()


def refuse_what_is_new() -> None:
    """Begin nothing any more at the very end. Raises Unavailable: it is to be sent again, elsewhere."""
    if _work.closed:
        raise Unavailable(_("The server is being restarted. Nothing was changed; send it again."))


@ready_when("staying")
def stays() -> bool:
    """No more once the process was told to end."""
    return not _work.leaving


class Counted:
    """The application, its requests counted until the last byte was handed over."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        with ExitStack() as counted:
            counted.enter_context(in_hand)
            answer = self._application(environ, start_response)
            return ClosingIterator(answer, counted.pop_all().close)


def leave(close_the_door: Callable[[], None], *, notice: float = 0.0) -> None:
    """Say that we go, finish, cut the sockets; ten seconds at most.

    For `notice` seconds everything goes on while `/readyz` already says 503; then `close_the_door` has to see to it
    that nobody new comes in: whoever is told to come back must not end up here again.
    """
    _work.leaving = True
    broadcast.socket().sleep(notice)
    close_the_door()
    _say_goodbye()
    broadcast.socket().sleep(LOOK_AROUND if len(connections) else 0)
    _work.closed = True
    deadline = time.monotonic() + MOST
    while _work.in_hand and time.monotonic() < deadline:
        broadcast.socket().sleep(0.02)
    broadcast.socket().sleep(LOOK_AROUND if len(connections) else 0)
    _cut_all()


def _say_goodbye() -> None:
    goodbye = message("restart", {"jitter_ms": RESTART_JITTER_MS})
    for connection in giving_way(connections):
        broadcast.write(connection, goodbye)


def _cut_all() -> None:
    """End the transport, not the conversation: a client told to disconnect would stay away."""
    for carried in giving_way(list(broadcast.socket().server.eio.sockets.values())):
        carried.close(wait=False, abort=True)
