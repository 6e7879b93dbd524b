"""Reading proposals: each read begins with the reader."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, null, or_, select
from sqlalchemy.orm import contains_eager, lazyload

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, Role, allows
from dialogue.core.record import Audience, Entry
from dialogue.core.thread import Node, Ref
from dialogue.proposals.models import Endorsement, Proposal, ProposalState, Sponsor
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.themes import queries as themes
from dialogue.rooms.voices import own_voice, voices_of

BESIDE_A_DISCUSSION = 12
KNOWN_IN_A_ROOM = 100  # Contributions that led to one of these say so.
PAGE_SIZE = 20


@dataclass(frozen=True)
class Seen:
    """A proposal before one reader: what the reader is to it, and the reader's own voice in its room."""

    proposal: Proposal
    roles: frozenset[Role]
    voice_id: str | None


@dataclass(frozen=True)
class Listed:
    """A proposal in a list, and how many endorse it."""

    proposal: Proposal
    endorsements: int
    is_mine: bool


@dataclass(frozen=True)
class InRoom:
    """The newest proposals of a room, and whether the reader may add one. Iterating gives the proposals."""

    room: Room
    known: Sequence[Listed]
    can_draft: bool

    @property
    def items(self) -> Sequence[Listed]:
        """Those that are listed beside the discussion."""
        return self.known[:BESIDE_A_DISCUSSION]

    @property
    def has_more(self) -> bool:
        """Whether the list of all proposals has more of this room."""
        return len(self.known) > BESIDE_A_DISCUSSION

    def __iter__(self) -> Iterator[Proposal]:
        return (each.proposal for each in self.known)


@dataclass(frozen=True)
class Found:
    """A page of the list of all proposals, and what may be chosen in its filters."""

    items: Sequence[Listed]
    has_more: bool
    themes: Sequence[Row[str, str]]


def find(proposal_id: str, person: Person | None) -> Seen:
    """The proposal and what the reader is to it, in one query. Raises NotFound when it is not theirs to see."""
    place = and_(Membership.room_id == Proposal.room_id, _is_place_of(person))
    query = (select(Proposal, Membership, _voice_of(person)).join(Proposal.room).join(Room.theme)
             .outerjoin(Proposal.sponsors).outerjoin(Membership, place).where(Proposal.id == proposal_id)
             .options(contains_eager(Proposal.room).contains_eager(Room.theme),
                      contains_eager(Proposal.room).lazyload(Room.goals), contains_eager(Proposal.sponsors)))
    row = db.session().execute(query.execution_options(populate_existing=True)).unique().one_or_none()
    if row is None:
        raise NotFound()
    proposal, membership, voice_id = row
    roles = proposal.room.roles_with(person, membership)
    if Role.MEMBER in roles and voice_id in {each.voice_id for each in proposal.sponsors}:
        roles |= {Role.AUTHOR}
    if not proposal.is_seen_by(roles):
        raise NotFound()
    return Seen(proposal, roles, voice_id if Role.MEMBER in roles else None)


def possible(seen: Seen) -> frozenset[str]:
    """What this reader may do with the proposal now: names of actions, for buttons."""
    proposal, roles = seen.proposal, seen.roles
    if proposal.room.is_closed:
        return frozenset()
    is_author, is_draft = Role.AUTHOR in roles, proposal.state is ProposalState.DRAFT
    ways = {
        "revise": proposal.takes_text and allows(roles, Permission.PROPOSAL_REVISE),
        "submit": is_draft and allows(roles, Permission.PROPOSAL_SUBMIT),
        "withdraw": proposal.takes_text and allows(roles, Permission.PROPOSAL_WITHDRAW),
        "sponsor": proposal.takes_sponsors and not is_author and allows(roles, Permission.PROPOSAL_SPONSOR),
        "endorse": proposal.takes_endorsements and not is_author and allows(roles, Permission.PROPOSAL_ENDORSE),
        "decide": proposal.state is ProposalState.SUBMITTED and allows(roles, Permission.BALLOT_OPEN),
    }
    return frozenset(name for name, open in ways.items() if open)


def endorsements(proposal_id: str) -> dict[str, int]:
    """Each endorser's voice and the version they endorsed, first one first."""
    query = select(Endorsement.voice_id, Endorsement.version).where(Endorsement.proposal_id == proposal_id)
    return dict(db.session().execute(query.order_by(Endorsement.at, Endorsement.voice_id)).all())


