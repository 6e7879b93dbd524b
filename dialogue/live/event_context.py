"""The application context of one socket event.

It does what Flask's own does, without its signals, which no code here connects to: those take two thirds of the time
of a context, and a vote needs one.
"""

from contextvars import Token

from flask import Flask
from flask.ctx import AppContext
from flask.globals import _cv_app

from dialogue.core.application import Application, enter, leave


class EventContext:
    """Within the block `current_app` and `g` are at hand; at its end the teardown functions are called."""

    __slots__ = ("_app", "_entered", "_token")
    _entered: Token[Application]
    _token: Token[AppContext]

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __enter__(self) -> None:
        self._entered = enter(self._app.extensions["dialogue"])
        self._token = _cv_app.set(AppContext(self._app))

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            for teardown in reversed(self._app.teardown_appcontext_funcs):
                teardown(error)
        finally:
            _cv_app.reset(self._token)
            leave(self._entered)
