"""A room in brief: what decides who may do what in it, for what is asked hundreds of times a second.

It is the room's row alone, without what else belongs to a room or hall, and in no session: to be asked, never changed.
"""

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.prepared import Prepared
from dialogue.core.transaction import Transaction
from dialogue.rooms.models import Room


def find(room_id: str) -> Room | None:
    """The room or hall, if there is one."""
    return _one(db.session(), _PLAIN, room_id)


def lock(tx: Transaction, room_id: str) -> Room:
    """Return it locked until the transaction ends. Raises NotFound."""
    found = _one(tx.session, _LOCKED, room_id)
    if found is None:
        raise NotFound()
    return found


def _one(session: Session, query: Prepared, room_id: str) -> Room | None:
    rows = query.rows(session.connection(), id=room_id)
    return Room(**dict(zip(_NAMES, rows[0], strict=True))) if rows else None


_ROW: Table = Room.metadata.tables["room"]
_NAMES = _ROW.c.keys()
_QUERY = select(_ROW).where(_ROW.c.id == bindparam("id"))
_PLAIN, _LOCKED = Prepared(_QUERY), Prepared(_QUERY.with_for_update())
