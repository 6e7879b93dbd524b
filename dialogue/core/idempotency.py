"""The same press twice is one deed: a client's key and what it was answered."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import JSON, Select, String, delete, insert, select, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.cooperative import yield_now
from dialogue.core.errors import Conflict
from dialogue.core.hashed_keys import hashed_key
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.prepared import Prepared, pair_among
from dialogue.core.transaction import Transaction, transaction

KEPT = timedelta(hours=48)
UNTIL_REMOVED = datetime(9000, 1, 1, tzinfo=UTC)  # The moment of receipts that are removed otherwise.
SWEPT_AT_ONCE = 500
_DIGITS_OF_PLAIN_HASH = 64  # SHA-256 in hexadecimal digits; a keyed fingerprint has 32.


class Receipt(db.Base):
    """What an owner's key was answered. The owner is a voice or an account, never shown."""

    __tablename__ = "receipt"
    owner_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


def fingerprint(*parts: object) -> str:
    """A digest of what was asked, so that a key cannot be used again for something else.

    Keyed with the installation's secret: a short text or a choice could be guessed from a plain hash.
    """
    return hashed_key("receipt", _PARTS.encode(parts))


_PARTS = json.JSONEncoder(default=str)  # Made once: the module's own function makes one for each call.


class Press(NamedTuple):
    """One press: whose, under which key (none: it cannot be repeated), asking for what (a fingerprint)."""

    owner_id: str
    key: str | None
    body: str

    def answered(self, receipts: Mapping[tuple[str, str], "Given"]) -> Any | None:
        """What this key was answered before, if it was. Raises Conflict when it asked for something else then."""
        earlier = receipts.get((self.owner_id, self.key)) if self.key else None
        if earlier is None:
            return None
        self.refuse_another(earlier.body)
        return earlier.answer

    def refuse_another(self, body: str) -> None:
        """Raise Conflict when the key was used for another body.

        Receipts from before bodies were keyed hold none, or a plain hash from a worker of that version.
        """
        if body and len(body) != _DIGITS_OF_PLAIN_HASH and body != self.body:
            raise Conflict(_("This was already sent with another content. Send it again if both should stand."))


class Given(NamedTuple):
    """What a receipt says: for which body, with which answer."""

    body: str
    answer: Any


def receipts(tx: Transaction, presses: Collection[Press]) -> dict[tuple[str, str], Given]:
    """What these presses were answered before, by owner and key."""
    keyed = [(press.owner_id, press.key) for press in presses if press.key]
    if not keyed:
        return {}
    rows = _GIVEN.rows(tx.session.connection(), pairs=keyed)
    return {(owner_id, key): Given(body, answer) for owner_id, key, body, answer in rows}


_RECEIPT = Prepared(insert(Receipt))
_GIVEN = Prepared(select(Receipt.owner_id, Receipt.key, Receipt.body, Receipt.answer).where(
    pair_among(Receipt.owner_id, Receipt.key, "pairs")))


def answered(tx: Transaction, owner_id: str, key: str | None, body: str) -> Any | None:
    """What this key was answered before, if it was. Raises Conflict when it asked for something else then."""
    press = Press(owner_id, key, body)
    return press.answered(receipts(tx, [press]))


def is_answered(owner_id: str, key: str) -> bool:
    """Tell whether something was done under this key already; what it asked for is not compared."""
    return db.session().get(Receipt, (owner_id, key)) is not None


def answer(tx: Transaction, owner_id: str, key: str | None, body: str, value: Any) -> None:
    """Keep the answer beside the deed, in the same transaction."""
    answer_all(tx, [(Press(owner_id, key, body), value)])


def answer_all(tx: Transaction, answers: Collection[tuple[Press, Any]], at: datetime | None = None) -> None:
    """Keep many answers; `at` is when they are said to have been given, if not now."""
    at = at or now()
    rows = [{"owner_id": press.owner_id, "key": press.key, "body": press.body, "answer": value, "at": at}
            for press, value in answers if press.key]
    if rows:
        _RECEIPT.run(tx.session.connection(), rows)


def is_due() -> bool:
    """Tell whether there are answers older than KEPT."""
    return db.session().execute(_old().limit(1)).first() is not None


def sweep() -> int:
    """Delete answers older than KEPT, a few at a time so that other work does not wait long. Return how many."""
    forgotten = 0
    while some := _forget_some():
        forgotten += some
        yield_now()
    return forgotten


def _forget_some() -> int:
    with transaction() as tx:
        some = tx.session.execute(_old().limit(SWEPT_AT_ONCE)).all()
        if some:
            tx.session.execute(delete(Receipt).where(tuple_(Receipt.owner_id, Receipt.key).in_(some)))
    return len(some)


def _old() -> Select[str, str]:
    return select(Receipt.owner_id, Receipt.key).where(Receipt.at < now() - KEPT)
