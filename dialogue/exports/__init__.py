"""Documents of outcomes, ballots and the agenda, made by child processes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.exports.models",)


def register(app: "Flask") -> None:
    """List what exports offer."""
    from dialogue.core.readiness import ready_when
    from dialogue.core.tasks import Scope, every
    from dialogue.exports import api, web
    from dialogue.exports.jobs import queue

    web.open_desk(app)
    app.register_blueprint(web.bp)
    app.register_blueprint(api.bp)
    ready_when("exports", queue.is_keeping_up)
    every(5, web.go_on, Scope.EACH)  # Each export is claimed by itself.
