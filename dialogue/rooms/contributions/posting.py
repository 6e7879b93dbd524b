"""Saying something: what many say at once is written in one transaction, each judged by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import insert, select

from dialogue.accounts.models import Person
from dialogue.core import idempotency, reformatting
from dialogue.core.application import PerApp
from dialogue.core.clock import now
from dialogue.core.coalescing import Coalescer, in_groups, lock_of
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, DomainError, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import Press, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.prepared import Prepared
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms import brief
from dialogue.rooms.contributions.events import ContributionPosted
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Room
from dialogue.rooms.voices import Place, own_places


class Words(NamedTuple):
    """One request to post, with its text already rendered."""

    person: Person
    room_id: str
    text: str
    html: str
    reply_to: str | None
    key: str | None


@dataclass(slots=True)
class Posted:
    """What was said, as its author is told: no row of a session, since the answer goes to another thread.

    `address` is its room's page, `supports` how many support it by now.
    """

    id: str
    address: str
    seq: int = 0
    supports: int = 0


def post(words: Words) -> Posted:
    """Post, together with what others post to the same room at this moment. Raises DomainError."""
    return _posts().submit(words)


def _post_together(words: Sequence[Words]) -> list[Posted | DomainError]:
    with transaction() as tx:
        return in_groups(words, lambda one: one.room_id, lambda room_id, some: _post_in(tx, room_id, some))


_posts = PerApp(lambda: Coalescer(_post_together, turn_of=lambda one: lock_of(one.room_id)))


def _post_in(tx: Transaction, room_id: str, words: Sequence[Words]) -> list[Posted | DomainError]:
    """Lock the room, permit each author, record what is new, write it. A row holds the number of its entry."""
    room = brief.lock(tx, room_id)
    held = own_places(room_id, {one.person.id for one in words})
    presses = [_permitted(room, one, held.get(one.person.id)) for one in words]
    results, new = _judged(tx, room, words, presses)
    _record(tx, room, new)
    _write(tx, room, new)
    return results


def _permitted(room: Room, words: Words, place: Place | None) -> Press | DomainError:
    try:
        roles = room.roles_with(words.person, place)
        permit(words.person, Permission.CONTRIBUTION_POST, room, roles=roles)
        if place is None or place.voice_id is None:
            raise NotFound()
    except DomainError as refusal:
        return refusal
    return Press(place.voice_id, words.key, fingerprint("contribution.post", room.id, words.text, words.reply_to))


class _New(NamedTuple):
    press: Press
    words: Words
    posted: Posted


Earlier = dict[tuple[str, str], tuple[str, Posted | None]]


def _judged(tx: Transaction, room: Room, words: Sequence[Words],
            presses: Sequence[Press | DomainError]) -> tuple[list[Posted | DomainError], list[_New]]:
    """Return what each request is answered, in order, and what is new among it."""
    earlier = _earlier(tx, room, [press for press in presses if isinstance(press, Press)])
    replied_to = _replied_to(tx, room.id, words)
    new: list[_New] = []
    results = [press if isinstance(press, DomainError) else _said(room, one, press, earlier, replied_to, new)
               for one, press in zip(words, presses, strict=True)]
    return results, new


def _earlier(tx: Transaction, room: Room, presses: Sequence[Press]) -> Earlier:
    """What was done before under these keys: its fingerprint and, where something was said, the answer."""
    receipts = idempotency.receipts(tx, presses)
    if not receipts:
        return {}
    query = select(Contribution.id, Contribution.seq, Contribution.supports).where(
        Contribution.id.in_({str(receipt.answer) for receipt in receipts.values()}))
    said = {id: Posted(id, room.address, seq, supports) for id, seq, supports in tx.session.execute(query)}
    return {place: (receipt.body, said.get(str(receipt.answer))) for place, receipt in receipts.items()}


def _replied_to(tx: Transaction, room_id: str, words: Sequence[Words]) -> set[str]:
    """Those of the contributions replied to that are in this room."""
    ids = {one.reply_to for one in words if one.reply_to}
    if not ids:
        return set()
    query = select(Contribution.id).where(Contribution.id.in_(ids), Contribution.room_id == room_id)
    return set(tx.session.scalars(query))


def _said(room: Room, words: Words, press: Press, earlier: Earlier, replied_to: set[str],
          new: list[_New]) -> Posted | DomainError:
    """What this press says, or said before, or why it says nothing."""
    try:
        if known := _known(press, earlier):
            return known
        room.refuse_if_closed()
        _refuse_without_discussion(room)
        if words.reply_to and words.reply_to not in replied_to:
            raise Invalid("reply_to", _("What you reply to is not in this room."))
    except DomainError as refusal:
        return refusal
    posted = Posted(new_id(), room.address)
    new.append(_New(press, words, posted))
    if press.key:
        earlier[press.owner_id, press.key] = (press.body, posted)  # The same press may be in this batch twice.
    return posted


def _refuse_without_discussion(room: Room) -> None:
    """Raise Conflict in a town hall, whose page shows no contributions; a rehearsal takes them to measure load."""
    if room.kind == "hall" and not room.is_rehearsal:
        raise Conflict(_("A town hall has no discussion, so this was not posted. Ask it as a question instead."))


def _known(press: Press, earlier: Mapping[tuple[str, str], tuple[str, Posted | None]]) -> Posted | None:
    body, posted = earlier.get((press.owner_id, press.key or ""), (press.body, None))
    press.refuse_another(body)
    return posted


def _record(tx: Transaction, room: Room, new: Sequence[_New]) -> None:
    events = [ContributionPosted(stream_id=room.id, contribution_id=one.posted.id, reply_to_id=one.words.reply_to)
              for one in new]
    for one, seq in zip(new, tx.record_all(events) if events else (), strict=True):
        one.posted.seq = seq


def _write(tx: Transaction, room: Room, new: Sequence[_New]) -> None:
    if not new:
        return
    rows = [_row(room, one) for one in new]
    _CONTRIBUTION.run(tx.session.connection(), rows)
    reformatting.note(tx, Contribution, *rows)
    idempotency.answer_all(tx, [(one.press, one.posted.id) for one in new])


def _row(room: Room, one: _New) -> dict[str, Any]:
    return {"id": one.posted.id, "room_id": room.id, "voice_id": one.press.owner_id, "text": one.words.text,
            "html": one.words.html, "reply_to_id": one.words.reply_to, "at": now(), "seq": one.posted.seq,
            "edited_at": None, "retracted_at": None, "hidden_reason": "", "supports": 0}


_CONTRIBUTION = Prepared(insert(Contribution))
