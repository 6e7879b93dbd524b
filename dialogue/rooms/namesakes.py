"""People of one room whose names look alike: who comes first, and which names a guest may not take."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import aliased

from dialogue.accounts.models import Person
from dialogue.core import db, lookalikes
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.rooms.models import Membership, Room, RoomRole

OFFICES = (RoomRole.CHAIR, RoomRole.CO_CHAIR, RoomRole.RAPPORTEUR)


def namesakes_before() -> ScalarSelect[Any]:
    """For a query of places and their people: how many of the room have a name that looks the same and come first.

    Those who hold an office come before the others; among equals the earlier place does. Places that have ended
    count too, because what was said from them stays.
    """
    # Tables, not classes: an alias of a class would need every other class before this module can be read.
    other, person = Membership.metadata.tables["membership"].alias(), Person.metadata.tables["person"].alias()
    named, held = person.c, other.c
    # The room as an expression: SQLite would else begin at its thousands of places and not at the few equal names.
    same = (held.room_id.concat("") == Membership.room_id) & (named.name_key == Person.name_key) & (
        named.name_key != "")
    query = select(func.count()).select_from(person.join(other, held.person_id == named.id))
    return query.where(same, held.person_id != Membership.person_id, _before(held)).scalar_subquery()


def _before(other: Any) -> ColumnElement[bool]:
    theirs, own = _holds_office(other.role), _holds_office(Membership.role)
    earlier = or_(other.joined_at < Membership.joined_at,
                  and_(other.joined_at == Membership.joined_at, other.person_id < Membership.person_id))
    return or_(and_(theirs, ~own), and_(or_(theirs, ~own), earlier))


def _holds_office(role: Any) -> ColumnElement[bool]:
    return or_(*(role == office for office in OFFICES))  # One value each: a prepared statement takes no list here.


def refuse_name_of_an_officer(room: Room, name: str, *, field: str = "name") -> None:
    """Raise Invalid for a name that looks like that of a chair or rapporteur of a room where names are shown.

    Where people are hidden no name is shown, and a refusal would tell who is there.
    """
    key = lookalikes.key(name)
    if room.attribution.hides_people or not key:
        return
    query = select(Person.id).join(Membership, Membership.person_id == Person.id).where(
        Membership.room_id == room.id, Membership.role.in_(OFFICES), Membership.ended_at.is_(None),
        Person.name_key == key)
    if db.session().scalars(query).first() is not None:
        raise Invalid(field, _("This looks like the name of a person who runs this town hall. Choose another name."))


def alike(room: Room, person_ids: Collection[str]) -> frozenset[str]:
    """Those of these people who share the look of their name with another person in the room."""
    other, place = aliased(Person), aliased(Membership)
    query = select(Person.id).join(other, (other.name_key == Person.name_key) & (other.id != Person.id)).join(
        place, place.person_id == other.id).where(
        Person.id.in_(person_ids), Person.name_key != "", place.room_id == room.id)
    return frozenset(db.session().scalars(query))
