"""Questions put to a town hall, and who supports them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.core import db
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.halls.models import Hall


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

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"{self.hall.address}/questions/{self.id}"

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
