"""Themes, rooms and the places people hold in them."""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, false, select
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from dialogue.accounts.models import Actor, Person
from dialogue.core import db, page_addresses
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.db import stored
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.visibility import Access as Access  # Part of what a room is: other modules take it from here.
from dialogue.rooms.visibility import Visible


class RoomRole(StrEnum):
    """The place a person holds in a room."""

    CHAIR = "chair"
    CO_CHAIR = "co_chair"
    RAPPORTEUR = "rapporteur"
    PARTICIPANT = "participant"
    OBSERVER = "observer"
    GUEST = "guest"

    def vote(self, asked: bool | None) -> bool:
        """Whether a place with this role has a vote; None asks for what the role has. Raises Invalid at "may_vote"."""
        if asked and self is RoomRole.OBSERVER:
            raise Invalid("may_vote", _("An observer reads along and has no vote. Choose another role, or no vote."))
        return self is RoomRole.PARTICIPANT if asked is None else asked


class Theme(db.Base):
    """A thematic priority that rooms, halls and agenda items belong to."""

    __tablename__ = "theme"
    id: Mapped[db.Key]
    title: Mapped[str] = mapped_column(String(160), unique=True)
    description: Mapped[db.Long] = mapped_column(default="")
    html: Mapped[db.Long] = mapped_column(default="")
    created_at: Mapped[datetime]
    is_rehearsal: Mapped[bool] = mapped_column(default=False, server_default=false())

    @classmethod
    def offered(cls) -> "Select[Theme]":
        """The query for all themes there are to choose from; readers see them in the order of folding.in_order."""
        return select(cls).where(~cls.is_rehearsal)


class Room(Visible, db.Base):
    """Where people meet on a theme: a dialogue room, or (see halls) a town hall. Its id names its stream."""

    __tablename__ = "room"
    id: Mapped[str] = mapped_column(ForeignKey("stream.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), default="room")
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[db.Long] = mapped_column(default="")
    attribution: Mapped[AttributionRule] = mapped_column(stored(AttributionRule))
    access: Mapped[Access] = mapped_column(stored(Access))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    is_rehearsal: Mapped[bool] = mapped_column(default=False, server_default=false())
    guest_votes: Mapped[GuestVotes] = mapped_column(stored(GuestVotes), default=GuestVotes.NONE, server_default="none")
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)
    goals: Mapped[list["Goal"]] = relationship(order_by="Goal.position", lazy="selectin")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "room"}

    @property
    def stream_id(self) -> str:
        """The stream its record is kept in."""
        return self.id

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.hall(self.id) if self.kind == "hall" else page_addresses.room(self.id)

    @property
    def edition(self) -> str:
        """A short digest of its wording, to notice that two people reword it at once."""
        goals = [(goal.text, goal.owner, goal.due) for goal in self.goals]
        return hashlib.sha256(repr((self.title, self.purpose, goals)).encode()).hexdigest()[:16]

    @property
    def is_closed(self) -> bool:
        """A closed room is sealed: it is read, never written."""
        return self.closed_at is not None

    def refuse_if_closed(self) -> None:
        """Raise Conflict once the room is sealed."""
        if self.is_closed:
            raise Conflict(_("This room is closed. What was said stays readable; nothing can be added."))

    def refuse_if_rehearsal(self) -> None:
        """Raise Conflict where something would last: a rehearsal is removed with all that came of it."""
        if self.is_rehearsal:
            raise Conflict(_("This is a rehearsal: no proposal and no outcome can come of it."))

    def refuse_rehearsing(self, person: Person) -> None:
        """Raise Conflict for a guest of rehearsals, unless this is one."""
        if person.is_rehearsing and not self.is_rehearsal:
            raise Conflict(_("Who was made up for a rehearsal has no place anywhere else."))

    def close(self, at: datetime) -> None:
        """Seal the room."""
        self.refuse_if_closed()
        self.closed_at = at

    def tighten(self, rule: AttributionRule) -> None:
        """Set a stricter attribution rule; a looser one would break a promise already given."""
        if not self.attribution.may_become(rule):
            raise Invalid("attribution", _("People spoke here under a stricter rule; it can only be tightened."))
        self.attribution = rule

    def membership_of(self, person: Person | None) -> "Membership | None":
        """The place the person holds here now."""
        session = object_session(self)
        if person is None or session is None:
            return None
        query = select(Membership).where(
            Membership.room_id == self.id, Membership.person_id == person.id, Membership.ended_at.is_(None))
        return session.scalars(query).one_or_none()

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """What the person is in this room (one query)."""
        return self.roles_with(person, self.membership_of(person))


