"""The serving process: order of requests, background tasks, metrics and shutdown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List what the serving process does. Comes before the socket endpoint, whose requests last for hours."""
    from dialogue.core.readiness import ready_when
    from dialogue.server import background, monitoring, turns

    turns.register(app)
    monitoring.register(app, app.extensions["settings"])
    background.register()
    ready_when("upkeep", background.is_up)
