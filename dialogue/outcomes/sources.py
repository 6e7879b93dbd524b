"""What an outcome can rest on: the contributions and questions of its room, each with its number."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import lazyload

from dialogue.core import db, page_addresses
from dialogue.core.thread import Link, Ref, beside
from dialogue.halls.models import Question, QuestionState
from dialogue.outcomes.models import Outcome
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room

MAX_SOURCES = 2000  # Read for a draft: a worker compares them within seconds.
_ID = re.compile(r"[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class Said:
    """A contribution or a question, as the rapporteur sees it beside a sentence."""

    ref: Ref
    number: str
    text: str
    html: str
    voice_id: str
    address: str
    supports: int
    at: datetime
    gone: bool


def address_of(room: Room, ref: Ref) -> str:
    """Where it can be read."""
    if ref.kind == "contribution":
        return page_addresses.contribution(ref.id)
    return page_addresses.question(room.id, ref.id)


def material(outcome: Outcome) -> list[Said]:
    """What a draft is made from: first what led to the proposal and the replies to it, then the rest of the sitting."""
    tied = _tied(outcome)
    since = _previous(outcome)
    sitting = (Contribution.at > since) if since else Contribution.at.is_not(None)
    query = _contributions(outcome.room).where(_present(), or_(sitting, Contribution.id.in_(tied)))
    newest = db.session().scalars(query.order_by(Contribution.seq.desc()).limit(MAX_SOURCES))
    found = sorted(newest, key=lambda c: (c.id not in tied, c.seq))
    asked = [q for q in _questions(outcome.room) if not q.gone and (since is None or q.at > since)]
    return [*(_said(outcome.room, c) for c in found), *asked]


def listed(room: Room, *, limit: int) -> list[Said]:
    """What the rapporteur may pick from: the hall's questions and the newest contributions, oldest first."""
    query = _contributions(room).where(_present()).order_by(Contribution.seq.desc()).limit(limit)
    newest = [_said(room, c) for c in db.session().scalars(query)]
    return [q for q in _questions(room) if not q.gone] + newest[::-1]


def of(room: Room, refs: Collection[Ref]) -> dict[Ref, Said]:
    """Those of these things that were said in this room."""
    ids = [ref.id for ref in refs if ref.kind == "contribution"]
    query = _contributions(room).where(Contribution.id.in_(ids))
    said = [_said(room, c) for c in db.session().scalars(query)] if ids else []
    return {one.ref: one for one in (*said, *_questions(room)) if one.ref in refs}


def named(room: Room, words: Iterable[str]) -> dict[str, Ref]:
    """What each word means here: `12` or `#12` a contribution, `Q3` a question, an address what it leads to.

    Words that mean nothing here, or something that was taken back, are left out.
    """
    wanted = set(words)
    numbers = {int(digits) for word in wanted if (digits := word.lstrip("#")).isdecimal() and len(digits) < 12}
    ids = {match[-1] for word in wanted if (match := _ID.findall(word))}
    query = _contributions(room).where(_present(), or_(Contribution.seq.in_(numbers), Contribution.id.in_(ids)))
    found = [_said(room, c) for c in db.session().scalars(query)] + [q for q in _questions(room) if not q.gone]
    by_word = {key: said.ref for said in found for key in (said.number.upper(), said.ref.id)}
    keys = {word: (_ID.findall(word) or [word.lstrip("#").upper()])[-1] for word in wanted}
    return {word: by_word[key] for word, key in keys.items() if key in by_word}


def voices_behind(outcome: Outcome) -> set[str]:
    """The voices whose words the summary cites."""
    return {said.voice_id for said in of(outcome.room, outcome.cited).values()}


def _contributions(room: Room) -> Select[Contribution]:
    return select(Contribution).where(Contribution.room_id == room.id).options(lazyload(Contribution.room))


def _present() -> ColumnElement[bool]:
    return Contribution.retracted_at.is_(None) & (Contribution.hidden_reason == "")


def _said(room: Room, c: Contribution) -> Said:
    ref = Ref("contribution", c.id)
    return Said(ref, str(c.seq), c.text, c.html, c.voice_id, address_of(room, ref), c.supports, c.at, c.is_gone)


def _questions(room: Room) -> list[Said]:
    """The hall's questions, numbered Q1, Q2, … as they were asked; none is ever deleted, so numbers stay."""
    if room.kind != "hall":
        return []
    query = select(Question).where(Question.hall_id == room.id).options(lazyload(Question.hall))
    return [_asked(room, number, q) for number, q in
            enumerate(db.session().scalars(query.order_by(Question.asked_at, Question.id)), 1)]


def _asked(room: Room, number: int, q: Question) -> Said:
    ref = Ref("question", q.id)
    return Said(ref, f"Q{number}", q.text, escape(q.text), q.voice_id, address_of(room, ref), q.supports, q.asked_at,
                q.state is QuestionState.HIDDEN)


def _tied(outcome: Outcome) -> list[str]:
    """The contributions the proposal came from, and the replies to them."""
    if outcome.proposal_id is None:
        return []
    start = Ref("proposal", outcome.proposal_id)
    origins = [ref.id for link, ref in beside([start], back=True).get(start, [])
               if link is Link.ORIGINATES and ref.kind == "contribution"]
    replies = select(Contribution.id).where(Contribution.reply_to_id.in_(origins))
    return [*origins, *db.session().scalars(replies)]


def _previous(outcome: Outcome) -> datetime | None:
    """When the room's last outcome before this one was drafted: there its sitting ended."""
    query = select(func.max(Outcome.created_at)).where(
        Outcome.room_id == outcome.room_id, Outcome.number < outcome.number)
    return db.session().scalar(query)
