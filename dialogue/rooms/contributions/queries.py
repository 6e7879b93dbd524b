"""Reading a discussion: a window of it, one contribution, its history, and what goes over the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses, richtext
from dialogue.core.attribution import Byline
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, permit
from dialogue.core.prepared import Prepared, among
from dialogue.core.record import Audience, Entry
from dialogue.core.thread import Link, Node, Ref, beside
from dialogue.core.transaction import scalar_or_not_found
from dialogue.rooms import brief
from dialogue.rooms.contributions.models import Contribution, ContributionSupport, ContributionVersion
from dialogue.rooms.models import Room
from dialogue.rooms.voices import bylines

WINDOW = 40


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
    """Up to WINDOW contributions in a row; `earlier` and `later` say whether there are more on either side.

    `own` is how the reader's own words would be printed.
    """

    shown: Sequence[Shown]
    earlier: bool = False
    later: bool = False
    own: Byline | None = None

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
    query = _said(voice_id).where(Contribution.room_id == room.id)
    if after is not None:
        rows = _rows(query.where(Contribution.seq > after).order_by(Contribution.seq), WINDOW + 1)
        return _window(room, voice_id, rows[:WINDOW], earlier=after > 0, later=len(rows) > WINDOW)
    if before is not None:
        query = query.where(Contribution.seq < before)
    rows = _rows(query.order_by(Contribution.seq.desc()), WINDOW + 1)
    return _window(room, voice_id, rows[:WINDOW][::-1], earlier=len(rows) > WINDOW, later=before is not None)


def _around(room: Room, voice_id: str | None, id: str) -> Window:
    half = WINDOW // 2
    query = _said(voice_id).where(Contribution.room_id == room.id)
    middle = select(Contribution.seq).where(Contribution.id == id, Contribution.room_id == room.id).scalar_subquery()
    back = _rows(query.where(Contribution.seq <= middle).order_by(Contribution.seq.desc()), half + 1)
    if not back:
        raise NotFound()
    on = _rows(query.where(Contribution.seq > middle).order_by(Contribution.seq), half + 1)
    return _window(room, voice_id, [*back[:half][::-1], *on[:half]], earlier=len(back) > half, later=len(on) > half)


def _window(room: Room, voice_id: str | None, found: Sequence["Said"], *, earlier: bool, later: bool) -> Window:
    lines = _lines(room, found, voice_id)
    return Window(_shown(found, lines), earlier, later, own=lines.get(voice_id) if voice_id else None)


def first_unread(room: Room, voice_id: str | None, *, after: int) -> tuple[int | None, bool]:
    """The seq of the first contribution of another voice after a seq, and whether the newest window lacks it."""
    query = select(Contribution.seq, Contribution.voice_id).where(
        Contribution.room_id == room.id, Contribution.seq > after)
    rows = db.session().execute(query.order_by(Contribution.seq).limit(WINDOW + 1)).all()
    return next((seq for seq, voice in rows if voice != voice_id), None), len(rows) > WINDOW


class _Row(NamedTuple):
    """A contribution as the hot query reads it: the columns that a frame shows."""

    id: str
    voice_id: str
    seq: int
    reply_to_id: str | None
    html: str
    at: datetime
    edited_at: datetime | None
    retracted_at: datetime | None
    hidden_reason: str
    supports: int

    @property
    def is_gone(self) -> bool:
        return self.retracted_at is not None or bool(self.hidden_reason)


class Said(NamedTuple):
    """A contribution, the voice it answers, and the reader's voice if it supports it."""

    contribution: Contribution | _Row
    answered_voice: str | None
    supporter: str | None


def _said(voice_id: str | None) -> Any:
    answered = aliased(Contribution)
    mine = (ContributionSupport.contribution_id == Contribution.id) & (ContributionSupport.voice_id == voice_id)
    query = select(Contribution, answered.voice_id, ContributionSupport.voice_id)
    return query.outerjoin(answered, answered.id == Contribution.reply_to_id).outerjoin(ContributionSupport, mine)


