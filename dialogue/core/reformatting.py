"""Texts that are shown as plain words because their Markdown could not be read in time, and their later formatting.

An action notes such a text in its own transaction. The serving process tries again, a few texts at a time and each at
growing distances, so that one hostile text costs the others nothing and a text that is always too hard is given up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import claims, db, richtext
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.richtext import Unformatted
from dialogue.core.transaction import Transaction, transaction

AT_ONCE = 5  # Texts a round: at most some seconds of waiting for the child.
DISTANCES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))


class UnformattedText(db.Base):
    """A stored text whose HTML is its plain words. `thing_id` is its row's key, the parts joined by a slash."""

    __tablename__ = "unformatted_text"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    thing_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)


Formatted = Callable[[Transaction, str], object]


@dataclass(frozen=True)
class _Covered:
    """Where texts of a kind are kept. Without a column of the text it is read back from the plain words."""

    table: Table
    text: str | None
    html: str
    then: Formatted | None

    def at(self, thing_id: str) -> ColumnElement[bool]:
        """The row with this key."""
        key = self.table.primary_key.columns
        parts = [column.type.python_type(part) for column, part in zip(key, thing_id.split("/"), strict=True)]
        return and_(*(column == part for column, part in zip(key, parts, strict=True)))

    def key(self, values: Mapping[str, Any]) -> str:
        """The key of a row."""
        return "/".join(str(values[column.name]) for column in self.table.primary_key.columns)


_covered = PerApp(dict[str, _Covered])


def covers(model: type[db.Base], text: str | None, html: str, then: Formatted | None = None) -> None:
    """Have texts of this model formatted later where they must; `then` is called in the transaction that did."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - narrows the type: a declared model always has a Table.
    _covered()[table.name] = _Covered(table, text, html, then)


def note(tx: Transaction, model: type[db.Base], *rows: Mapping[str, Any]) -> None:
    """Note those rows, just written, of which the HTML is only plain words."""
    covered = _covered()[model.__tablename__]
    for row in rows:
        if isinstance(row[covered.html], Unformatted):
            note_at(tx, model, covered.key(row))


def note_at(tx: Transaction, model: type[db.Base], thing_id: str) -> None:
    """Note the row with this key, from its first try on."""
    tx.session.merge(UnformattedText(kind=model.__tablename__, thing_id=thing_id, tries=0, due_at=now()))


def is_noted(tx: Transaction, model: type[db.Base], thing_id: str) -> bool:
    """Whether the row with this key waits to be formatted."""
    return tx.session.get(UnformattedText, (model.__tablename__, thing_id)) is not None


def sweep() -> int:
    """Try again what is due, a few texts; returns how many were formatted."""
    formatted = 0
    for _one in range(AT_ONCE):
        taken = _take_up()
        if taken is None:
            break
        formatted += _try_again(*taken)
    return formatted


def _take_up() -> tuple[str, str] | None:
    """Take the text that is due for its next try, the least tried first: another process takes another one."""
    due = select(UnformattedText).where(UnformattedText.due_at <= now())
    if db.session().scalar(due.limit(1)) is None:
        return None
    with transaction() as tx:
        found = claims.first_free(tx, due.order_by(UnformattedText.tries, UnformattedText.due_at))
        if found is None:
            return None
        kind, thing_id = found.kind, found.thing_id
        if found.tries == len(DISTANCES):
            tx.session.delete(found)
        else:
            found.due_at = now() + DISTANCES[found.tries]
            found.tries += 1
        return kind, thing_id


def _try_again(kind: str, thing_id: str) -> bool:
    covered = _covered()[kind]
    html = covered.table.c[covered.html]
    wanted = [html if covered.text is None else covered.table.c[covered.text], html]
    row = db.session().execute(select(*wanted).where(covered.at(thing_id))).one_or_none()
    db.release()  # The connection is for others while the child reads.
    if row is None or not row[1]:  # Removed, or taken back.
        _forget(kind, thing_id)
        return False
    text = richtext.words(row[0]) if covered.text is None else row[0]
    found = richtext.render_anew(text)
    if isinstance(found, Unformatted):
        return False
    _keep(covered, thing_id, earlier=row[1], found=found)
    return True


def _keep(covered: _Covered, thing_id: str, *, earlier: str, found: str) -> None:
    """Store the HTML, unless the text was changed or taken back meanwhile."""
    with transaction() as tx:
        same = covered.at(thing_id) & (covered.table.c[covered.html] == earlier)
        changed = tx.session.execute(update(covered.table).where(same).values({covered.html: found}))
        _remove(tx, covered.table.name, thing_id)
        if covered.then is not None and changed.rowcount and earlier != found:  # type: ignore[attr-defined]
            covered.then(tx, thing_id)


def _forget(kind: str, thing_id: str) -> None:
    with transaction() as tx:
        _remove(tx, kind, thing_id)


def _remove(tx: Transaction, kind: str, thing_id: str) -> None:
    mine = (UnformattedText.kind == kind) & (UnformattedText.thing_id == thing_id)
    tx.session.execute(delete(UnformattedText).where(mine))
