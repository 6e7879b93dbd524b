"""Reading outcomes: one, many, as a line of the thread, on the wire, and those the agenda may take up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, false, func, or_, select
from sqlalchemy.orm import defaultload, joinedload, lazyload

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import Byline
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, Role, permit
from dialogue.core.record import Audience, Entry
from dialogue.core.thread import Node, Ref
from dialogue.core.transaction import scalar_or_not_found
from dialogue.outcomes.models import Outcome, OutcomeKind, OutcomeState, SummaryPoint
from dialogue.rooms.models import Room
from dialogue.rooms.voices import bylines
from dialogue.votes.models import Explanation
from dialogue.votes.rules import Verdict

PAGE_SIZE = 20


def _day(moment: Any) -> ColumnElement[str]:
    """The day of a moment, to sort by: an order by the moment would bracket those of which only the day is told."""
    return func.substr(cast(moment, String), 1, 10)


NEWEST_FIRST = (_day(Outcome.published_at).desc(), Outcome.number.desc())


@dataclass(frozen=True)
class Filter:
    """What to list: everything where nothing is said."""

    theme_id: str = ""
    kind: OutcomeKind | None = None
    verdict: Verdict | None = None


def visible_to(person: Person | None) -> Select[Outcome]:
    """Return the outcomes a person may see: published ones, and drafts of rooms they have entered."""
    return select(Outcome).join(Room, Room.id == Outcome.room_id).where(_visible(person))


def _visible(person: Person | None) -> ColumnElement[bool]:
    """`Outcome.is_seen_by` in SQL, for a query that joins the room."""
    return or_(Outcome.state == OutcomeState.PUBLISHED, Room.entered_by(person))


def outcome_for(person: Person | None, outcome_id: str) -> tuple[Outcome, frozenset[Role]]:
    """An outcome with its summary and corrigenda, and the reader's roles (two queries). Raises NotFound."""
    query = select(Outcome).where(Outcome.id == outcome_id).options(
        joinedload(Outcome.summary).joinedload(SummaryPoint.sources), joinedload(Outcome.corrigenda),
        defaultload(Outcome.room).lazyload(Room.goals))
    outcome: Outcome = scalar_or_not_found(query)
    roles = outcome.roles_of(person)
    if not outcome.is_seen_by(roles):
        raise NotFound()
    return outcome, roles


def page(person: Person | None, wanted: Filter, *, number: int = 1, size: int = PAGE_SIZE) -> tuple[list[Outcome], int]:
    """One page of what they may see, newest first, and how many there are in all."""
    conditions = [_visible(person), *_conditions(wanted)]
    query = _plain(visible_to(person).where(*conditions)).order_by(
        _day(func.coalesce(Outcome.published_at, Outcome.created_at)).desc(), Outcome.number.desc())
    total = select(func.count()).select_from(Outcome).join(Room, Room.id == Outcome.room_id).where(*conditions)
    shown = db.session().scalars(query.limit(size).offset((number - 1) * size)).all()
    return list(shown), db.session().scalar(total) or 0


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    return [condition for given, condition in (
        (wanted.theme_id, Room.theme_id == wanted.theme_id),
        (wanted.kind, Outcome.kind == wanted.kind),
        (wanted.verdict, Outcome.verdict == wanted.verdict)) if given]


def _plain(query: Select[Outcome]) -> Select[Outcome]:
    """For lists: without the texts below."""
    return query.options(lazyload(Outcome.summary), lazyload(Outcome.corrigenda),
                         defaultload(Outcome.room).lazyload(Room.goals))


def newest_published(limit: int) -> list[Outcome]:
    """What became public last, with the texts: for feeds and the first page."""
    query = select(Outcome).where(Outcome.state == OutcomeState.PUBLISHED).options(
        defaultload(Outcome.room).lazyload(Room.goals))
    return list(db.session().scalars(query.order_by(*NEWEST_FIRST).limit(limit)))


def newest_titles(limit: int) -> list[Outcome]:
    """The same without the texts, for a short list: one statement."""
    query = _plain(select(Outcome)).where(Outcome.state == OutcomeState.PUBLISHED)
    return list(db.session().scalars(query.order_by(*NEWEST_FIRST).limit(limit)))


def room_to_record(person: Person, room_id: str) -> Room:
    """The room whose sitting the person may close with an outcome. Raises NotFound, NotPermitted."""
    room: Room = scalar_or_not_found(select(Room).where(Room.id == room_id))
    permit(person, Permission.OUTCOME_DRAFT, room)
    return room


def explanations(outcome: Outcome) -> list[Explanation]:
    """The explanations of vote in the order they were given; where people are hidden, in one that tells nothing."""
    if outcome.ballot_id is None:
        return []
    order = Explanation.text if outcome.room.attribution.hides_people else Explanation.at
    query = select(Explanation).where(Explanation.ballot_id == outcome.ballot_id).order_by(order)
    return list(db.session().scalars(query))


def lines_of(outcome: Outcome, given: Sequence[Explanation]) -> dict[str, Byline]:
    """How those who explained their votes, and who signed, are printed in this room."""
    signature = outcome.summary_signature
    signers = (outcome.signed_by_id, signature.voice_id if signature else None)
    voices = {one.voice_id for one in given} | {voice_id for voice_id in signers if voice_id}
    return bylines(outcome.room, voices) if voices else {}


def nodes(ids: list[str], person: Person | None) -> dict[str, Node]:
    """Outcomes as steps of the thread."""
    found = db.session().scalars(_plain(visible_to(person).where(Outcome.id.in_(ids))))
    return {one.id: Node(Ref("outcome", one.id), f"{one.symbol} {one.title}", one.address, one.state) for one in found}


def on_the_wire(found: Sequence[Entry], audience: Audience) -> dict[int, dict[str, Any]]:
    """The outcome as it is now; of an unpublished one its id alone, where readers who are no members listen."""
    ids = {entry.data["outcome_id"] for entry in found}
    query = select(Outcome).join(Room, Room.id == Outcome.room_id).where(Outcome.id.in_(ids))
    if audience is not Audience.MODERATORS:
        members_alone = false() if audience is Audience.PUBLIC else ~Room.read_by(None)
        query = query.where(or_(Outcome.state == OutcomeState.PUBLISHED, members_alone))
    known = {one.id: one for one in db.session().scalars(_plain(query))}
    return {entry.seq: {**entry.data, **_wire(known.get(entry.data["outcome_id"]))} for entry in found}


def _wire(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    return {"symbol": outcome.symbol, "title": outcome.title, "state": outcome.state.value,
            "verdict": outcome.verdict, "address": outcome.address}
