"""Themes, rooms, their people and what is said in them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.rooms.models", "dialogue.rooms.voices", "dialogue.rooms.tracks.models",
          "dialogue.rooms.contributions.models")


def register(app: "Flask") -> None:
    """List what rooms offer."""
    from dialogue.accounts.events import ActorChanged, ClaimConfirmed, InvitationRedeemed
    from dialogue.accounts.invitations.offers import describes_offers
    from dialogue.core.followers import follows
    from dialogue.core.record import presents
    from dialogue.core.reformatting import covers
    from dialogue.rooms import contributions, events, followers, labels, models, queries, web

    app.register_blueprint(web.bp)
    app.add_template_global(labels.room_label)
    presents(queries.present_places, events.MemberJoined, events.MemberLeft, events.MemberRemoved)
    presents(queries.present_rooms, events.RoomOpened, events.RoomChanged, events.RoomClosed,
             events.AttributionTightened)
    follows(followers.give_the_offered_place, InvitationRedeemed)
    follows(followers.give_the_confirmed_actor, ClaimConfirmed)
    follows(followers.keep_the_tracks_of_its_rooms, ActorChanged)
    describes_offers(followers.describe_places)
    covers(models.Theme, "description", "html")
    contributions.register(app)
