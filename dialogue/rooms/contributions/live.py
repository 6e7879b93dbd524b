"""The discussion through sockets: the same actions as the forms."""

from collections.abc import Sequence
from typing import Any

from dialogue.accounts.models import Person
from dialogue.core import db, inputs
from dialogue.core.permissions import CHAIRS, Permission, Role
from dialogue.core.record import MAX_SEQ, Audience
from dialogue.live.events import Call, on
from dialogue.live.subscription import Subscription
from dialogue.rooms import brief
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.contributions.posting import Posted
from dialogue.rooms.models import Room
from dialogue.rooms.voices import Place, own_places

SHOWN_ROLES = (Role.CHAIR, Role.CO_CHAIR, Role.RAPPORTEUR, Role.PARTICIPANT, Role.OBSERVER, Role.GUEST)


def authorize(stream_id: str, people: Sequence[Person | None]) -> list[Subscription | None] | None:
    """Chairs hear as moderators, members as members; others hear what they may read."""
    room = brief.find(stream_id)
    if room is None:
        return None
    places = own_places(room.id, [person.id for person in people if person])
    return [_subscription(room, person, places.get(person.id) if person else None) for person in people]


def _subscription(room: Room, person: Person | None, place: Place | None) -> Subscription | None:
    roles = room.roles_with(person, place)
    if not room.is_seen_by(roles):
        return None
    if place and Role.MEMBER in roles:
        return _members_subscription(room, place, roles)
    if room.kind == "room" and not room.is_read_by(roles):
        return None
    return Subscription(Audience.MEMBERS if room.is_read_by(roles) else Audience.PUBLIC, attribution=room.attribution)


def _members_subscription(room: Room, place: Place, roles: frozenset[Role]) -> Subscription:
    voice = place.voice_id
    tells = voice is not None and not room.attribution.hides_people
    return Subscription(Audience.MODERATORS if roles & CHAIRS else Audience.MEMBERS,
                role=next(r for r in SHOWN_ROLES if r in roles), attribution=room.attribution, voice=voice,
                present_as=voice, actor_set=place.actor_set if tells else None)


def depict(stream_id: str, audience: Audience) -> dict[str, Any]:
    """The newest contributions as the room's page shows them, and whether there are earlier ones."""
    room = db.session().get(Room, stream_id)
    if room is None or audience is Audience.PUBLIC:
        return {}
    window = queries.window(room, None)
    return {"contributions": [queries.wire(said) for said in window.shown], "earlier": window.earlier}


@on("stream.read", Permission.ROOM_ENTER, limit="live")
def read(call: Call) -> dict[str, Any]:
    """The person has read up to a number."""
    room_id = inputs.text(call.data, "stream", max_length=22)
    actions.mark_read(call.signed_in_person, room_id, seq=inputs.integer(call.data, "seq", 0, MAX_SEQ))
    return {}


@on("contribution.post", Permission.CONTRIBUTION_POST, limit="post")
def post(call: Call) -> dict[str, Any]:
    """Say something."""
    reply_to = inputs.text(call.data, "reply_to", max_length=22, required=False) if call.data.get("reply_to") else None
    room_id = inputs.text(call.data, "stream", max_length=22)
    return _done(actions.post(call.signed_in_person, room_id, text=_text(call.data), reply_to=reply_to,
                              key=inputs.key(call.data)))


@on("contribution.edit", Permission.CONTRIBUTION_EDIT, limit="post")
def edit(call: Call) -> dict[str, Any]:
    """Change one's wording."""
    return _done(actions.edit(call.signed_in_person, _id(call.data), text=_text(call.data)))


@on("contribution.retract", Permission.CONTRIBUTION_RETRACT)
def retract(call: Call) -> dict[str, Any]:
    """Take one's words back."""
    return _done(actions.retract(call.signed_in_person, _id(call.data)))


@on("contribution.hide", Permission.CONTRIBUTION_HIDE)
def hide(call: Call) -> dict[str, Any]:
    """Take a contribution off the page."""
    reason = inputs.text(call.data, "reason", max_length=actions.MAX_REASON)
    return _done(actions.hide(call.signed_in_person, _id(call.data), reason=reason))


@on("contribution.support", Permission.CONTRIBUTION_SUPPORT)
def support(call: Call) -> dict[str, Any]:
    """Support a contribution, or (`support: false`) take the support back."""
    press = actions.support if inputs.flag(call.data, "support") else actions.withdraw_support
    said = press(call.signed_in_person, _id(call.data))
    return _done(said) | {"supports": said.supports}


def _id(data: dict[str, Any]) -> str:
    return inputs.text(data, "contribution", max_length=22)


def _text(data: dict[str, Any]) -> str:
    return inputs.text(data, "text", max_length=actions.MAX_TEXT, multiline=True)


def _done(said: Contribution | Posted) -> dict[str, Any]:
    return {"id": said.id, "seq": said.seq}
