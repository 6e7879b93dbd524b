"""The context of a socket event does what Flask's own does."""

import pytest
from flask import Flask, current_app, g, has_app_context
from flask.signals import appcontext_popped, appcontext_pushed, appcontext_tearing_down

from dialogue.core.application import Application, current
from dialogue.live.event_context import EventContext
from tests.world import World


def sample() -> Flask:
    """An application without nouns."""
    app = Flask("sample")
    app.extensions["dialogue"] = Application()
    return app


def test_the_application_is_at_hand_within_the_block_alone() -> None:
    app, ended = sample(), []
    app.teardown_appcontext(ended.append)
    with EventContext(app):
        g.person = "one"
        assert current_app.name == "sample"
        assert current() is app.extensions["dialogue"]
    with EventContext(app):
        assert "person" not in g
    assert ended == [None, None]
    assert not has_app_context()


def test_an_error_reaches_the_teardown_functions_and_the_caller() -> None:
    app, ended = sample(), []
    app.teardown_appcontext(ended.append)
    failure = ValueError("example")
    with pytest.raises(ValueError, match="example"), EventContext(app):
        raise failure
    assert ended == [failure]
    assert not has_app_context()


def test_no_code_connects_to_the_signals_that_are_left_out(world: World) -> None:
    assert world.app
    assert not any(signal.receivers for signal in (appcontext_pushed, appcontext_popped, appcontext_tearing_down))
