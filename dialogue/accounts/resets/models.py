"""Links that set a lost password anew."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _


class ResetLink(db.Base):
    """A link that sets an account's password anew, once. Without an issuer: the operator did, at once."""

    __tablename__ = "reset_link"
    id: Mapped[db.Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    issued_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    issued_by: Mapped[Person | None] = relationship(foreign_keys=[issued_by_id])

    def use(self, at: datetime) -> None:
        """Use the link up. Raises Conflict when it was used, withdrawn or is too old."""
        self.refuse_unless_usable(at)
        self.used_at = at

    def refuse_unless_usable(self, at: datetime) -> None:
        """Raise Conflict, saying in words why the link is no longer valid."""
        if self.used_at is not None:
            raise Conflict(_("This link was already used. Sign in, or ask a convenor for a new link."))
        # A convenor who was dismissed must not keep links to the accounts of others.
        issuer_left = self.issued_by is not None and (not self.issued_by.is_convenor or self.issued_by.disabled_at)
        if self.revoked_at is not None or issuer_left:
            raise Conflict(_("This link was withdrawn. Ask a convenor for a new one."))
        if at >= self.expires_at:
            raise Conflict(_("This link has expired. Ask a convenor for a new one."))
