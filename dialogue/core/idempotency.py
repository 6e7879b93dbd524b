"""The same press twice is one deed: a client's key and what it was answered."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.transaction import Transaction


class Receipt(db.Base):
    """What an owner's key was answered. The owner is a voice or an account, never shown."""

    __tablename__ = "receipt"
    owner_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


def fingerprint(*parts: object) -> str:
    """A digest of what was asked, so that a key cannot be used again for something else."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def answered(tx: Transaction, owner_id: str, key: str | None, body: str) -> Any | None:
    """What this key was answered before, if it was. Raises Conflict when it asked for something else then."""
    earlier = tx.session.get(Receipt, (owner_id, key)) if key else None
    if earlier is None:
        return None
    if earlier.body != body:
        raise Conflict(_("This was already sent with another content."))
    return earlier.answer


def answer(tx: Transaction, owner_id: str, key: str | None, body: str, value: Any) -> None:
    """Keep the answer beside the deed, in the same transaction."""
    if key:
        tx.add(Receipt(owner_id=owner_id, key=key, body=body, answer=value, at=now()))
