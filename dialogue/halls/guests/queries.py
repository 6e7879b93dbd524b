"""Reading a hall's guests for its moderators, and how many voting codes are out. Never joined with voices."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.halls.guests import door
from dialogue.halls.models import Hall, VotingCode
from dialogue.rooms.models import Membership
from dialogue.rooms.queries import paged


class AtDoor(NamedTuple):
    """A guest as moderators see one."""

    place: Membership
    number: str
    has_vote: bool


class Codes(NamedTuple):
    """How many voting codes a hall has."""

    made: int
    used: int


def at_door(hall: Hall, search: str, page: int) -> tuple[list[AtDoor], bool]:
    """The hall's guests by name, whose name contains `search` or whose number it is; and whether there are more."""
    query = _guests(hall).join(Membership.person).options(contains_eager(Membership.person))
    if number := door.typed(search):
        query = query.where(Membership.person_id.in_(_with_number(hall, number)))
    elif search:
        query = query.where(Person.name.icontains(search, autoescape=True))
    found, more = paged(query.order_by(Person.name, Person.id), page)
    return [AtDoor(place, door.shown(door.number(hall.id, place.person_id)), place.gives_vote(hall, place.person))
            for place in found], more


def _guests(hall: Hall) -> Select[Any]:
    return select(Membership).where(Membership.room_id == hall.id, Membership.ended_at.is_(None), Person.is_guest)


def _with_number(hall: Hall, number: str) -> Sequence[str]:
    ids = db.session().scalars(_guests(hall).join(Membership.person).with_only_columns(Membership.person_id))
    return [id for id in ids if door.number(hall.id, id) == number]


def codes(hall: Hall) -> Codes:
    """How many voting codes were made, and how many of them are used."""
    query = select(func.count(), func.count().filter(VotingCode.is_used)).where(VotingCode.room_id == hall.id)
    made, used = db.session().execute(query).one()
    return Codes(made, used)
