"""Exports: documents made from outcomes and the agenda, off the server's loop."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.db import stored


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


class Export(db.Base):
    """A document somebody asked for. Its file lies under its id in the instance folder."""

    __tablename__ = "export"
    id: Mapped[db.Key]
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    what: Mapped[dict[str, Any]]
    format: Mapped[Format] = mapped_column(stored(Format))
    filename: Mapped[str] = mapped_column(String(120))
    state: Mapped[ExportState] = mapped_column(stored(ExportState), default=ExportState.QUEUED)
    progress: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
