"""Contributions in rooms and halls."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: "Flask") -> None:
    """List what contributions offer."""
    from dialogue.core.record import presents
    from dialogue.core.reformatting import covers
    from dialogue.core.thread import shows
    from dialogue.live.events import receives
    from dialogue.live.streams.registry import depicts, opens
    from dialogue.rooms import events as of_rooms
    from dialogue.rooms.contributions import api, events, live, models, queries, web

    app.register_blueprint(web.bp)
    app.register_blueprint(api.bp)
    presents(queries.on_the_wire, events.ContributionPosted, events.ContributionEdited, events.ContributionFormatted,
             events.ContributionRetracted, events.ContributionHidden, events.ContributionSupported)
    shows("contribution", queries.nodes)
    opens(live.authorize, of_rooms.MemberLeft, of_rooms.MemberRemoved, of_rooms.PlaceChanged,
          of_rooms.AttributionTightened)
    depicts(live.depict)
    receives(live.read, live.post, live.edit, live.retract, live.hide, live.support)
    covers(models.Contribution, "text", "html", models.tell_of_formatting)
    covers(models.ContributionVersion, None, "html")
