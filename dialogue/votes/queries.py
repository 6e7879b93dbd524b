"""Reading ballots: always for a person who may read the room, and never with a count before the closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.orm import contains_eager, lazyload

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.record import Audience, Entry, Stream
from dialogue.core.thread import Node, Ref
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.voices import voices_of
from dialogue.votes import turnout
from dialogue.votes.models import Ballot, BallotState, Elector, Precedent, Visibility, Vote

NEVER = Ballot.id.is_(None)  # A plain FALSE is written as 0, which SQLite takes for a column's number when sorting.
Rows = Select[*tuple[Any, ...]]
PAGE = 20
MAX_OPEN = 50
LAST_CLOSED = 5


@dataclass(frozen=True)
class Listed:
    """A ballot in a list: how many have voted while it is open, as told, and whether the reader is on its roll.

    Where a page follows the room's record, `seq` is the number to follow it from.
    """

    ballot: Ballot
    counted: int
    may_vote: bool = False
    seq: int = 0

    @property
    def cast(self) -> int:
        """How many have voted, as it may be told; once there is a result, what it says."""
        result = self.ballot.decision
        return result.count.cast if result else self.counted


def in_room(room: Room) -> list[Listed]:
    """For the room's page, whose reader may read it: open ballots first, then the last that were closed."""
    query = select(Ballot, _turnout()).where(Ballot.room_id == room.id).order_by(
        Ballot.state != BallotState.OPEN, Ballot.closed_at.desc(), Ballot.opened_at.desc())
    query = query.options(lazyload(Ballot.room)).limit(MAX_OPEN)
    found = _told([Listed(ballot, cast) for ballot, cast in db.session().execute(query)])
    is_open = [one for one in found if one.ballot.state is BallotState.OPEN]
    return is_open + [one for one in found if one not in is_open][:LAST_CLOSED]


def open_to(person: Person | None) -> list[Listed]:
    """The open ballots the reader may see, those the reader may vote in first."""
    mine = _on_roll(person)
    query = _listed(person, mine.label("mine")).where(Ballot.state == BallotState.OPEN).order_by(
        mine.desc(), Ballot.closes_at.is_(None), Ballot.closes_at, Ballot.opened_at.desc())
    return _told([Listed(*row) for row in db.session().execute(query.limit(MAX_OPEN))])


def over(person: Person | None, after: str | None = None) -> tuple[list[Listed], str | None]:
    """Closed and cancelled ballots, newest first, past the ballot `after`; and where the next page begins."""
    query = _listed(person, NEVER).where(Ballot.state != BallotState.OPEN)
    last = db.session().get(Ballot, after) if after else None
    if last is not None:
        query = query.where(tuple_(Ballot.closed_at, Ballot.id) < tuple_(last.closed_at, last.id))
    query = query.order_by(Ballot.closed_at.desc(), Ballot.id.desc()).limit(PAGE + 1)
    found = [Listed(*row) for row in db.session().execute(query)]
    return found[:PAGE], found[PAGE - 1].ballot.id if len(found) > PAGE else None


def one(ballot_id: str) -> Listed:
    """Return a ballot with its turnout, without checking permissions. Raises NotFound."""
    seq = select(Stream.seq).where(Stream.id == Ballot.room_id).correlate(Ballot).scalar_subquery()
    query = _with_room(select(Ballot, _turnout(), NEVER, seq)).where(Ballot.id == ballot_id)
    row = db.session().execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return _told([Listed(*row)])[0]


def _with_room(query: Rows) -> Rows:
    return query.join(Ballot.room).options(contains_eager(Ballot.room).lazyload(Room.goals))


def _listed(person: Person | None, mine: ColumnElement[bool]) -> Rows:
    """The ballots on lists made for the person; those of rehearsals are on none."""
    return _readable(person, mine).where(~Room.is_rehearsal)


def _readable(person: Person | None, mine: ColumnElement[bool]) -> Rows:
    return _with_room(select(Ballot, _turnout(), mine)).where(Room.read_by(person))


