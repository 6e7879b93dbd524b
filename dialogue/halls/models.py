"""Town halls: a room with segments and a clock."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.core import db
from dialogue.core.db import stored
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.halls.codes import new_code
from dialogue.rooms.models import Room


class HallState(StrEnum):
    """Before, during and after."""

    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"


class SegmentKind(StrEnum):
    """What a segment is for."""

    OPENING = "opening"
    PANEL = "panel"
    FLOOR = "floor"
    QUESTIONS = "questions"
    POLL = "poll"
    DECISION = "decision"
    CLOSING = "closing"


class Hall(Room):
    """A moderated live session that anybody with its code can join. Inside, it is a room like any other."""

    __tablename__ = "hall"
    id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[HallState] = mapped_column(stored(HallState), default=HallState.LOBBY)
    starts_at: Mapped[datetime | None]
    segments: Mapped[list["Segment"]] = relationship(order_by="Segment.position", lazy="selectin")
    __mapper_args__ = {"polymorphic_identity": "hall", "polymorphic_load": "selectin"}

    @property
    def current(self) -> "Segment | None":
        """The segment whose clock is running."""
        return next((s for s in self.segments if s.started_at and not s.ended_at), None)

    @property
    def upcoming(self) -> "Segment | None":
        """The first segment after everything that was begun."""
        last = max((n for n, s in enumerate(self.segments) if s.started_at), default=-1)
        return next(iter(self.segments[last + 1:]), None)

    @property
    def is_over(self) -> bool:
        """Whether it ended, or was sealed like any room."""
        return self.state is HallState.ENDED or self.is_closed

    def refuse_if_over(self) -> None:
        """Raise Conflict once it has ended."""
        if self.is_over:
            raise Conflict(_("This town hall has ended. What was said stays readable."))

    def segment(self, id: str) -> "Segment":
        """One of its segments. Raises NotFound."""
        found = next((s for s in self.segments if s.id == id), None)
        if found is None:
            raise NotFound()
        return found

    def begin(self, segment: "Segment", at: datetime) -> None:
        """Start a segment's clock; the one before it ends now."""
        self.refuse_if_over()
        if self.current is not None:
            self.current.ended_at = at
        self.state = HallState.LIVE
        segment.started_at, segment.ended_at = at, None

    def pause(self, at: datetime) -> "Segment":
        """End the running segment without beginning another."""
        self.refuse_if_over()
        running = self.current
        if running is None:
            raise Conflict(_("No segment is running."))
        running.ended_at = at
        return running

    def end(self, at: datetime) -> None:
        """End the hall; its record stays."""
        self.refuse_if_over()
        if self.current is not None:
            self.current.ended_at = at
        self.state = HallState.ENDED

    def change_code(self) -> None:
        """Let nobody in by the present code any more, but by another."""
        self.refuse_if_over()
        self.code = new_code()


class Plan(NamedTuple):
    """A segment as it is planned."""

    kind: SegmentKind
    title: str
    minutes: int


class Segment(db.Base):
    """A part of the hall's programme."""

    __tablename__ = "segment"
    id: Mapped[db.Key]
    hall_id: Mapped[str] = mapped_column(ForeignKey("hall.id"))
    position: Mapped[int]
    kind: Mapped[SegmentKind] = mapped_column(stored(SegmentKind))
    title: Mapped[str] = mapped_column(String(160))
    planned_minutes: Mapped[int]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("hall_id", "position"),)

    def left(self, at: datetime) -> timedelta:
        """The planned time that remains; negative once it is over."""
        return timedelta(minutes=self.planned_minutes) - (at - self.started_at if self.started_at else timedelta())
