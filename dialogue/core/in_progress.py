"""The number of requests and events in progress, for which a shutdown waits, and the stage of that shutdown."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from werkzeug.wsgi import ClosingIterator

from dialogue.core.errors import Unavailable
from dialogue.core.i18n import lazy_gettext as _


class _Work:  # Of the process, which is what a shutdown ends: it waits for all applications' requests.
    in_hand = 0
    ends = False
    closed = False


_work = _Work()


class InHand:
    """Within the block a request or event is in progress: the shutdown waits for it."""

    def __enter__(self) -> None:
        _work.in_hand += 1

    def __exit__(self, *_: object) -> None:
        _work.in_hand -= 1


in_hand = InHand()


def number() -> int:
    """Return how many requests and events are in progress."""
    return _work.in_hand


def announce_end() -> None:
    """Begin the shutdown: `/readyz` answers 503 from now on."""
    _work.ends = True


def close() -> None:
    """Begin the last stage of the shutdown: new events are refused from now on."""
    _work.closed = True


def refuse_what_is_new() -> None:
    """Refuse new events in the last stage of the shutdown. Raises Unavailable: the client sends them again."""
    if _work.closed:
        raise Unavailable(_("The server is being restarted. Nothing was changed; send it again."))


def stays() -> bool:
    """Tell whether the process was not told to end yet."""
    return not _work.ends


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
