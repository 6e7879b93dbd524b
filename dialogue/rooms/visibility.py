"""The rules of a room's visibility: seeing that it exists, reading it, and lists.

Each rule is stated twice, side by side: as a predicate on a person's roles, for one room that is at hand, and as a
condition in SQL, for many rooms in one statement. tests/rooms/test_visibility.py compares the two over every kind of
room and person, so a change of one without the other fails. No other module decides this by columns of its own.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import Mapped

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.core.permissions import Role, house_roles, is_active
from dialogue.rooms.standing import Standing

ON_RECORD = tuple(rule for rule in AttributionRule if not rule.hides_people)


class Access(StrEnum):
    """The access to a room: finding it, and joining it without an invitation."""

    OPEN = "open"  # On all lists; account holders join by themselves.
    LISTED = "listed"  # On all lists with title and goals; places are by invitation.
    INVITED = "invited"  # Only those who hold a place know of it.


class Visible:
    """The rules of a room's visibility; `Room` inherits them. A condition in SQL is for a query that names the room."""

    if TYPE_CHECKING:  # The columns are the room's own.
        id: Mapped[str]
        access: Mapped[Access]
        attribution: Mapped[AttributionRule]
        is_rehearsal: Mapped[bool]
        metadata: Any

    # The roles of a person: a place counts from its acknowledgement of the present rule until it ends.

    def roles_with(self, person: Person | None, membership: Standing | None) -> frozenset[Role]:
        """Return the roles of a person in this room. `membership` is the place that they hold now."""
        roles = house_roles(person)
        if membership is None or not is_active(person):
            return roles
        if membership.acknowledged is not self.attribution:
            return roles | {Role.INVITED}
        return roles | {Role.MEMBER, Role(membership.role.value)}

    @classmethod
    def held_by(cls, person: Person | None) -> ColumnElement[bool]:
        """Require the role `INVITED` or `MEMBER`: the person holds a place, entered or not."""
        place = cls._places()
        return cls._any(person, place, place.ended_at.is_(None))

    @classmethod
    def entered_by(cls, person: Person | None) -> ColumnElement[bool]:
        """Require the role `MEMBER`: the person holds a place and has acknowledged the room's present rule."""
        place = cls._places()
        return cls._any(person, place, cls.is_entered(place))

    @classmethod
    def is_entered(cls, place: Any) -> ColumnElement[bool]:
        """Require that a place (`Membership`, an alias or its columns) has not ended and its rule is the room's."""
        return and_(place.ended_at.is_(None), place.acknowledged == cls.attribution)

    # Who may know that the room exists: all people, or where places are by invitation alone, those who hold one.

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """Tell whether these roles may see that the room exists."""
        return self.access is not Access.INVITED or not roles.isdisjoint(
            {Role.MEMBER, Role.INVITED, Role.CONVENOR})

    @classmethod
    def seen_by(cls, person: Person | None) -> ColumnElement[bool]:
        """Require that the person may see that the room exists."""
        if Role.CONVENOR in house_roles(person):
            return true()
        return or_(cls.access != Access.INVITED, cls.held_by(person))

    # What is said inside is read by members, and by all people where the room is open and on the record.

    @property
    def is_public(self) -> bool:
        """Return whether all people may read what is said inside."""
        return self.access is Access.OPEN and self.attribution in ON_RECORD

    def is_read_by(self, roles: frozenset[Role]) -> bool:
        """Tell whether these roles may read what is said inside."""
        return self.is_public or Role.MEMBER in roles

    @classmethod
    def read_by(cls, person: Person | None) -> ColumnElement[bool]:
        """Require that the person may read what is said inside; for `None`, that all people may."""
        public = and_(cls.access == Access.OPEN, cls.attribution.in_(ON_RECORD))
        return or_(public, cls.entered_by(person)) if is_active(person) else public

    # A rehearsal is found by its address alone.

    def is_listed_for(self, roles: frozenset[Role]) -> bool:
        """Tell whether the room stands on lists made for these roles."""
        return self.is_seen_by(roles) and not self.is_rehearsal

    @classmethod
    def listed_for(cls, person: Person | None) -> ColumnElement[bool]:
        """Require that the room stands on lists made for the person."""
        return and_(~cls.is_rehearsal, cls.seen_by(person))

    @classmethod
    def _places(cls) -> Any:
        """The columns of places, apart from those that the query around may name."""
        return cls.metadata.tables["membership"].alias().c

    @classmethod
    def _any(cls, person: Person | None, place: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        if person is None or not is_active(person):
            return false()
        return exists().where(place.room_id == cls.id, place.person_id == person.id, condition)
