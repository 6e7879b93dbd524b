"""Reading a discussion: a window of it, one contribution, its history, and what goes over the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from dialogue.accounts.models import Person
from dialogue.core import db, richtext
from dialogue.core.attribution import Byline
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, Role, permit
from dialogue.core.record import Audience, Entry, presents
from dialogue.core.thread import Link, Node, Ref, beside, shows
from dialogue.core.transaction import scalar_or_not_found
from dialogue.rooms.contributions.events import (
    ContributionEdited,
    ContributionHidden,
    ContributionPosted,
    ContributionRetracted,
    ContributionSupported,
)
from dialogue.rooms.contributions.models import Contribution, ContributionSupport, ContributionVersion
from dialogue.rooms.models import Room
from dialogue.rooms.voices import bylines

WINDOW = 50


@dataclass(frozen=True)
class Shown:
    """A contribution as a reader meets it."""

    id: str
    seq: int
    voice_id: str
    byline: Byline
    at: Any
    html: str
    edited: bool
    retracted: bool
    hidden_reason: str
    reply_to: dict[str, str] | None
    supports: int
    supported: bool = False
    origin_of: Sequence[str] = ()
    origins: Sequence[Any] = ()

    @property
    def is_gone(self) -> bool:
        """Whether its text can no longer be read."""
        return self.retracted or bool(self.hidden_reason)


@dataclass(frozen=True)
class Window:
    """Up to WINDOW contributions in a row; `earlier` and `later` say whether there are more on either side."""

    shown: Sequence[Shown]
    earlier: bool = False
    later: bool = False

    @property
    def first_seq(self) -> int:
        """The seq of the first one."""
        return self.shown[0].seq if self.shown else 0

    @property
    def last_seq(self) -> int:
        """The seq of the last one."""
        return self.shown[-1].seq if self.shown else 0


def window(room: Room, voice_id: str | None, *, before: int | None = None, after: int | None = None,
           at: str | None = None) -> Window:
    """The newest contributions of a room, or those before or after a seq, or around one of them."""
    if at is not None:
        return _around(room, voice_id, at)
    query = _in_room(room)
    if after is not None:
        rows = _rows(query.where(Contribution.seq > after).order_by(Contribution.seq), WINDOW + 1)
        return Window(shown(room, rows[:WINDOW], voice_id), earlier=after > 0, later=len(rows) > WINDOW)
    if before is not None:
        query = query.where(Contribution.seq < before)
    rows = _rows(query.order_by(Contribution.seq.desc()), WINDOW + 1)
    return Window(shown(room, rows[:WINDOW][::-1], voice_id), earlier=len(rows) > WINDOW, later=before is not None)


def _around(room: Room, voice_id: str | None, id: str) -> Window:
    half = WINDOW // 2
    middle = scalar_or_not_found(_in_room(room).where(Contribution.id == id))
    back = _rows(_in_room(room).where(Contribution.seq <= middle.seq).order_by(Contribution.seq.desc()), half + 1)
    on = _rows(_in_room(room).where(Contribution.seq > middle.seq).order_by(Contribution.seq), half + 1)
    found = [*back[:half][::-1], *on[:half]]
    return Window(shown(room, found, voice_id), earlier=len(back) > half, later=len(on) > half)


def _in_room(room: Room) -> Select[tuple[Contribution]]:
    return select(Contribution).where(Contribution.room_id == room.id)


def _rows(query: Select[tuple[Contribution]], limit: int) -> list[Contribution]:
    return list(db.session().scalars(query.limit(limit)))


def shown(room: Room, found: Sequence[Contribution], voice_id: str | None = None) -> list[Shown]:
    """The contributions with bylines, in four queries at most however many there are."""
    answered = _answered([c.reply_to_id for c in found if c.reply_to_id])
    lines = bylines(room, {c.voice_id for c in found} | set(answered.values()))
    ids = [c.id for c in found]
    supported = _supported(ids, voice_id)
    origins = beside([Ref("contribution", id) for id in ids], back=False) if ids else {}
    return [_shown(c, lines, answered, c.id in supported,
                   [ref.id for link, ref in origins.get(Ref("contribution", c.id), ()) if link is Link.ORIGINATES])
            for c in found]


def _shown(c: Contribution, lines: Mapping[str, Byline], answered: Mapping[str, str], supported: bool,
           origin_of: Sequence[str]) -> Shown:
    reply_to = None
    if c.reply_to_id:
        name = lines[answered[c.reply_to_id]]
        reply_to = {"id": c.reply_to_id, "url": f"/contributions/{c.reply_to_id}", "name": name.handle or name.name}
    return Shown(id=c.id, seq=c.seq, voice_id=c.voice_id, byline=lines[c.voice_id], at=c.at,
                 html="" if c.is_gone else c.html, edited=c.edited_at is not None and not c.is_gone,
                 retracted=c.retracted_at is not None, hidden_reason=c.hidden_reason, reply_to=reply_to,
                 supports=c.supports, supported=supported, origin_of=origin_of)


def _answered(ids: Sequence[str]) -> dict[str, str]:
    """Whose voices the answered contributions are."""
    if not ids:
        return {}
    query = select(Contribution.id, Contribution.voice_id).where(Contribution.id.in_(ids))
    return {id: voice for id, voice in db.session().execute(query)}


def _supported(ids: Sequence[str], voice_id: str | None) -> set[str]:
    if voice_id is None or not ids:
        return set()
    query = select(ContributionSupport.contribution_id).where(
        ContributionSupport.voice_id == voice_id, ContributionSupport.contribution_id.in_(ids))
    return set(db.session().scalars(query))


def contribution(person: Person | None, id: str, permission: Permission = Permission.ROOM_READ) -> Contribution:
    """A contribution this person may read, or may do this with."""
    query = select(Contribution).where(Contribution.id == id).options(joinedload(Contribution.room))
    found: Contribution = scalar_or_not_found(query)
    permit(person, permission, found)
    return found


def history(found: Contribution) -> list[ContributionVersion]:
    """The earlier wordings, oldest first. Raises NotFound once the text was taken back."""
    if found.is_gone:
        raise NotFound()
    query = select(ContributionVersion).where(ContributionVersion.contribution_id == found.id)
    return list(db.session().scalars(query.order_by(ContributionVersion.number)))


@presents(ContributionPosted, ContributionEdited, ContributionRetracted, ContributionHidden, ContributionSupported)
def on_the_wire(found: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """Each entry's contribution as it is now, whatever happened to it since."""
    ids = {e.data["contribution_id"] for e in found}
    query = select(Contribution).where(Contribution.id.in_(ids)).options(joinedload(Contribution.room))
    now = list(db.session().scalars(query))
    rooms = {c.room_id: c.room for c in now}
    data = {s.id: wire(s) for room in rooms.values() for s in shown(room, [c for c in now if c.room_id == room.id])}
    return {e.seq: data[e.data["contribution_id"]] for e in found if e.data["contribution_id"] in data}


