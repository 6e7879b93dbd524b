"""Who holds a place in a room: numbers for those inside, names for those who manage places."""

from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import queries as accounts
from dialogue.accounts.claims.queries import in_place
from dialogue.accounts.identity import current_person, require_person
from dialogue.accounts.invitations.web import address, guest
from dialogue.core import inputs, paging
from dialogue.core.attribution import Capacity
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, Role, allows, permit
from dialogue.rooms import actions as rooms
from dialogue.rooms.attendance import attendance
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.namesakes import alike
from dialogue.rooms.people import actions, queries
from dialogue.rooms.queries import seen
from dialogue.rooms.tracks.queries import intervals

bp = Blueprint("people", __name__, url_prefix="/rooms/<room_id>")
DEFAULT_DAYS = 7


class Vote(StrEnum):
    """What a form asks for: the vote that the role has, a vote, or none."""

    OF_ROLE = "role"
    YES = "1"
    NO = "0"


@bp.get("/people")
def listed(room_id: str) -> str:
    """How many take part, and for managers who."""
    room, roles = seen(room_id, current_person())
    manages = allows(roles, Permission.ROOM_MANAGE)
    if not manages and not room.is_read_by(roles):
        raise NotFound()
    page = paging.page(request.args)
    holders, more = queries.places(room, page) if manages else ((), False)
    return render_template(
        "rooms/people.html", room=room, manages=manages, holders=holders, more=more, page=page,
        alike=alike(room, [place.person_id for place in holders]),
        # A day on which the track changed could tell who came or left.
        tracks=intervals(room) if manages or not room.attribution.hides_people else (), attendance=attendance(room),
        holds=bool(roles & {Role.INVITED, Role.MEMBER}),
        offers=queries.open_offers(room) if manages else (), claims=in_place(room.id) if manages else {})


@bp.get("/people/add")
def adding(room_id: str) -> str:
    """Show the form that gives a person with an account a place."""
    return render_template("rooms/add_person.html", room=_managed(room_id), actors=accounts.actors())


@bp.post("/people/add")
@redisplays(adding, "place")
def add(room_id: str) -> Any:
    """Give it."""
    room = _managed(room_id)
    throttle("post", require_person().id)  # Else it could be asked who has an account, address by address.
    other = accounts.person_by_email(inputs.email(request.form, "email"))
    if other is None or other.disabled_at is not None:
        raise Invalid("email", _("There is no account with this address. Invite the person by link instead."))
    place = _place()
    rooms.give_place(require_person(), room.id, to=other.id, **place | {
        "capacity": place["capacity"] if place["actor_id"] else None})
    flash(_("%(name)s has a place now.", name=other.name), "success")
    _say_if_proposed(room.id, other.id)
    is_own = other.id == require_person().id
    return redirect(room.address if is_own else url_for(".listed", room_id=room.id))


@bp.get("/people/<person_id>")
def member(room_id: str, person_id: str) -> str:
    """One place, to change or to end it."""
    room = _managed(room_id)
    return render_template("rooms/place.html", room=room, place=queries.place_of(room, person_id),
                           claim=in_place(room.id, person_id).get(person_id), actors=accounts.actors())


@bp.post("/people/<person_id>")
@redisplays(member, "place")
def change(room_id: str, person_id: str) -> Any:
    """Change it."""
    held: Membership = rooms.change_place(require_person(), _managed(room_id).id, member_id=person_id, **_place())
    flash(_("The place is changed. Ballots already open keep their roll."), "success")
    _say_if_proposed(held.room_id, held.person_id)
    return redirect(url_for(".listed", room_id=held.room_id))


@bp.post("/people/<person_id>/remove")
@redisplays(member, "end")
def remove(room_id: str, person_id: str) -> Any:
    """End it."""
    rooms.remove(require_person(), room_id, member_id=person_id)
    flash(_("The place has ended. What was said stays."), "success")
    return redirect(url_for(".listed", room_id=room_id))


@bp.get("/invite")
def inviting(room_id: str, link: str | None = None) -> str:
    """The form that makes a link to a place; `link` is a new one, shown this once."""
    return render_template("rooms/invite.html", room=_managed(room_id), actors=accounts.actors(), link=link,
                           key=new_id(), days=DEFAULT_DAYS)


@bp.post("/invite")
@redisplays(inviting, "invitation")
def invite(room_id: str) -> Any:
    """Make it. The link is shown in the answer and kept nowhere."""
    throttle("post", require_person().id)
    _made, secret = actions.invite(
        require_person(), _managed(room_id).id, guest(), role=inputs.choice(request.form, "role", RoomRole),
        may_vote=_vote(), key=inputs.key(request.form))
    return inviting(room_id, address(secret))


@bp.post("/invitations/<invitation_id>/withdraw")
def withdraw(room_id: str, invitation_id: str) -> Any:
    """Withdraw an unused link."""
    actions.withdraw_invitation(require_person(), room_id, invitation_id=invitation_id)
    flash(_("The invitation is withdrawn: its link no longer works."), "success")
    return redirect(url_for(".listed", room_id=room_id))


def _say_if_proposed(room_id: str, person_id: str) -> None:
    claim = in_place(room_id, person_id).get(person_id)
    if claim is not None and claim.is_pending:
        flash(_("That this person takes part for %(actor)s is proposed. A convenor or the actor’s focal point "
                "confirms it.", actor=claim.actor.name), "info")


def _managed(room_id: str) -> Room:
    room, _roles = seen(room_id, current_person())
    permit(require_person(), Permission.ROOM_MANAGE, room)
    return room


def _place() -> dict[str, Any]:
    return {
        "role": inputs.choice(request.form, "role", RoomRole),
        "actor_id": inputs.text(request.form, "actor", max_length=22, required=False) or None,
        "capacity": inputs.choice(request.form, "capacity", Capacity, Capacity.PERSONAL),
        "may_vote": _vote(),
    }


def _vote() -> bool | None:
    """The vote that the form asks for; None for what the role has."""
    chosen = inputs.choice(request.form, "may_vote", Vote, Vote.OF_ROLE)
    return None if chosen is Vote.OF_ROLE else chosen is Vote.YES
