"""A room in brief: what decides who may do what in it, for what is asked hundreds of times a second.

It is the room's row alone, without what else belongs to a room or hall, and in no session: to be asked, never changed.
"""

from typing import Any

from sqlalchemy import Table, bindparam, select

from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.transaction import Transaction
from dialogue.rooms.models import Room


def find(room_id: str) -> Room | None:
    """The room or hall, if there is one."""
    return _one(db.session(), _PLAIN, room_id)


def lock(tx: Transaction, room_id: str) -> Room:
    """The same, locked against everybody else until the transaction's end. Raises NotFound."""
    found = _one(tx.session, _LOCKED, room_id)
    if found is None:
        raise NotFound()
    return found


def _one(session: Any, query: Any, room_id: str) -> Room | None:
    row = session.connection().execute(query, {"id": room_id}).one_or_none()
    return None if row is None else Room(**row._mapping)


# Built once: building a statement costs as much as running it.
_ROW: Table = Room.metadata.tables["room"]
_PLAIN = select(_ROW).where(_ROW.c.id == bindparam("id"))
_LOCKED = _PLAIN.with_for_update()
