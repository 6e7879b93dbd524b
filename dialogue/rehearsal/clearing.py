"""Removing rehearsals: everything that hangs from them, as the tables themselves say, and nothing else.

What goes is found by the marks on themes, halls and people and along the foreign keys, so that a table added later
cannot be forgotten. Answers to repeated presses have no foreign key; they go with their owners.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Table, delete, false, func, or_, select

from dialogue.accounts.models import Person
from dialogue.core import erasure
from dialogue.core.db import Base
from dialogue.core.idempotency import Receipt
from dialogue.core.record import Stream
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms.models import Room, Theme
from dialogue.votes.conversion import OWNER_LENGTH

Marks = Mapping[str, ColumnExpressionArgument[bool]]


def clear() -> int:
    """Remove all rehearsals; returns how many there were. Keys of secret ballots are swept as orphans, see votes."""
    with transaction() as tx:
        halls = tx.session.scalars(select(Room.id).where(Room.is_rehearsal)).all()
        marks: Marks = {"stream": Stream.id.in_(halls), "theme": Theme.is_rehearsal, "person": Person.is_rehearsing}
        _forget_answers(tx, marks)
        for table in reversed(Base.metadata.sorted_tables):  # What hangs from a thing goes before it.
            tx.session.execute(delete(table).where(_goes(table, marks)))
    erasure.scrub()  # This process ends; the serving one does not know what it removed.
    return len(halls)


def _goes(table: Table, marks: Marks) -> ColumnElement[bool]:
    """Whether a row goes: it is marked, or belongs to a row that goes."""
    reasons = [marks[table.name]] if table.name in marks else []
    for key in table.foreign_keys:
        owner = key.column.table
        if owner is not table and _is_reached(owner, marks):
            reasons.append(key.parent.in_(select(key.column).where(_goes(owner, marks))))
    return or_(false(), *reasons)


def _is_reached(table: Table, marks: Marks) -> bool:
    owners = {key.column.table for key in table.foreign_keys} - {table}
    return table.name in marks or any(_is_reached(owner, marks) for owner in owners)


def _forget_answers(tx: Transaction, marks: Marks) -> None:
    """A press is owned by a person, a voice, or (in an earlier version) the slot of a secret vote."""
    tables = Base.metadata.tables
    owners = [select(tables[name].c.id).where(_goes(tables[name], marks)) for name in ("person", "voice")]
    slots = tables["secret_vote"]
    owners.append(select(func.substr(slots.c.slot, 1, OWNER_LENGTH)).where(_goes(slots, marks)))
    for owner in owners:
        tx.session.execute(delete(Receipt).where(Receipt.owner_id.in_(owner)))
