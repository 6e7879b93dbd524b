"""Chapters that answer an earlier chapter's facts with changes of their own.

Each follower keeps its place in each stream in the database and moves it in the same transaction as its change:
a crash delays an answer, it never skips or doubles one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from dialogue.core import db
from dialogue.core.application import PerApp
from dialogue.core.record import Entry, Event, Recorded, Stream
from dialogue.core.tasks import for_each
from dialogue.core.transaction import Transaction, transaction

Handler = Callable[[Transaction, Entry], None]


class FollowerCursor(db.Base):
    """How far a follower has answered a stream."""

    __tablename__ = "follower_cursor"
    follower: Mapped[str] = mapped_column(String(80), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Follower:
    """A handler, the kinds it answers and the name its place is kept under."""

    name: str
    kinds: frozenset[str]
    handle: Handler
    concerns: Callable[[Event], bool] = lambda _event: True


_followers = PerApp(dict[str, Follower])


def follows(handler: Handler, *events: type[Event], when: Callable[[Any], bool] = lambda _event: True) -> None:
    """Have the function called once for each such entry, inside a transaction that also moves the cursor.

    An event that `when` rejects can wait for the next one that it accepts, or for the
    next round of `catch_up_all`.
    """
    name = f"{handler.__module__.removeprefix('dialogue.')}.{handler.__name__}"
    _followers()[name] = Follower(name, frozenset(e.kind for e in events), handler, when)


def registered() -> list[Follower]:
    """Return the followers, in the order in which they were registered."""
    return list(_followers().values())


def answer(recorded: list[Recorded]) -> None:
    """After a commit: let each follower of these kinds catch up with these streams."""
    for follower in registered():
        concerned = (r for r in recorded if r.kind in follower.kinds and follower.concerns(r.event))
        for stream_id in sorted({r.stream_id for r in concerned}):
            catch_up(follower, stream_id)


def catch_up(follower: Follower, stream_id: str) -> None:
    """Answer everything in the stream the follower has not answered yet."""
    with transaction() as tx:
        cursor = _cursor(tx, follower, stream_id)
        query = select(Entry).where(
            Entry.stream_id == stream_id, Entry.seq > cursor.seq, Entry.kind.in_(follower.kinds))
        for entry in tx.session.scalars(query.order_by(Entry.seq)).all():
            follower.handle(tx, entry)
            cursor.seq = entry.seq


def are_behind() -> bool:
    """Tell whether a follower has entries to answer."""
    return any(_streams_behind(follower) for follower in registered())


def catch_up_all() -> int:
    """Finish what a crash interrupted. Return how many streams were behind. Raises SomeFailed, after trying all."""
    behind = [(follower, stream_id) for follower in registered() for stream_id in _streams_behind(follower)]
    db.release()
    return for_each(behind, lambda one: catch_up(*one))


def _streams_behind(follower: Follower) -> list[str]:
    newest = select(Entry.stream_id, func.max(Entry.seq).label("seq")).where(Entry.kind.in_(follower.kinds))
    ends = newest.group_by(Entry.stream_id).subquery()
    place = (FollowerCursor.follower == follower.name) & (FollowerCursor.stream_id == ends.c.stream_id)
    query = select(ends.c.stream_id).outerjoin(FollowerCursor, place)
    return list(db.session().scalars(query.where(func.coalesce(FollowerCursor.seq, 0) < ends.c.seq)))


def _cursor(tx: Transaction, follower: Follower, stream_id: str) -> FollowerCursor:
    # The stream's row is locked first: two workers must not both make, or both move, the cursor.
    tx.session.execute(select(Stream.id).where(Stream.id == stream_id).with_for_update())
    found = tx.session.get(FollowerCursor, (follower.name, stream_id), populate_existing=True)
    if found is None:
        found = FollowerCursor(follower=follower.name, stream_id=stream_id, seq=0)
        tx.add(found)
    return found
