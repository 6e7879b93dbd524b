"""The application at work, and what each application of a process has of its own.

Several applications may live in one process, each with a database, sockets and settings of its own. A module declares
such a thing with `PerApp` and holds nothing that changes itself. The request, event, task or command at hand says
which application is meant: its context makes that one current (`dialogue/composition.py`,
`live/event_context.py`). Code below the web layer asks here, and so needs no Flask.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, Generic, TypeVar

Held = TypeVar("Held")


class Application:
    """What one application has of its own: each thing under the declaration it was made by."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: dict[PerApp[Any], Any] = {}


class PerApp(Generic[Held]):
    """A thing of which each application has its own, made when it is first asked for: `_sent()[stream_id]`."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Held]) -> None:
        self._make = make

    def __call__(self) -> Held:
        """Return the current application's own."""
        # Written out: this is asked some dozens of times for each post and vote.
        held = (_current.get(None) or _Process.composed_last).held
        try:
            found: Held = held[self]
        except KeyError:
            found = held.setdefault(self, self._make())  # Of two threads that make one, one counts.
        return found

    def set(self, thing: Held) -> None:
        """Replace the current application's own."""
        current().held[self] = thing


class _Process:
    """What holds outside every context, e.g. in a thread of a program's own or before anything is composed."""

    composed_last = Application()


_current: ContextVar[Application] = ContextVar("application")


def current() -> Application:
    """Return the application at work. Outside every context it is the one composed last in this process."""
    return _current.get(None) or _Process.composed_last


def begin(application: Application) -> None:
    """Make this the application that is meant outside every context."""
    _Process.composed_last = application


def enter(application: Application) -> Token[Application]:
    """Make this the current application until `leave` is called with the answer."""
    return _current.set(application)


def leave(entered: Token[Application]) -> None:
    """Go back to the application that was current before."""
    _current.reset(entered)


@contextmanager
def at_work(application: Application) -> Iterator[None]:
    """Within the block this is the current application."""
    entered = enter(application)
    try:
        yield
    finally:
        leave(entered)


def bound(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function for a thread or greenlet of its own: it works for the application current now."""
    mine = current()

    def within(*args: Any) -> Any:
        with at_work(mine):
            return work(*args)

    return within
