"""Contributions: what is said in a room or hall, its earlier wordings and its support."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.core.transaction import Transaction
from dialogue.rooms.contributions.events import ContributionFormatted
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of


def tell_of_formatting(tx: Transaction, contribution_id: str) -> None:
    """Tell those who listen."""
    room_id = tx.session.scalar(select(Contribution.room_id).where(Contribution.id == contribution_id)) or ""
    tx.record(ContributionFormatted(stream_id=room_id, contribution_id=contribution_id))


class Contribution(db.Base):
    """A message in a room or hall."""

    __tablename__ = "contribution"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), index=True)
    seq: Mapped[int]
    reply_to_id: Mapped[str | None] = mapped_column(ForeignKey("contribution.id"), index=True)
    text: Mapped[db.Long]
    html: Mapped[db.Long]
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(String(200), default="")
    supports: Mapped[int] = mapped_column(default=0)
    room: Mapped[Room] = relationship(lazy="select")
    __table_args__ = (UniqueConstraint("room_id", "seq"), CheckConstraint("supports >= 0", name="supports"))

    @property
    def stream_id(self) -> str:
        """The room's stream."""
        return self.room_id

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """The person's roles in the room, and AUTHOR when the voice is theirs."""
        roles = self.room.roles_of(person)
        mine = Role.MEMBER in roles and voice_id_of(self.room_id, person) == self.voice_id
        return roles | {Role.AUTHOR} if mine else roles

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """A contribution is as readable as its room."""
        return self.room.is_read_by(roles)

    @property
    def is_gone(self) -> bool:
        """Retracted by its voice or hidden by a chair: its place stays, its text does not."""
        return self.retracted_at is not None or bool(self.hidden_reason)

    def refuse_if_gone(self) -> None:
        """Raise Conflict once the text was taken back."""
        if self.is_gone:
            raise Conflict(_("This contribution was taken back."))

    def edit(self, text: str, html: str, at: datetime) -> None:
        """Change the wording; the earlier one is kept by the caller as a version."""
        self.refuse_if_gone()
        self.text, self.html, self.edited_at = text, html, at

    def retract(self, at: datetime) -> None:
        """Take the text back: it leaves the database, its place in the discussion stays."""
        self.refuse_if_gone()
        self.text = self.html = ""
        self.retracted_at = at

    def hide(self, reason: str) -> None:
        """Hide it as a chair; all readers see the reason."""
        self.refuse_if_gone()
        self.hidden_reason = reason


class ContributionVersion(db.Base):
    """An earlier wording of a contribution."""

    __tablename__ = "contribution_version"
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    html: Mapped[db.Long]
    until: Mapped[datetime]


class ContributionSupport(db.Base):
    """One voice's support of a contribution."""

    __tablename__ = "contribution_support"
    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
