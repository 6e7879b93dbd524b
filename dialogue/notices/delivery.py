"""Putting a line into people's notices, inside the transaction that answers a fact."""

from collections.abc import Collection

from sqlalchemy import insert, select

from dialogue.core.clock import now
from dialogue.core.cutting import shortened
from dialogue.core.db import new_id
from dialogue.core.record import Entry
from dialogue.core.transaction import Transaction
from dialogue.notices.models import Notice
from dialogue.rooms.models import Room
from dialogue.rooms.voices import persons_behind, still_inside

MAX_SUBJECT_LENGTH = 200


def to_voices(tx: Transaction, entry: Entry, voices: Collection[str], *, subject: str, address: str,
              is_public: bool = False) -> None:
    """Notify the people of these voices, each person once. `subject` must name no person.

    A notice that is not public goes only to people who still hold their place in the room.
    A rehearsal sends no notices.
    """
    if tx.session.scalar(select(Room.is_rehearsal).where(Room.id == entry.stream_id)):
        return
    behind = persons_behind if is_public else still_inside
    to_people(tx, entry, behind(voices).values(), subject=subject, address=address)


def to_people(tx: Transaction, entry: Entry, people: Collection[str], *, subject: str, address: str) -> None:
    """The same for people known otherwise."""
    line = {"kind": entry.kind, "subject": shortened(subject, MAX_SUBJECT_LENGTH), "address": address, "at": now()}
    rows = [{"id": new_id(), "person_id": person_id, **line} for person_id in sorted(set(people))]
    if rows:  # One statement for all: a town hall has thousands of voters.
        tx.session.execute(insert(Notice), rows)
