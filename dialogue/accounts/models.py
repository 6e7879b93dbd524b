"""People and actors, how people sign in, and what they were invited to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from dialogue.core import db, lookalikes
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role, house_roles


class Subtype(StrEnum):
    """What kind of actor within its set (founding paper §3.3, §4.2)."""

    STATE = "state"
    NGO = "ngo"
    SOCIAL_MOVEMENT = "social_movement"
    RELIGIOUS = "religious"
    COMMUNITY = "community"
    BUSINESS = "business"
    SCHOLAR = "scholar"
    MEDIA = "media"
    REGIONAL_ORGANISATION = "regional_organisation"
    LOCAL_AUTHORITY = "local_authority"
    OFFICE = "office"
    OTHER = "other"


class RegionalGroup(StrEnum):
    """The five electoral groups of United Nations Member States."""

    AFRICAN = "african"
    ASIA_PACIFIC = "asia_pacific"
    EASTERN_EUROPEAN = "eastern_european"
    GRULAC = "grulac"
    WEOG = "weog"


class Actor(db.Base):
    """A state, organisation or office that people may take part for."""

    __tablename__ = "actor"
    id: Mapped[db.Key]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    actor_set: Mapped[ActorSet] = mapped_column(stored(ActorSet))
    subtype: Mapped[Subtype] = mapped_column(stored(Subtype))
    country: Mapped[str] = mapped_column(String(120), default="")
    regional_group: Mapped[RegionalGroup | None] = mapped_column(stored(RegionalGroup))
    created_at: Mapped[datetime]

    def roles_of(self, person: "Person | None") -> frozenset[Role]:
        """What the person is everywhere, and whether they are this actor's focal point."""
        roles = house_roles(person)
        is_own = person is not None and person.vouches_for_own_actor and person.actor_id == self.id
        return roles | {Role.FOCAL_POINT} if is_own else roles

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """Actors are public."""
        return Role.PUBLIC in roles


def _key_of_name(context: Any) -> str:
    return lookalikes.key(context.get_current_parameters()["name"])


class Person(db.Base):
    """A human. Guests of a town hall have a display name and nothing else; rehearsing ones are made up."""

    __tablename__ = "person"
    id: Mapped[db.Key]
    name: Mapped[str] = mapped_column(String(120))
    # Equal for names that look alike. Set with the name, in statements that insert many rows as well.
    name_key: Mapped[str] = mapped_column(String(lookalikes.KEY_LENGTH), default=_key_of_name, server_default="",
                                          index=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_rehearsing: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_convenor: Mapped[bool] = mapped_column(default=False)
    is_focal_point: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str] = mapped_column(String(8), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    capacity: Mapped[Capacity] = mapped_column(stored(Capacity), default=Capacity.PERSONAL)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    actor: Mapped[Actor | None] = relationship(lazy="raise")

    @validates("name")
    def _keyed(self, _field: str, name: str) -> str:
        self.name_key = lookalikes.key(name)
        return name

    @property
    def vouches_for_own_actor(self) -> bool:
        """Whether the person is the focal point of the actor they are an official of."""
        return self.is_focal_point and self._is_official and self.disabled_at is None

    @property
    def _is_official(self) -> bool:
        return self.actor_id is not None and self.capacity is Capacity.OFFICIAL

    def come_for(self, actor_id: str | None, capacity: Capacity) -> None:
        """Take part for this actor from now on; the mark of a focal point is of one actor and does not move."""
        if actor_id != self.actor_id or capacity is not Capacity.OFFICIAL:
            self.is_focal_point = False
        self.actor_id, self.capacity = actor_id, capacity if actor_id else Capacity.PERSONAL

    def appoint_focal_point(self) -> None:
        """Make the person the focal point of their actor."""
        if self.is_focal_point or not self._is_official or self.disabled_at is not None:
            raise Conflict(_("A focal point has an open account that takes part for an actor in an official "
                             "capacity. Save these first."))
        self.is_focal_point = True

    def dismiss_focal_point(self) -> None:
        """Take the mark of a focal point away."""
        if not self.is_focal_point:
            raise Conflict(_("This person is not a focal point."))
        self.is_focal_point = False

    def disable(self, at: datetime) -> None:
        """Shut the account; what the person did stays in the record."""
        if self.disabled_at is not None:
            raise Conflict(_("This account is already disabled."))
        self.disabled_at = at

    def enable(self) -> None:
        """Open a shut account again."""
        if self.disabled_at is None:
            raise Conflict(_("This account is not disabled."))
        self.disabled_at = None

    def appoint(self) -> None:
        """Make the person a convenor."""
        if self.is_convenor or self.is_guest or self.disabled_at is not None:
            raise Conflict(_("Only a person with an open account who is no convenor yet can become one."))
        self.is_convenor = True

    def dismiss(self) -> None:
        """Make the person no convenor any more."""
        if not self.is_convenor:
            raise Conflict(_("This person is no convenor."))
        self.is_convenor = False


class SignIn(db.Base):
    """One browser signed in. Only a digest of the cookie's secret is kept."""

    __tablename__ = "sign_in"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class AccessToken(db.Base):
    """A personal access token for the API and sockets: shown once, kept as a digest."""

    __tablename__ = "access_token"
    id: Mapped[db.Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    def is_usable(self, at: datetime) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def revoke(self, at: datetime) -> None:
        """End the token's life."""
        if self.revoked_at is not None:
            raise Conflict(_("This token was already revoked."))
        self.revoked_at = at


class Invitation(db.Base):
    """A link that lets one person in, once. Later chapters hang places on it (see rooms).

    `is_vouched` says that its maker may vouch for its actor; otherwise the actor is a proposal.
    """

    __tablename__ = "invitation"
    id: Mapped[db.Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    capacity: Mapped[Capacity] = mapped_column(stored(Capacity), default=Capacity.PERSONAL)
    is_vouched: Mapped[bool] = mapped_column(default=False, server_default=false())
    invited_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    redeemed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    actor: Mapped[Actor | None] = relationship(lazy="raise")

    def redeem(self, person_id: str, at: datetime) -> None:
        """Use the invitation up. Raises Conflict when it was used, revoked or is too old."""
        self.refuse_unless_usable(at)
        self.redeemed_at, self.redeemed_by_id = at, person_id

    def revoke(self, at: datetime) -> None:
        """Withdraw the link. Raises Conflict when there is nothing left to withdraw."""
        self.refuse_unless_usable(at)
        self.revoked_at = at

    def refuse_unless_usable(self, at: datetime) -> None:
        """Raise Conflict, saying in words why the link is no longer valid."""
        if self.redeemed_at is not None:
            raise Conflict(_("This invitation was already used. Sign in, or ask for a new one."))
        if self.revoked_at is not None:
            raise Conflict(_("This invitation was withdrawn. Ask the person who sent it for a new one."))
        if at >= self.expires_at:
            raise Conflict(_("This invitation has expired. Ask the person who sent it for a new one."))
