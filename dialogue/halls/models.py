"""Town halls: a room with segments and a clock, and the questions put to it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.core import db, page_addresses
from dialogue.core.db import stored
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.halls.codes import new_code
from dialogue.rooms.models import Room

MAX_QUESTION_LENGTH = 500  # characters


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
    """A moderated live session that people join by its code. It is a room as well."""

    __tablename__ = "hall"
    id: Mapped[str] = mapped_column(ForeignKey("room.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[HallState] = mapped_column(stored(HallState), default=HallState.LOBBY)
    starts_at: Mapped[datetime | None]
    segments: Mapped[list["Segment"]] = relationship(order_by="Segment.position", lazy="selectin")
    __mapper_args__ = {"polymorphic_identity": "hall"}

    @property
    def current(self) -> "Segment | None":
        """The segment that was begun and not followed by another, whether its clock runs or is stopped."""
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
        segment.started_at, segment.ended_at, segment.stopped_at, segment.stopped_seconds = at, None, None, 0

    def stop(self, segment: "Segment", at: datetime) -> None:
        """Stop the clock of the present segment, which goes on being the present one."""
        self._refuse_unless_current(segment)
        if segment.stopped_at is not None:
            raise Conflict(_("The clock is stopped already."))
        segment.stopped_at = at

    def resume(self, segment: "Segment", at: datetime) -> None:
        """Let a stopped clock run on from where it stopped."""
        self._refuse_unless_current(segment)
        if segment.stopped_at is None:
            raise Conflict(_("The clock is running already."))
        segment.stopped_seconds += round((at - segment.stopped_at).total_seconds())
        segment.stopped_at = None

    def _refuse_unless_current(self, segment: "Segment") -> None:
        self.refuse_if_over()
        if segment is not self.current:
            raise Conflict(_("This segment is not running any more."))

    def end(self, at: datetime) -> None:
        """End the hall; its record stays."""
        self.refuse_if_over()
        if self.current is not None:
            self.current.ended_at = at
        self.state = HallState.ENDED

    def change_code(self) -> None:
        """Replace the code; the present one no longer admits."""
        self.refuse_if_over()
        self.code = new_code()


class VotingCode(db.Base):
    """A single-use code that gives a guest a vote. Only its digest is kept, and never which guest used it."""

    __tablename__ = "voting_code"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    batch: Mapped[str] = mapped_column(String(22))
    is_used: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    stopped_at: Mapped[datetime | None]  # Set while the clock is stopped.
    stopped_seconds: Mapped[int] = mapped_column(default=0, server_default="0")  # Before that, all stops together.
    __table_args__ = (UniqueConstraint("hall_id", "position"),)

    @property
    def runs_from(self) -> datetime | None:
        """When the clock would have started to show what it shows, had it never been stopped."""
        return self.started_at + timedelta(seconds=self.stopped_seconds) if self.started_at else None

    def left(self, at: datetime) -> timedelta:
        """The planned time that remains; negative once it is over, and still while the clock is stopped."""
        until = self.stopped_at or at
        return timedelta(minutes=self.planned_minutes) - (until - self.runs_from if self.runs_from else timedelta())


class QuestionState(StrEnum):
    """What became of a question."""

    ASKED = "asked"
    ON_STAGE = "on_stage"
    ANSWERED = "answered"
    HIDDEN = "hidden"


class Question(db.Base):
    """A question put to the hall."""

    __tablename__ = "question"
    id: Mapped[db.Key]
    hall_id: Mapped[str] = mapped_column(ForeignKey("hall.id"), index=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"))
    text: Mapped[str] = mapped_column(String(MAX_QUESTION_LENGTH))
    state: Mapped[QuestionState] = mapped_column(stored(QuestionState), default=QuestionState.ASKED)
    answer: Mapped[db.Long] = mapped_column(default="")
    answer_html: Mapped[db.Long] = mapped_column(default="")
    hidden_reason: Mapped[str] = mapped_column(String(200), default="")
    supports: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    hall: Mapped[Hall] = relationship(lazy="select")

    @property
    def stream_id(self) -> str:
        """The hall's stream."""
        return self.hall_id

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.question(self.hall_id, self.id)

    def roles_of(self, person: object) -> frozenset[Role]:
        """The person's roles in the hall."""
        return self.hall.roles_of(person)  # type: ignore[arg-type]

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """A hidden question is its moderators' business."""
        return self.hall.is_read_by(roles)

    def refuse_unless_listed(self) -> None:
        """Raise Conflict when support would come too late or for nothing."""
        self._refuse_if_hidden()
        self.hall.refuse_if_over()

    def put_on_stage(self) -> None:
        """Show it on the projector."""
        self._refuse_if_hidden()
        self.state = QuestionState.ON_STAGE

    def answered(self, text: str, html: str, at: datetime) -> None:
        """Mark it answered, with a written answer or an empty one for a spoken answer."""
        self._refuse_if_hidden()
        self.state, self.answer, self.answer_html, self.answered_at = QuestionState.ANSWERED, text, html, at

    def back_to_queue(self) -> None:
        """Undo the stage, the answer mark or the hiding. Why it was hidden stays on file."""
        self.state = QuestionState.ASKED

    def hide(self, reason: str) -> None:
        """Take it off the public list, with a reason that is logged."""
        self._refuse_if_hidden()
        self.state, self.hidden_reason = QuestionState.HIDDEN, reason

    def _refuse_if_hidden(self) -> None:
        if self.state is QuestionState.HIDDEN:
            raise Conflict(_("This question was taken off the list."))


class QuestionSupport(db.Base):
    """One voice's support of a question."""

    __tablename__ = "question_support"
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
