"""Town halls: a room with segments and a clock, questions with support, straw polls."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.core import db
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
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


class QuestionState(StrEnum):
    """What became of a question."""

    ASKED = "asked"
    ON_STAGE = "on_stage"
    ANSWERED = "answered"
    HIDDEN = "hidden"


class StrawPollState(StrEnum):
    """A straw poll is open, or it is over. It never binds anybody."""

    OPEN = "open"
    CLOSED = "closed"


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

    def begin(self, segment: "Segment", at: datetime) -> None:
        """Start a segment's clock; the one before it ends now."""
        if self.state is HallState.ENDED:
            raise Conflict(_("This town hall has ended."))
        if self.current is not None:
            self.current.ended_at = at
        self.state = HallState.LIVE
        segment.started_at, segment.ended_at = at, None

    def end(self, at: datetime) -> None:
        """End the hall; its record stays."""
        if self.state is HallState.ENDED:
            raise Conflict(_("This town hall has already ended."))
        if self.current is not None:
            self.current.ended_at = at
        self.state = HallState.ENDED


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


class Question(db.Base):
    """A question put to the hall."""

    __tablename__ = "question"
    id: Mapped[db.Key]
    hall_id: Mapped[str] = mapped_column(ForeignKey("hall.id"), index=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"))
    text: Mapped[str] = mapped_column(String(500))
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

    def roles_of(self, person: object) -> frozenset[Role]:
        """The person's roles in the hall."""
        return self.hall.roles_of(person)  # type: ignore[arg-type]

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """A hidden question is its moderators' business."""
        return self.hall.is_read_by(roles)

    def put_on_stage(self) -> None:
        """Show it on the projector."""
        self._refuse_if_hidden()
        self.state = QuestionState.ON_STAGE

    def answered(self, text: str, html: str, at: datetime) -> None:
        """Mark it answered, with a written answer or an empty one for a spoken answer."""
        self._refuse_if_hidden()
        self.state, self.answer, self.answer_html, self.answered_at = QuestionState.ANSWERED, text, html, at

    def back_to_queue(self) -> None:
        """Undo the stage or the answer mark."""
        self.state, self.hidden_reason = QuestionState.ASKED, ""

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


class StrawPoll(db.Base):
    """A quick sounding. Never binding, never an outcome."""

    __tablename__ = "straw_poll"
    id: Mapped[db.Key]
    hall_id: Mapped[str] = mapped_column(ForeignKey("hall.id"), index=True)
    question: Mapped[str] = mapped_column(String(300))
    state: Mapped[StrawPollState] = mapped_column(stored(StrawPollState), default=StrawPollState.OPEN)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    options: Mapped[list["StrawOption"]] = relationship(order_by="StrawOption.position", lazy="selectin")
    hall: Mapped[Hall] = relationship(lazy="select")

    @property
    def stream_id(self) -> str:
        """The hall's stream."""
        return self.hall_id

    def roles_of(self, person: object) -> frozenset[Role]:
        """The person's roles in the hall."""
        return self.hall.roles_of(person)  # type: ignore[arg-type]

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """A straw poll is as readable as its hall."""
        return self.hall.is_read_by(roles)

    def refuse_if_closed(self) -> None:
        """Raise Conflict once it is over."""
        if self.state is StrawPollState.CLOSED:
            raise Conflict(_("This straw poll is closed."))

    def close(self, at: datetime) -> None:
        """End it and show the counts."""
        self.refuse_if_closed()
        self.state, self.closed_at = StrawPollState.CLOSED, at


class StrawOption(db.Base):
    """A possible answer."""

    __tablename__ = "straw_option"
    poll_id: Mapped[str] = mapped_column(ForeignKey("straw_poll.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(120))


class StrawAnswer(db.Base):
    """A voice's present answer; changing it replaces it."""

    __tablename__ = "straw_answer"
    poll_id: Mapped[str] = mapped_column(ForeignKey("straw_poll.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    position: Mapped[int]
