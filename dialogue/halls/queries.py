"""Reading town halls: what is on, and one hall as a person may know it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, Role, allows, permit
from dialogue.core.record import Stream
from dialogue.halls.codes import normal
from dialogue.halls.models import Hall, HallState
from dialogue.rooms.models import Membership
from dialogue.rooms.voices import own_place

MAX_PAST = 30


@dataclass(frozen=True)
class Seat:
    """A hall as one person sees it: their role in it, and the number of participants, without names."""

    hall: Hall
    roles: frozenset[Role]
    voice_id: str | None
    has_vote: bool
    people: int
    seq: int
    now: datetime

    def can(self, permission: Permission) -> bool:
        """Whether the person may do this here."""
        return allows(self.roles, permission)

    def roles_of(self, _person: object) -> frozenset[Role]:
        """What the person is here, already asked."""
        return self.roles

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """What is said in the hall is as readable as the hall."""
        return self.hall.is_read_by(roles)

    @property
    def is_member(self) -> bool:
        """Whether the person has come in."""
        return Role.MEMBER in self.roles

    @property
    def reads(self) -> bool:
        """Whether the person may read what is said here."""
        return self.hall.is_read_by(self.roles)

    @property
    def runs(self) -> bool:
        """Whether the person moderates, and may read what they moderate."""
        return self.reads and self.can(Permission.HALL_RUN)


@dataclass(frozen=True)
class Listing:
    """Return the halls a person may see, in the order of the list."""

    live: list[Hall]
    coming: list[Hall]
    past: list[Hall]


def seat(person: Person | None, hall_id: str) -> Seat:
    """One hall for this person, in two queries whatever its size. Raises NotFound."""
    people = select(func.count()).where(Membership.room_id == Hall.id, Membership.ended_at.is_(None))
    seq = select(Stream.seq).where(Stream.id == Hall.id)
    query = select(Hall, people.scalar_subquery(), seq.scalar_subquery()).where(Hall.id == hall_id)
    found = db.session().execute(query.options(*_whole())).unique().one_or_none()
    if found is None:
        raise NotFound()
    hall, count, newest = found
    membership, voice_id = own_place(hall.id, person)
    roles = hall.roles_with(person, membership)
    if not hall.is_seen_by(roles):
        raise NotFound()
    has_vote = (person is not None and membership is not None and membership.gives_vote(hall, person)
                and Role.MEMBER in roles)
    return Seat(hall, roles, voice_id, has_vote, count, newest, now())


def run_by(person: Person | None, hall_id: str) -> Seat:
    """Return the hall for a person who runs it. Raises NotFound, NotSignedIn, NotPermitted."""
    found = seat(person, hall_id)
    permit(person, Permission.HALL_RUN, found)
    return found


def hall_of_code(typed: str) -> Hall:
    """The hall that takes registrations by this code.

    Raises Invalid("code") with one and the same message for a code that never was, was replaced, has ended, or
    belongs to a rehearsal, whose guests are there from the beginning.
    """
    code = normal(typed)
    found = db.session().scalars(select(Hall).where(Hall.code == code)).unique().one_or_none() if code else None
    if found is None or found.is_over or found.is_rehearsal:
        raise Invalid("code", _("No town hall can be joined with this code. Check each character, or ask a moderator."))
    return found


def listed(person: Person | None) -> Listing:
    """What is live, what is next (soonest first) and what was (newest first), as far as this person may know."""
    query = _known_to(person).options(*_whole()).where(_is_over())
    past = db.session().scalars(query.order_by(Hall.created_at.desc()).limit(MAX_PAST)).unique()
    return replace(ahead(person), past=list(past))


def ahead(person: Person | None) -> Listing:
    """The same without what was; one statement."""
    query = _known_to(person).options(*_whole()).where(~_is_over())
    found = list(db.session().scalars(query.order_by(Hall.starts_at, Hall.created_at)).unique())
    return Listing([h for h in found if h.state is HallState.LIVE], _soonest_first(found), [])


def _is_over() -> ColumnElement[bool]:
    return or_(Hall.state == HallState.ENDED, Hall.closed_at.is_not(None))


def _soonest_first(ahead: list[Hall]) -> list[Hall]:
    waiting = [hall for hall in ahead if hall.state is HallState.LOBBY]
    return sorted(waiting, key=lambda hall: (hall.starts_at is None, hall.starts_at or hall.created_at))


def _known_to(person: Person | None) -> Select[Any]:
    """The halls this person may know of."""
    return select(Hall).where(Hall.listed_for(person))


def _whole() -> tuple[Any, ...]:
    """With its programme in the same statement; a hall has no goals to load."""
    return joinedload(Hall.segments), lazyload(Hall.goals)
