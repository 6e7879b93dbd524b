"""What changed on the agenda, newest first."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from dialogue.agenda.models import AgendaChange
from dialogue.core import db
from dialogue.core.record import MAX_SEQ

PAGE = 100


def changes_since(moment: datetime, *, before: int = MAX_SEQ, limit: int = PAGE) -> Sequence[AgendaChange]:
    """Changes from the moment on with their items, newest first; `before` is the last number already shown."""
    query = _newest_first().where(AgendaChange.at >= moment, AgendaChange.seq < before)
    return db.session().scalars(query.limit(limit)).all()


def newest_changes(ids: Collection[str] | None = None, limit: int = 50) -> Sequence[AgendaChange]:
    """The last changes with their items, for a feed; `ids` are those of the items asked for, `None` is all."""
    query = _newest_first() if ids is None else _newest_first().where(AgendaChange.item_id.in_(ids))
    return db.session().scalars(query.limit(limit)).all()


def changes_of(item_id: str, limit: int = 30) -> Sequence[AgendaChange]:
    """What changed in one item, newest first."""
    query = select(AgendaChange).where(AgendaChange.item_id == item_id)
    return db.session().scalars(query.order_by(AgendaChange.seq.desc()).limit(limit)).all()


def _newest_first() -> Select[AgendaChange]:
    item = joinedload(AgendaChange.item, innerjoin=True).raiseload("*")
    return select(AgendaChange).options(item).order_by(AgendaChange.seq.desc())
