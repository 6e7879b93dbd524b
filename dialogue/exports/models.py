"""Exports: documents made from outcomes and the agenda, off the server's loop."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db, page_addresses
from dialogue.core.claims import Claimable
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _


class Format(StrEnum):
    """The file formats."""

    MARKDOWN = "md"
    DOCX = "docx"
    PDF = "pdf"
    CSV = "csv"
    ICAL = "ics"


class ExportState(StrEnum):
    """How far the work is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Failure(StrEnum):
    """Why there is no file."""

    GONE = "gone"  # Its requester may no longer read it, or nothing is left of it.
    TOO_SLOW = "too_slow"
    BROKEN = "broken"  # The work ended before its time, more than once.


UNFINISHED = (ExportState.QUEUED, ExportState.RUNNING)


class Export(Claimable, db.Base):
    """A requested document. Its file lies under its id in the instance folder.

    It belongs to a person, or to the browser whose session keeps `visitor_id`. A worker claims it
    and extends the claim; another worker takes over an expired one.
    """

    __tablename__ = "export"
    id: Mapped[db.Key]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    visitor_id: Mapped[str] = mapped_column(String(22), default="", index=True)
    what: Mapped[dict[str, Any]]
    format: Mapped[Format] = mapped_column(stored(Format))
    filename: Mapped[str] = mapped_column(String(120))
    state: Mapped[ExportState] = mapped_column(stored(ExportState), default=ExportState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_export_state", "state", "created_at"),)

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.export(self.id)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in UNFINISHED

    def take_up(self, at: datetime) -> None:
        """Begin the work, or begin it again after an expired claim."""
        self._refuse_if_finished()
        self.state, self.progress = ExportState.RUNNING, 0
        self.attempts += 1
        self.hold(at)

    def advance(self, progress: int, at: datetime) -> None:
        """Say how far the work is, in percent; it never goes back."""
        self._refuse_if_finished()
        self.progress = max(self.progress, min(progress, 100))
        self.hold(at)

    def finish(self, at: datetime) -> None:
        """The file is there."""
        self._refuse_if_finished()
        self.state, self.progress, self.finished_at = ExportState.DONE, 100, at

    def fail(self, why: Failure, at: datetime) -> None:
        """There will be no file."""
        self._refuse_if_finished()
        self.state, self.error, self.finished_at = ExportState.FAILED, why.value, at

    def _refuse_if_finished(self) -> None:
        if self.is_finished:
            raise Conflict(_("This export has already ended."))
