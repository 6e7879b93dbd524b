"""The record: an append-only, numbered log for each room, hall, the agenda and the house.

It is at once audit trail, catch-up log for browsers and source of exports. Entries hold ids only, so that a
text that was retracted, or a name the Chatham House Rule protects, cannot survive in them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, cast

from sqlalchemy import ForeignKey, Index, String, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from dialogue.core import db
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.prepared import Prepared, among

AGENDA = "agenda"
MAX_SEQ = 2**31 - 1  # The largest number PostgreSQL keeps in the column.
HOUSE = "house"


class Audience(StrEnum):
    """The audiences of an entry's contents: each contains the one before."""

    MODERATORS = "moderators"
    MEMBERS = "members"
    PUBLIC = "public"

    def hears(self, meant_for: "Audience") -> bool:
        """Whether this audience is told what is meant for that one."""
        order = list(Audience)
        return order.index(self) <= order.index(meant_for)


class Stream(db.Base):
    """A numbered log; `seq` is its last entry's number."""

    __tablename__ = "stream"
    id: Mapped[db.Key]
    seq: Mapped[int] = mapped_column(default=0)


class Entry(db.Base):
    """One fact in a stream. (stream_id, seq) is dense: 1, 2, 3, …"""

    __tablename__ = "entry"
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    audience: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    __table_args__ = (Index("ix_entry_kind", "kind", "stream_id", "seq"),)


class _EntryRow(NamedTuple):
    """An entry as the hot query reads it."""

    stream_id: str
    seq: int
    kind: str
    audience: str
    at: datetime
    data: dict[str, Any]


class Recorded(NamedTuple):
    """A committed event and its number."""

    event: "Event"
    seq: int

    @property
    def stream_id(self) -> str:
        """The stream it is in."""
        return self.event.stream_id

    @property
    def kind(self) -> str:
        """What it is called."""
        return self.event.kind


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, named in the past tense and made of ids. Subclasses add their ids."""

    stream_id: str
    kind: ClassVar[str]
    audience: ClassVar[Audience] = Audience.MEMBERS

    def __init_subclass__(cls) -> None:
        words = re.findall(r"[A-Z][a-z]+", cls.__name__)
        cls.kind = "_".join(words[:-1]).lower() + "." + words[-1].lower()
        if any(one.kind == cls.kind and one.__module__ != cls.__module__ for one in Event.__subclasses__()
               if one is not cls):
            raise TypeError(f"two events are called {cls.kind}")


def write(session: Session, events: Sequence[Event]) -> list[int]:
    """Append events of one stream under the stream's row lock, so that seq has no gaps. Returns their seqs."""
    connection = session.connection()
    [[last]] = _NUMBER.rows(connection, stream=events[0].stream_id, more=len(events))
    seqs = list(range(last - len(events) + 1, last + 1))
    _ENTRY.run(connection, [_row(event, seq) for event, seq in zip(events, seqs, strict=True)])
    return seqs


_NUMBER = Prepared(update(Stream).where(Stream.id == bindparam("stream")).values(seq=Stream.seq + bindparam("more"))
                   .returning(Stream.seq))
_ENTRY = Prepared(insert(Entry))
_LAST = Prepared(select(Stream.id, Stream.seq).where(among(Stream.id, "streams")))
_AFTER = Prepared(
    select(*(Entry.__table__.c[name] for name in _EntryRow._fields))
    .where(Entry.stream_id == bindparam("stream"), Entry.seq > bindparam("after"))
    .order_by(Entry.seq).limit(bindparam("most")))


def _row(event: Event, seq: int) -> dict[str, Any]:
    data = dict(vars(event))
    return {"stream_id": data.pop("stream_id"), "seq": seq, "kind": event.kind, "audience": event.audience,
            "at": now(), "data": data}


def entries(stream_id: str, *, after: int, limit: int = 500) -> Sequence[Entry]:
    """The entries of a stream past `after`, oldest first: to be read, never changed."""
    rows = _AFTER.rows(db.session().connection(), stream=stream_id, after=after, most=limit)
    return cast("Sequence[Entry]", [_EntryRow(*row) for row in rows])  # They read like entries.


def last_seq(stream_id: str) -> int:
    """The number of a stream's last entry; 0 for one that is empty or not there."""
    return last_seqs([stream_id]).get(stream_id, 0)


def last_seqs(stream_ids: Collection[str]) -> dict[str, int]:
    """The numbers of the last entries of these streams; those that are not there are missing."""
    rows = _LAST.rows(db.session().connection(), streams=list(stream_ids))
    return {row[0]: row[1] for row in rows}


Presenter = Callable[[Sequence[Entry], Audience], dict[int, dict[str, Any]]]
_presenters = PerApp(dict[str, Presenter])


def presents(presenter: Presenter, *events: type[Event]) -> None:
    """Register how entries of these kinds look on the wire: `(entries, audience) -> {seq: data}`, in few queries.

    The data comes from the things as they are now, never from the past, so a retracted text is never resent.
    """
    _presenters().update({event.kind: presenter for event in events})


def present(found: Sequence[Entry], audience: Audience) -> list[dict[str, Any]]:
    """The entries as an audience may see them. What it may not see stays as a numbered blank: seq stays dense."""
    shown = [e for e in found if audience.hears(Audience(e.audience))]
    bodies: dict[int, dict[str, Any]] = {}
    for presenter, group in _by_presenter(shown).items():
        bodies.update(presenter(group, audience))
    visible = {e.seq for e in shown}
    return [
        {"seq": e.seq, "kind": e.kind, "at": _at(e, audience), "data": bodies.get(e.seq, e.data)}
        if e.seq in visible else {"seq": e.seq, "kind": "hidden", "at": _at(e, audience), "data": {}}
        for e in found
    ]


def _at(entry: Entry, audience: Audience) -> str:
    """Return the entry's moment; for the public only its day, because a second could tell who was active."""
    coarse = audience is Audience.PUBLIC and entry.stream_id != AGENDA
    at = entry.at.replace(hour=0, minute=0, second=0, microsecond=0) if coarse else entry.at
    return at.isoformat()


def _by_presenter(found: Iterable[Entry]) -> dict[Presenter, list[Entry]]:
    groups: dict[Presenter, list[Entry]] = {}
    presenters = _presenters()
    for entry in found:
        if presenter := presenters.get(entry.kind):
            groups.setdefault(presenter, []).append(entry)
    return groups
