"""Ballots as one reader may see them: the paper to vote on, or the result."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from dialogue.accounts.models import Person
from dialogue.core import db, thread
from dialogue.core.attribution import Byline
from dialogue.core.errors import NotFound
from dialogue.core.permissions import Permission, Role, allows
from dialogue.core.thread import Node, Ref
from dialogue.proposals.models import ProposalVersion
from dialogue.rooms.models import Room
from dialogue.rooms.voices import bylines, own_voice
from dialogue.votes import closing, queries, secret_box
from dialogue.votes.forms import padded
from dialogue.votes.models import Ballot, BallotState, Elector, Explanation, Vote
from dialogue.votes.rules import Choice

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class Mine:
    """The reader's own part: on the roll, has voted, and (in a recorded ballot) how. For the reader alone."""

    on_roll: bool = False
    voted: bool = False
    choice: Choice | None = None
    explained: bool = False


@dataclass(frozen=True)
class Card:
    """A ballot among those of its room; `mine` is the reader's part in one that is open."""

    ballot: Ballot
    cast: int
    mine: Mine = Mine()
    key_lost: bool = False

    @property
    def may_vote(self) -> bool:
        """Whether a paper is to be offered."""
        return self.mine.on_roll and not self.key_lost


@dataclass(frozen=True)
class Board:
    """The ballots of a room; `has_vote` tells whether the reader will be on the roll of one that opens now.

    `choices` are what a paper sends and what it means.
    """

    cards: list[Card]
    has_vote: bool
    choices: list[tuple[str, Choice]]


@dataclass(frozen=True)
class Line:
    """A voter of a closed recorded ballot; without a choice, a member who only explained why."""

    byline: Byline
    choice: Choice | None
    explanation: str | None


@dataclass(frozen=True)
class Paper:
    """Everything the page shows."""

    ballot: Ballot
    cast: int
    seq: int
    roles: frozenset[Role]
    mine: Mine
    key_lost: bool
    version: ProposalVersion | None
    lines: list[Line]
    line_of_thread: list[dict[str, Any]]

    @property
    def may_vote(self) -> bool:
        """Whether a paper is to be offered."""
        return self.mine.on_roll and allows(self.roles, Permission.BALLOT_CAST) and not self.key_lost

    @property
    def may_close(self) -> bool:
        """Whether the buttons of the chair are to be offered."""
        return self.ballot.state is BallotState.OPEN and allows(self.roles, Permission.BALLOT_CLOSE)

    @property
    def may_explain(self) -> bool:
        """Whether an explanation of vote is to be asked for."""
        return (self.ballot.state is BallotState.CLOSED and not self.ballot.is_secret and self.mine.on_roll
                and not self.mine.explained and allows(self.roles, Permission.BALLOT_EXPLAIN))


def choices() -> list[tuple[str, Choice]]:
    """What a paper sends for each choice."""
    return [(padded(choice), choice) for choice in Choice]


def board(room: Room, voice_id: str | None, *, has_vote: bool) -> Board:
    """The room's ballots for a reader who may read it; with the voice of a member, who may vote."""
    found = queries.in_room(room)
    mine = _mine_among([one.ballot for one in found if one.ballot.state is BallotState.OPEN], voice_id)
    cards = [Card(one.ballot, one.cast, mine.get(one.ballot.id, Mine()), closing.lacks_key(one.ballot))
             for one in found]
    return Board(cards, has_vote and not room.is_closed, choices())


def _mine_among(ballots: list[Ballot], voice_id: str | None) -> dict[str, Mine]:
    """The voice's part in those of these open ballots on whose roll it is."""
    if voice_id is None or not ballots:
        return {}
    query = _beside_electors(select(Elector.ballot_id, Vote.choice)).where(
        Elector.voice_id == voice_id, Elector.ballot_id.in_([ballot.id for ballot in ballots]))
    chosen = dict(db.session().execute(query).all())
    on_roll = [ballot for ballot in ballots if ballot.id in chosen]
    return {ballot.id: Mine(True, _has_voted(ballot, voice_id, chosen[ballot.id]), chosen[ballot.id])
            for ballot in on_roll}


def _has_voted(ballot: Ballot, voice_id: str, choice: Choice | None) -> bool:
    if not ballot.is_secret:
        return choice is not None
    return ballot.state is BallotState.OPEN and secret_box.has_voted(db.session(), ballot, voice_id)


def paper(ballot_id: str, person: Person | None) -> Paper:
    """The ballot's page for this reader. Raises NotFound."""
    found = queries.one(ballot_id)
    ballot = found.ballot
    roles = ballot.roles_of(person)
    if not ballot.is_seen_by(roles):
        raise NotFound()
    return Paper(ballot, found.cast, found.seq, roles, _mine(ballot, person, roles), closing.lacks_key(ballot),
                 _text(ballot), sorted(_lines(ballot), key=lambda line: line.byline.shown), _thread(ballot, person))


def _mine(ballot: Ballot, person: Person | None, roles: frozenset[Role]) -> Mine:
    if person is None or Role.MEMBER not in roles:
        return Mine()
    me = own_voice(ballot.room_id, person).scalar_subquery()
    query = _beside_electors(select(Elector.voice_id, Vote.choice, Explanation.at)).where(
        Elector.ballot_id == ballot.id, Elector.voice_id == me)
    row = db.session().execute(query).one_or_none()
    if row is None:
        return Mine()
    voice_id, choice, explained_at = row
    voted = _has_voted(ballot, voice_id, choice)
    return Mine(on_roll=True, voted=voted, choice=choice, explained=explained_at is not None)


def _beside_electors(query: Select[*Columns]) -> Select[*Columns]:
    """With each elector's vote and explanation, where there are any."""
    for table in (Vote, Explanation):
        same = (table.ballot_id == Elector.ballot_id) & (table.voice_id == Elector.voice_id)
        query = query.outerjoin(table, same)
    return query


def _text(ballot: Ballot) -> ProposalVersion | None:
    """The wording voted on: that version, whatever came later."""
    if ballot.proposal_id is None:
        return None
    query = select(ProposalVersion).options(joinedload(ProposalVersion.clauses)).where(
        ProposalVersion.proposal_id == ballot.proposal_id, ProposalVersion.number == ballot.proposal_version)
    return db.session().scalars(query).unique().one_or_none()


def _lines(ballot: Ballot) -> Iterator[Line]:
    if ballot.is_secret or ballot.state is not BallotState.CLOSED:
        return
    query = _beside_electors(select(Elector.voice_id, Vote.choice, Explanation.html)).where(
        Elector.ballot_id == ballot.id, or_(Vote.choice.is_not(None), Explanation.html.is_not(None)))
    rows = db.session().execute(query).all()
    names = bylines(ballot.room, [row.voice_id for row in rows])
    for voice_id, choice, explanation in rows:
        yield Line(names[voice_id], choice, explanation)


def _thread(ballot: Ballot, person: Person | None) -> list[dict[str, Any]]:
    this = Ref("ballot", ballot.id)
    walked = thread.walk(this, person)
    return [_step(node, this) for found in walked.values() for node in found] if len(walked) > 1 else []


def _step(node: Node, this: Ref) -> dict[str, Any]:
    return {"kind": node.ref.kind, "title": node.title, "url": node.address, "state": node.state,
            "hidden": node.hidden, "current": node.ref == this}
