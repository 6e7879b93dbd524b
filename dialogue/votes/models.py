"""Ballots, the roll frozen at their opening, votes and the result."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses
from dialogue.core.attribution import ActorSet
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Room
from dialogue.votes import revealing
from dialogue.votes.rules import Choice, Count, Decision, Quorum, Rule, Verdict, decide


class Visibility(StrEnum):
    """Whether votes are published by name, or are never revealed."""

    RECORDED = "recorded"
    SECRET = "secret"  # noqa: S105 - a kind of ballot, not a password.


class BallotState(StrEnum):
    """Open, closed with a verdict, or called off without one."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NO_QUORUM = Quorum()


@dataclass(frozen=True)
class Terms:
    """Under what a question is decided; fixed when the ballot opens. Without `closes_at` the chair ends it."""

    rule: Rule
    visibility: Visibility
    quorum: Quorum = NO_QUORUM
    closes_at: datetime | None = None


class Ballot(db.Base):
    """One question put to a decision under a fixed rule; `guest_votes` is how guests, if any, came on its roll."""

    __tablename__ = "ballot"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    proposal_version: Mapped[int | None]
    question: Mapped[str] = mapped_column(String(300))
    rule: Mapped[Rule] = mapped_column(stored(Rule))
    quorum_numerator: Mapped[int] = mapped_column(default=0)
    quorum_denominator: Mapped[int] = mapped_column(default=1)
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility))
    state: Mapped[BallotState] = mapped_column(stored(BallotState), default=BallotState.OPEN)
    eligible: Mapped[int]
    guest_votes: Mapped[GuestVotes] = mapped_column(stored(GuestVotes), default=GuestVotes.NONE, server_default="none")
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(stored(Verdict))
    yes: Mapped[int | None]
    no: Mapped[int | None]
    abstain: Mapped[int | None]
    by_set: Mapped[dict[str, Any] | None]
    room: Mapped[Room] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (
        CheckConstraint("eligible > 0", name="eligible"),
        Index("uq_ballot_open_proposal", "proposal_id", unique=True,
              sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )

    @property
    def stream_id(self) -> str:
        """The room's stream."""
        return self.room_id

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.ballot(self.id)

    @property
    def quorum(self) -> Quorum:
        """The least share of the roll that must take part."""
        return Quorum(self.quorum_numerator, self.quorum_denominator)

    @property
    def is_secret(self) -> bool:
        """Whether no one may ever learn who voted how."""
        return self.visibility is Visibility.SECRET

    @property
    def reveals(self) -> str:
        """Why its secret result may tell votes; empty where it is recorded."""
        return revealing.reveals(self.eligible, (self.yes, self.no, self.abstain)) if self.is_secret else ""

    @property
    def decision(self) -> Decision | None:
        """The result with its arithmetic, once there is one."""
        if self.yes is None or self.no is None or self.abstain is None:
            return None
        return decide(self.rule, Count(self.yes, self.no, self.abstain, self.eligible), self.quorum)

    @property
    def stands(self) -> str:
        """Where it stands in one word: its verdict, or its state while it has none."""
        return self.verdict or self.state

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """The person's roles in the room."""
        return self.room.roles_of(person)

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """A ballot is as readable as its room."""
        return self.room.is_read_by(roles)

    def takes_votes(self, at: datetime) -> bool:
        """Whether a vote written at this moment counts."""
        return self.state is BallotState.OPEN and (self.closes_at is None or at < self.closes_at)

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether its deadline has passed and the result is not fixed yet."""
        return self.state is BallotState.OPEN and not self.takes_votes(at)

    def refuse_unless_taking_votes(self, at: datetime) -> None:
        """Raise Conflict once the ballot is closed, called off, or its deadline has passed."""
        if self.state is BallotState.CANCELLED:
            raise Conflict(_("This ballot was called off. There is no result, and what had been cast is gone."))
        if not self.takes_votes(at):
            raise Conflict(_("This ballot is closed. This vote came too late; one recorded before counts."))

    def close(self, at: datetime, count: Count, by_set: dict[str, Any]) -> None:
        """End the voting and fix its result."""
        self.refuse_unless_open()
        self.state = BallotState.CLOSED
        self.closed_at = at if self.closes_at is None else min(at, self.closes_at)
        self.yes, self.no, self.abstain, self.by_set = count.yes, count.no, count.abstain, by_set
        self.verdict = decide(self.rule, count, self.quorum).verdict

    def cancel(self, at: datetime) -> None:
        """Call the ballot off: no verdict."""
        self.refuse_unless_open()
        self.state, self.closed_at = BallotState.CANCELLED, at

    def refuse_unless_open(self) -> None:
        """Raise Conflict once the ballot is closed or called off."""
        if self.state is not BallotState.OPEN:
            raise Conflict(_("This ballot was already closed."))

    def refuse_explanation(self) -> None:
        """Raise Conflict unless an explanation of vote can be given: after closing, and never in secret."""
        if self.is_secret:
            raise Conflict(_("This ballot was secret. An explanation of vote would tell how you voted."))
        if self.state is not BallotState.CLOSED:
            raise Conflict(_("A vote is explained after the ballot has closed."))


class Elector(db.Base):
    """A voice on the ballot's frozen roll. Where the room hides people, the actor set is not kept beside it."""

    __tablename__ = "elector"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    actor_set: Mapped[ActorSet | None] = mapped_column(stored(ActorSet))


class Vote(db.Base):
    """A recorded vote: the last one counts. At most one a voice and ballot."""

    __tablename__ = "vote"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    actor_set: Mapped[ActorSet] = mapped_column(stored(ActorSet))
    choice: Mapped[Choice] = mapped_column(stored(Choice))
    at: Mapped[datetime]
    changes: Mapped[int] = mapped_column(default=0)


class Explanation(db.Base):
    """An explanation of vote, given after the closing."""

    __tablename__ = "explanation"
    ballot_id: Mapped[str] = mapped_column(ForeignKey("ballot.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    text: Mapped[db.Long]
    html: Mapped[db.Long]
    at: Mapped[datetime]


class Precedent(db.Base):
    """A historic decision with its real figures, judged by our rules; `eligible` is None where it is unknown."""

    __tablename__ = "precedent"
    id: Mapped[db.Key]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(160))
    held_on: Mapped[date]
    rule: Mapped[Rule] = mapped_column(stored(Rule))
    quorum_needed: Mapped[int] = mapped_column(default=0)
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    eligible: Mapped[int | None]
    note: Mapped[db.Long] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(300))

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.precedent(self.id)

    @property
    def decision(self) -> Decision:
        """What our rules say of its figures; a quorum of history was of votes for and against alone."""
        # Of an unknown roll no more is taken for granted than its votes and its quorum show.
        least = max(self.yes + self.no + self.abstain, self.quorum_needed)
        roll = least if self.eligible is None else self.eligible
        count = Count(self.yes, self.no, self.abstain, roll)
        return decide(self.rule, count, Quorum(self.quorum_needed, roll or 1, counts_abstentions=False))
