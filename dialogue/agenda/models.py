"""The shared reform agenda: items, how they are rated, who champions them, and their milestones."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Actor, Person
from dialogue.core import db, page_addresses
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.db import stored
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role, house_roles
from dialogue.core.web_addresses import MAX_LENGTH
from dialogue.rooms.models import Theme


class Stage(StrEnum):
    """How far an item has come."""

    IDEA = "idea"
    FRAMED = "framed"
    COALITION = "coalition"
    DRAFT = "draft"
    NEGOTIATION = "negotiation"
    ADOPTED = "adopted"
    IN_FORCE = "in_force"
    IMPLEMENTED = "implemented"
    REVIEWED = "reviewed"
    PARKED = "parked"


class Pace(StrEnum):
    """The track's speed: different ideas need different forums and speeds (founding paper §4.2)."""

    FAST = "fast"
    STEADY = "steady"
    LONG = "long"


class LegalRoute(StrEnum):
    """What the change needs in law."""

    CHARTER_AMENDMENT = "charter_amendment"
    TREATY = "treaty"
    RESOLUTION = "resolution"
    PRACTICE = "practice"
    NONE = "none"


class MilestoneStatus(StrEnum):
    """How a milestone stands."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    MISSED = "missed"
    MET = "met"


OPEN = frozenset({MilestoneStatus.ON_TRACK, MilestoneStatus.AT_RISK})


class ChampionRole(StrEnum):
    """Who leads and who stands beside."""

    LEAD = "lead"
    CO = "co"


class AgendaItem(db.Base):
    """One reform on the shared agenda."""

    __tablename__ = "agenda_item"
    id: Mapped[db.Key]
    theme_id: Mapped[str] = mapped_column(ForeignKey("theme.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    problem: Mapped[db.Long]
    goal: Mapped[db.Long]
    forum: Mapped[str] = mapped_column(String(160))
    pace: Mapped[Pace] = mapped_column(stored(Pace), default=Pace.STEADY)
    legal_route: Mapped[LegalRoute] = mapped_column(stored(LegalRoute), default=LegalRoute.NONE)
    stage: Mapped[Stage] = mapped_column(stored(Stage), default=Stage.IDEA)
    stage_note: Mapped[str] = mapped_column(String(500), default="")
    review_on: Mapped[date]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)
    champions: Mapped[list["Champion"]] = relationship(lazy="selectin")
    ratings: Mapped[list["Rating"]] = relationship(lazy="selectin")
    milestones: Mapped[list["Milestone"]] = relationship(
        order_by="Milestone.due, Milestone.id", lazy="selectin", back_populates="item")

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.agenda_item(self.id)

    @property
    def is_championed_across_sets(self) -> bool:
        """Tell whether a state and another actor lead together, as coalitions that won did (founding paper §2.4)."""
        states = [champion.actor.actor_set is ActorSet.STATE for champion in self.champions]
        return any(states) and not all(states)

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """Champion: a person who takes part for one of the championing actors, in an official capacity."""
        roles = house_roles(person)
        if person is None or person.actor_id is None or Role.SIGNED_IN not in roles:
            return roles
        mine = any(c.actor_id == person.actor_id for c in self.champions)
        return roles | {Role.CHAMPION} if mine and person.capacity is Capacity.OFFICIAL else roles

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """The agenda is public."""
        return Role.PUBLIC in roles

    def edit(self, base: int, at: datetime) -> None:
        """Take the next revision; `base` is the one the editor saw."""
        if base != self.revision:
            raise Conflict(_("Another person changed this item while you were writing. Compare, then save again."))
        self.revision += 1
        self.updated_at = at

    def move(self, stage: Stage, note: str, review_on: date | None, at: datetime) -> None:
        """Put the item in another stage. Parking says why, and when it is looked at again."""
        if stage is self.stage:
            raise Conflict(_("The item is already in this stage."))
        if stage is Stage.PARKED and not note:
            raise Invalid("note", _("Say why the item is parked."))
        if stage is Stage.PARKED and review_on is None:
            raise Invalid("review_on", _("Say on which day the parked item is looked at again."))
        self.stage, self.stage_note, self.updated_at = stage, note, at
        if review_on is not None and review_on != self.review_on:
            self.review_on = review_on
            self.revision += 1


class Champion(db.Base):
    """An actor that leads the item, or leads it beside others."""

    __tablename__ = "champion"
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    role: Mapped[ChampionRole] = mapped_column(stored(ChampionRole), default=ChampionRole.CO)
    actor: Mapped[Actor] = relationship(lazy="joined", innerjoin=True)


class Rating(db.Base):
    """One rater's urgency, feasibility and cost (1 to 5 each) and why."""

    __tablename__ = "rating"
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    urgency: Mapped[int]
    feasibility: Mapped[int]
    cost: Mapped[int]
    rationale: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise")
    __table_args__ = (
        CheckConstraint("urgency between 1 and 5 and feasibility between 1 and 5 and cost between 1 and 5",
                        name="scale"),
    )


class Milestone(db.Base):
    """A near-term step that is tracked in the open."""

    __tablename__ = "milestone"
    id: Mapped[db.Key]
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    statement: Mapped[str] = mapped_column(String(300))
    due: Mapped[date]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    status: Mapped[MilestoneStatus] = mapped_column(stored(MilestoneStatus), default=MilestoneStatus.ON_TRACK)
    sequence: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    owner: Mapped[Actor | None] = relationship(lazy="joined")
    evidence: Mapped[list["Evidence"]] = relationship(order_by="Evidence.at", lazy="selectin")
    item: Mapped[AgendaItem] = relationship(lazy="raise", back_populates="milestones")

    @property
    def address(self) -> str:
        """Where it stands on its item's page."""
        return page_addresses.milestone(self.item_id, self.id)

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day has passed without a report."""
        return self.due < today and self.status in OPEN

    def edit(self, base: int, at: datetime) -> None:
        """Take the next number; `base` is the one the editor saw."""
        if base != self.sequence:
            raise Conflict(_("Another person changed this milestone while you were writing. Compare, then save again."))
        self.sequence += 1
        self.updated_at = at

    def report(self, status: MilestoneStatus, note: str, at: datetime) -> None:
        """Say how the milestone stands; an end, good or bad, needs a word on it."""
        if status not in OPEN and not note:
            raise Invalid("note", _("Say in a sentence how it was met, or why it was missed."))
        self.status, self.updated_at = status, at
        self.sequence += 1


class Evidence(db.Base):
    """Something published that shows how a milestone stands."""

    __tablename__ = "evidence"
    id: Mapped[db.Key]
    milestone_id: Mapped[str] = mapped_column(ForeignKey("milestone.id"), index=True)
    status: Mapped[MilestoneStatus] = mapped_column(stored(MilestoneStatus))
    note: Mapped[str] = mapped_column(String(500), default="")
    publisher: Mapped[str] = mapped_column(String(160), default="")
    url: Mapped[str] = mapped_column(String(MAX_LENGTH), default="")
    at: Mapped[datetime]


class AgendaChange(db.Base):
    """What a change of an item changed, under the number it has in the agenda's record.

    `before` and `after` map the fields that changed to what stood there, as it was called then: {"stage": "idea"}.
    """

    __tablename__ = "agenda_change"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[str] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
    item: Mapped[AgendaItem] = relationship(lazy="raise")
