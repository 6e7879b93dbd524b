"""Straw polls: quick, non-binding questions."""

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


class StrawPollState(StrEnum):
    """The states of a straw poll, which is never binding: prepared, then open, then over."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class StrawPoll(db.Base):
    """A quick sounding. Never binding, never an outcome."""

    __tablename__ = "straw_poll"
    id: Mapped[db.Key]
    hall_id: Mapped[str] = mapped_column(ForeignKey("hall.id"), index=True)
    question: Mapped[str] = mapped_column(String(300))
    state: Mapped[StrawPollState] = mapped_column(stored(StrawPollState), default=StrawPollState.PREPARED)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
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

    def open(self, at: datetime) -> None:
        """Take answers from now on."""
        self.refuse_unless_prepared()
        self.state, self.opened_at = StrawPollState.OPEN, at

    def refuse_unless_prepared(self) -> None:
        """Raise Conflict once people have seen it."""
        if self.state is not StrawPollState.PREPARED:
            raise Conflict(_("This straw poll was already opened."))

    def refuse_unless_open(self) -> None:
        """Raise Conflict before it opens and once it is over."""
        if self.state is not StrawPollState.OPEN:
            raise Conflict(_("This straw poll is closed."))

    def close(self, at: datetime) -> None:
        """End it and show the counts."""
        self.refuse_unless_open()
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
