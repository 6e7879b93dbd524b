"""The current application, and the state of each application in a process.

One process may hold several applications, each with its own database, sockets and settings. A module declares such
state with `PerApp` and holds no mutable state itself. The context of each request, event, task and command makes its
application the current one (`dialogue/composition.py`, `live/event_context.py`). Code below the web layer asks this
module and does not import Flask.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, Generic, TypeVar

Held = TypeVar("Held")


class Application:
    """The state of one application: each value under the `PerApp` that declares it."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: dict[PerApp[Any], Any] = {}


class PerApp(Generic[Held]):
    """Declares a value that each application has once, made at the first call: `_sent()[stream_id]`."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], Held]) -> None:
        self._make = make

    def __call__(self) -> Held:
        """Return the value of the current application."""
        # `current()` is written out here: each post and vote makes dozens of these calls.
        held = (_current.get(None) or _Process.composed_last).held
        try:
            found: Held = held[self]
        except KeyError:
            found = held.setdefault(self, self._make())  # If two threads make one, one of the two is kept.
        return found

    def set(self, thing: Held) -> None:
        """Replace the value of the current application."""
        current().held[self] = thing


class _Process:
    """The application outside every context, for example in a thread that a program started itself."""

    composed_last = Application()


_current: ContextVar[Application] = ContextVar("application")


def current() -> Application:
    """Return the application at work. Outside every context it is the one composed last in this process."""
    return _current.get(None) or _Process.composed_last


def begin(application: Application) -> None:
    """Make this the current application outside every context."""
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