def _on_roll(person: Person | None) -> ColumnElement[bool]:
    if person is None:
        return NEVER
    on_roll = exists().where(Elector.ballot_id == Ballot.id, Elector.voice_id.in_(voices_of(person)))
    # The roll is frozen, the right to use it is not.
    reads_along = exists().where(Membership.room_id == Ballot.room_id, Membership.person_id == person.id,
                                 Membership.role == RoomRole.OBSERVER)
    return on_roll & ~reads_along


def _turnout() -> ColumnElement[int]:
    """How many recorded votes are in; a secret ballot's turnout is told otherwise."""
    return select(func.count()).where(Vote.ballot_id == Ballot.id).correlate(Ballot).scalar_subquery()


def _told(found: list[Listed]) -> list[Listed]:
    """The same, with what is told of the secret ballots that are open."""
    told = turnout.figures([one.ballot.id for one in found
                            if one.ballot.is_secret and one.ballot.state is BallotState.OPEN])
    return [replace(one, counted=told[one.ballot.id].cast) if one.ballot.id in told else one for one in found]


class Turnouts(NamedTuple):
    """What is told of a room's open ballots, and whether there may be more to tell in a moment."""

    payloads: list[dict[str, Any]]
    may_be_behind: bool


def turnouts(room_id: str) -> Turnouts:
    """How many of how many have voted in each of the room's open ballots."""
    query = select(Ballot.id, Ballot.visibility, _turnout(), Ballot.eligible).where(
        Ballot.room_id == room_id, Ballot.state == BallotState.OPEN)
    found = db.session().execute(query).all()
    told = turnout.figures([id for id, visibility, _counted, _all in found if visibility is Visibility.SECRET])
    payloads = [{"ballot": id, "cast": told[id].cast if id in told else counted, "eligible": eligible}
                for id, _visibility, counted, eligible in found]
    return Turnouts(payloads, not all(one.is_fresh for one in told.values()))


def as_data(ballot: Ballot) -> dict[str, Any]:
    """A ballot for programs; the figures are there once it is closed, and not before."""
    data: dict[str, Any] = {name: getattr(ballot, name) for name in (
        "id", "room_id", "proposal_id", "proposal_version", "question", "rule", "visibility", "state", "eligible",
        "guest_votes", "verdict", "yes", "no", "abstain", "address")}
    moments = {name: getattr(ballot, name) for name in ("opened_at", "closes_at", "closed_at")}
    data |= {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return data | {"quorum": f"{ballot.quorum_numerator}/{ballot.quorum_denominator}",
                   "quorum_needed": ballot.quorum.needed(ballot.eligible), "stands": ballot.stands,
                   "reveals": ballot.reveals}


def on_the_wire(entries: Sequence[Entry], _audience: Audience) -> dict[int, dict[str, Any]]:
    """Entries about ballots, each with the ballot as it stands now."""
    ids = {entry.data["ballot_id"] for entry in entries}
    found = {b.id: as_data(b) for b in db.session().scalars(select(Ballot).where(Ballot.id.in_(ids)))}
    return {entry.seq: found[entry.data["ballot_id"]] for entry in entries}


def nodes(ids: list[str], reader: Any) -> Mapping[str, Node]:
    """Ballots as steps of the thread."""
    query = _readable(reader, NEVER).where(Ballot.id.in_(ids))
    return {b.id: Node(Ref("ballot", b.id), title=b.question, address=b.address, state=b.stands)
            for b, *_rest in db.session().execute(query)}


def precedents() -> list[Precedent]:
    """Decisions of history, newest first."""
    return list(db.session().scalars(select(Precedent).order_by(Precedent.held_on.desc(), Precedent.title)))


def precedent(precedent_id: str) -> Precedent:
    """One of them. Raises NotFound."""
    found = db.session().get(Precedent, precedent_id)
    if found is None:
        raise NotFound()
    return found
