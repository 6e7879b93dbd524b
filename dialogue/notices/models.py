"""Notices: what happened that concerns a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db


class Notice(db.Base):
    """One line for one person. The kind is worded when shown; `subject` is the thing's own title."""

    __tablename__ = "notice"
    id: Mapped[db.Key]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_notice_person", "person_id", "read_at"),)