def _rows(query: Any, limit: int) -> list[Said]:
    return [Said(*row) for row in db.session().execute(query.limit(limit))]


def show(said: Contribution, voice_id: str | None = None) -> Shown:
    """One contribution as a reader meets it."""
    found = _rows(_said(voice_id).where(Contribution.id == said.id), 1)
    return _shown(found, _lines(said.room, found))[0]


def _shown(found: Sequence[Said], lines: Mapping[str, Byline]) -> list[Shown]:
    """With the proposals that came of them, in one query however many there are."""
    if not found:
        return []
    later = beside([Ref("contribution", s.contribution.id) for s in found], back=False)
    return [_as_shown(s, lines, [ref.id for link, ref in later.get(Ref("contribution", s.contribution.id), ())
                                 if link is Link.ORIGINATES]) for s in found]


def _lines(room: Room, found: Sequence[Said], reader: str | None = None) -> dict[str, Byline]:
    """The bylines of the voices that said these things, of those they answer, and of the reader's own: one query."""
    voices = {voice for s in found for voice in (s.contribution.voice_id, s.answered_voice)} | {reader}
    known = {voice for voice in voices if voice}
    return bylines(room, known) if known else {}


def _as_shown(said: Said, lines: Mapping[str, Byline], origin_of: Sequence[str]) -> Shown:
    c, reply_to = said.contribution, None
    if c.reply_to_id and said.answered_voice:
        line = lines[said.answered_voice]
        reply_to = {"id": c.reply_to_id, "url": page_addresses.contribution(c.reply_to_id), "name": line.called}
    return Shown(id=c.id, seq=c.seq, voice_id=c.voice_id, byline=lines[c.voice_id], at=c.at,
                 html="" if c.is_gone else c.html, edited=c.edited_at is not None and not c.is_gone,
                 retracted=c.retracted_at is not None, hidden_reason=c.hidden_reason, reply_to=reply_to,
                 supports=c.supports, supported=said.supporter is not None, origin_of=origin_of)


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


def on_the_wire(found: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """Each entry's contribution as it is now, whatever happened to it since."""
    room = brief.find(found[0].stream_id)
    if room is None:
        return {}
    rows = _LIVE.rows(db.session().connection(), ids=list({e.data["contribution_id"] for e in found}))
    said = [Said(_Row(*row), answered, None) for *row, answered in rows]
    lines = _lines(room, said)
    data = {s.contribution.id: wire(_as_shown(s, lines, ())) for s in said}
    return {e.seq: data[e.data["contribution_id"]] for e in found if e.data["contribution_id"] in data}


_ANSWERED = aliased(Contribution)
_LIVE = Prepared(
    select(*(getattr(Contribution, name) for name in _Row._fields), _ANSWERED.voice_id)
    .outerjoin(_ANSWERED, _ANSWERED.id == Contribution.reply_to_id).where(among(Contribution.id, "ids")))


def wire(said: Shown) -> dict[str, Any]:
    """The public shape of a contribution, the same in frames and in the API."""
    line = said.byline
    return {"id": said.id, "posted_seq": said.seq, "voice": said.voice_id, "at": said.at.isoformat(), "html": said.html,
            "byline": {"handle": line.handle, "name": line.name, "affiliation": line.affiliation,
                       "capacity": line.capacity, "actor_set": line.actor_set, "role": line.role,
                       "number": line.number},
            "reply_to": said.reply_to, "edited": said.edited, "retracted": said.retracted,
            "hidden_reason": said.hidden_reason, "supports": said.supports}


def nodes(ids: list[str], reader: Any) -> dict[str, Node]:
    """Contributions as steps of a thread: an excerpt and a permalink."""
    query = select(Contribution).join(Room, Room.id == Contribution.room_id)
    found = db.session().scalars(query.where(Contribution.id.in_(ids), Room.read_by(reader)))
    return {c.id: Node(Ref("contribution", c.id), richtext.excerpt(c.text, 90) if not c.is_gone else "",
                       page_addresses.contribution(c.id), "withdrawn" if c.is_gone else "")
            for c in found}
