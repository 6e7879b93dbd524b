"""Sockets: who is connected, who listens to which stream, and what is sent to them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List the endpoint, the JSON routes, and the events and states that belong to no noun."""
    from dialogue.core.readiness import ready_when
    from dialogue.core.tasks import Scope, every
    from dialogue.core.transaction import after_commit
    from dialogue.live import api, endpoint, events, idle_sockets
    from dialogue.live.cluster import nudges
    from dialogue.live.streams import broadcaster, ephemeral, presence, registry, subscribing

    endpoint.register(app, app.extensions["settings"])
    app.register_blueprint(api.bp)
    ready_when("database", api.database_answers)
    events.receives(subscribing.join, subscribing.leave)
    registry.opens(registry.open_agenda)
    ephemeral.produces("presence", presence.produce, every=1.0)
    ephemeral.whenever_changed(nudges.note_state)
    after_commit(broadcaster.note)
    after_commit(nudges.note)
    every(2, idle_sockets.reap, Scope.EACH)