class Goal(db.Base):
    """One of a room's one to three achievable goals."""

    __tablename__ = "goal"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date | None]


class Membership(db.Base):
    """A person's place in a room, for an actor in a capacity. Ended ones stay; `verified_by` is of guests alone."""

    __tablename__ = "membership"
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[RoomRole] = mapped_column(stored(RoomRole))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    capacity: Mapped[Capacity] = mapped_column(stored(Capacity), default=Capacity.PERSONAL)
    may_vote: Mapped[bool] = mapped_column(default=False)
    verified_by: Mapped[GuestVotes | None] = mapped_column(stored(GuestVotes))
    acknowledged: Mapped[AttributionRule | None] = mapped_column(stored(AttributionRule))
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    left_freely: Mapped[bool] = mapped_column(default=False, server_default=false())
    read_seq: Mapped[int] = mapped_column(default=0)
    counted_as: Mapped[ActorSet | None] = mapped_column(stored(ActorSet))
    actor: Mapped[Actor | None] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    __table_args__ = (Index("ix_membership_person", "person_id"),)

    def verify(self, measure: GuestVotes) -> None:
        """Give a guest a vote by this measure. Raises Invalid for an observer."""
        self.may_vote, self.verified_by = self.role.vote(True), measure

    @property
    def is_vote_taken_back(self) -> bool:
        """Whether a guest's vote was given and taken back."""
        return self.verified_by is not None and not self.may_vote

    def gives_vote(self, room: Room, person: Person) -> bool:
        """Whether the place has a vote in ballots opened now. A guest's counts under the room's measure alone."""
        return self.may_vote and self.role is not RoomRole.OBSERVER and (
            not person.is_guest or room.guest_votes.accepts(self.verified_by))

    @property
    def asks_for_vote(self) -> bool | None:
        """The vote that was chosen for the place; None where it is the role's own."""
        return None if self.may_vote is self.role.vote(None) else self.may_vote

    def acknowledge(self, rule: AttributionRule) -> None:
        """Enter under this rule.

        Where the rule hides people, the set the person counts in is frozen at the first entry: a figure that
        moved together with a place would tell what the place's holder did.
        """
        self.acknowledged = rule
        if rule.hides_people and self.counted_as is None:
            self.counted_as = self._actor_set()

    def _actor_set(self) -> ActorSet:
        session = object_session(self)
        if session is None or self.actor_id is None:
            return ActorSet.PUBLIC
        return session.scalar(select(Actor.actor_set).where(Actor.id == self.actor_id)) or ActorSet.PUBLIC

    def end(self, at: datetime) -> None:
        """Take the place away."""
        if self.ended_at is not None:
            raise Conflict(_("This person's place has already ended."))
        self.ended_at = at

    def leave(self, at: datetime) -> None:
        """Give the place up: unlike a removed member, the person may come back by themselves."""
        self.end(at)
        self.left_freely = True


class PlaceOffer(db.Base):
    """The place in a room that an invitation carries."""

    __tablename__ = "place_offer"
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"), primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    role: Mapped[RoomRole] = mapped_column(stored(RoomRole))
    may_vote: Mapped[bool] = mapped_column(default=False)