def listed(person: Person | None, *, state: ProposalState | None = None, theme_id: str = "", room_id: str = "",
           page: int = 1) -> Found:
    """The proposals the reader may read, newest first; `page` counts from 1."""
    query = _listing(person).order_by(Proposal.created_at.desc(), Proposal.id)
    for column, wanted in ((Proposal.state, state), (Room.theme_id, theme_id), (Room.id, room_id)):
        query = query.where(column == wanted) if wanted else query
    found = _rows(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1))
    return Found(found[:PAGE_SIZE], len(found) > PAGE_SIZE, themes.choices())


def in_room(room: Room, person: Person | None, roles: frozenset[Role]) -> InRoom:
    """The newest proposals of a room, the reader's own drafts among them, in one query."""
    can_draft = allows(roles, Permission.PROPOSAL_DRAFT) and not room.is_closed
    if not room.is_read_by(roles):
        return InRoom(room, [], can_draft)
    newest = _listing(person).where(Room.id == room.id).order_by(Proposal.created_at.desc(), Proposal.id)
    return InRoom(room, _rows(newest.limit(KNOWN_IN_A_ROOM)), can_draft)


def _listing(person: Person | None) -> Select[Any]:
    """Proposal, its endorsements and whether the reader sponsors it, for each one they may read."""
    count = select(func.count()).select_from(Endorsement).where(Endorsement.proposal_id == Proposal.id)
    query = select(Proposal, count.correlate(Proposal).scalar_subquery(), _is_mine(person))
    return (query.join(Proposal.room).join(Room.theme).where(readable(person))
            .options(contains_eager(Proposal.room).contains_eager(Room.theme),
                     contains_eager(Proposal.room).lazyload(Room.goals), lazyload(Proposal.sponsors)))


def _rows(query: Select[Any]) -> list[Listed]:
    return [Listed(proposal, count, mine) for proposal, count, mine in db.session().execute(query)]


def readable(person: Person | None) -> ColumnElement[bool]:
    """The condition on Proposal joined with Room under which this person may read it."""
    is_own = and_(Room.entered_by(person), _is_mine(person))
    return or_(and_(Proposal.submitted_at.is_not(None), Room.read_by(person)), is_own)


def _is_place_of(person: Person | None) -> ColumnElement[bool]:
    return and_(Membership.person_id == (person.id if person else None), Membership.ended_at.is_(None))


def _is_mine(person: Person | None) -> ColumnElement[bool]:
    if person is None:
        return false()
    return exists().where(Sponsor.proposal_id == Proposal.id, Sponsor.voice_id.in_(voices_of(person)))


def _voice_of(person: Person | None) -> ColumnElement[Any]:
    """The person's own voice in the proposal's room."""
    return null() if person is None else own_voice(Proposal.room_id, person).correlate(Proposal).scalar_subquery()


def nodes(ids: list[str], reader: Person | None) -> Mapping[str, Node]:
    columns = (Proposal.id, Proposal.symbol, Proposal.title, Proposal.state, Proposal.verdict)
    query = select(*columns).join(Proposal.room).where(Proposal.id.in_(ids), readable(reader))
    return {id: Node(Ref("proposal", id), f"{symbol} · {title}", page_addresses.proposal(id), verdict or state)
            for id, symbol, title, state, verdict in db.session().execute(query)}


def on_the_wire(entries: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """What browsers learn: the proposal as it stands now; of a draft nothing, for it is its sponsors' own."""
    ids = {entry.data["proposal_id"] for entry in entries}
    count = select(func.count()).select_from(Endorsement).where(Endorsement.proposal_id == Proposal.id)
    query = (select(Proposal, count.correlate(Proposal).scalar_subquery())
             .where(Proposal.id.in_(ids), Proposal.submitted_at.is_not(None))
             .options(lazyload(Proposal.room), lazyload(Proposal.sponsors)))
    shown = {proposal.id: outline(proposal, count) for proposal, count in db.session().execute(query)}
    return {entry.seq: shown.get(entry.data["proposal_id"], {}) for entry in entries}


def outline(proposal: Proposal, endorsement_count: int) -> dict[str, Any]:
    """The proposal in a few figures, for programs."""
    return {"id": proposal.id, "symbol": proposal.symbol, "title": proposal.title, "state": proposal.state,
            "verdict": proposal.verdict or None, "version": proposal.version, "endorsements": endorsement_count,
            "url": proposal.address}