def wire(said: Shown) -> dict[str, Any]:
    """The public shape of a contribution, the same in frames and in the API."""
    line = said.byline
    return {"id": said.id, "seq": said.seq, "voice": said.voice_id, "at": said.at.isoformat(), "html": said.html,
            "byline": {"handle": line.handle, "name": line.name, "affiliation": line.affiliation,
                       "capacity": line.capacity, "actor_set": line.actor_set},
            "reply_to": said.reply_to, "edited": said.edited, "retracted": said.retracted,
            "hidden_reason": said.hidden_reason, "supports": said.supports}


@shows("contribution")
def nodes(ids: list[str], reader: Any) -> dict[str, Node]:
    """Contributions as steps of a thread: an excerpt and a permalink."""
    query = select(Contribution).where(Contribution.id.in_(ids)).options(joinedload(Contribution.room))
    found = list(db.session().scalars(query))
    readable = {c.room_id: c.room.is_read_by(_roles(c.room, reader)) for c in {c.room_id: c for c in found}.values()}
    return {c.id: Node(Ref("contribution", c.id), richtext.excerpt(c.text, 90) if not c.is_gone else "",
                       f"/contributions/{c.id}", "withdrawn" if c.is_gone else "")
            for c in found if readable[c.room_id]}


def _roles(room: Room, reader: Person | None) -> frozenset[Role]:
    return room.roles_of(reader)
