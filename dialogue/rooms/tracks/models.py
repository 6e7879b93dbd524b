"""The intervals in which a room was on one track."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db


class RoomTrack(db.Base):
    """An interval of a room on one track; the one that holds has no end."""

    __tablename__ = "room_track"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    track: Mapped[str] = mapped_column(String(4))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_room_track_present", "room_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )
