"""Proposals: a text in numbered clauses, its versions, who sponsors and who endorses it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.proposals import numbering
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    OPEN = "open"  # Put to a decision.
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ClauseKind(StrEnum):
    """Preambular clauses say why, operative ones (numbered) say what, those below one (lettered) say it in parts."""

    PREAMBULAR = numbering.PREAMBULAR
    OPERATIVE = numbering.OPERATIVE
    SUBPARAGRAPH = numbering.SUBPARAGRAPH


class Proposal(db.Base):
    """A text put forward in a room."""

    __tablename__ = "proposal"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    symbol: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[ProposalState] = mapped_column(stored(ProposalState), default=ProposalState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_version: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(String(24), default="", server_default="")  # Of the ballot that decided it.
    withdrawal_reason: Mapped[str] = mapped_column(String(500), default="")
    # Where people are hidden: every table of endorsements by actor set told so far, oldest first, and the total at
    # the last decision whether to tell another. No total: endorsed by name before, so no table is ever told.
    sets_told: Mapped[list[dict[str, int]]] = mapped_column(JSON, default=list, server_default="[]")
    sets_judged_at: Mapped[int | None] = mapped_column(default=0, server_default="0")
    room: Mapped[Room] = relationship(lazy="joined", innerjoin=True)
    sponsors: Mapped[list["Sponsor"]] = relationship(lazy="selectin")

    @property
    def stream_id(self) -> str:
        """The room's stream."""
        return self.room_id

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.proposal(self.id)

    @property
    def stands(self) -> str:
        """Where it stands in one word: the verdict of the ballot on it, or its state while it has none."""
        return self.verdict or self.state

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """The person's roles in the room; sponsors are authors (see proposals.queries for the voice)."""
        roles = self.room.roles_of(person)
        mine = voice_id_of(self.room_id, person) if Role.MEMBER in roles else None
        return roles | {Role.AUTHOR} if mine in {s.voice_id for s in self.sponsors} else roles

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """What was never submitted is its sponsors' own; everything else is as readable as the room."""
        if self.submitted_at is None:
            return Role.AUTHOR in roles
        return self.room.is_read_by(roles)

    def first_version_for(self, roles: frozenset[Role]) -> int:
        """Return the earliest version that these roles may read: those before submitting are the sponsors' own."""
        return 1 if Role.AUTHOR in roles else self.submitted_version or 1

    @property
    def takes_text(self) -> bool:
        """Whether its wording may still change."""
        return self.state in (ProposalState.DRAFT, ProposalState.SUBMITTED)

    @property
    def takes_sponsors(self) -> bool:
        """Tell whether people may still become sponsors."""
        return self.state is ProposalState.SUBMITTED

    @property
    def takes_endorsements(self) -> bool:
        """Whether support may be given and taken back: from submission until the decision."""
        return self.state in (ProposalState.SUBMITTED, ProposalState.OPEN)

    def submit(self, at: datetime) -> None:
        """Put the draft forward."""
        self._refuse_unless(ProposalState.DRAFT)
        self.state, self.submitted_at, self.submitted_version = ProposalState.SUBMITTED, at, self.version

    def open(self) -> None:
        """Put the text to a decision; it cannot be changed from here on."""
        self._refuse_unless(ProposalState.SUBMITTED)
        self.state = ProposalState.OPEN

    def reopen(self) -> None:
        """Back from a decision that was called off."""
        self._refuse_unless(ProposalState.OPEN)
        self.state = ProposalState.SUBMITTED

    def decide(self, verdict: str, at: datetime) -> None:
        """Keep how the ballot on it ended."""
        self._refuse_unless(ProposalState.OPEN)
        self.state, self.verdict, self.closed_at = ProposalState.DECIDED, verdict, at

    def withdraw(self, reason: str, at: datetime) -> None:
        """Take it back before voting began."""
        self._refuse_unless(ProposalState.DRAFT, ProposalState.SUBMITTED)
        self.state, self.closed_at, self.withdrawal_reason = ProposalState.WITHDRAWN, at, reason

    def revise(self, base: int) -> int:
        """Take the next version number; `base` is the version the editor saw."""
        self.refuse_unless_taking_text(base)
        self.version += 1
        return self.version

    def refuse_unless_taking_text(self, base: int) -> None:
        """Raise Conflict unless the wording may change now, from the version the editor saw."""
        self._refuse_unless(ProposalState.DRAFT, ProposalState.SUBMITTED)
        self.refuse_stale(base)

    def refuse_stale(self, seen: int) -> None:
        """Raise Conflict if the text reads differently from the version the person saw."""
        if seen != self.version:
            raise Conflict(_("The text changed in the meantime. Compare with the new version, then press again."))

    def refuse_unless_taking_sponsors(self) -> None:
        """Raise Conflict unless people may become sponsors now."""
        self._refuse_unless(ProposalState.SUBMITTED)

    def refuse_unless_taking_endorsements(self) -> None:
        """Raise Conflict before it is submitted, and once it is decided or withdrawn."""
        self._refuse_unless(ProposalState.SUBMITTED, ProposalState.OPEN)

    def _refuse_unless(self, *states: ProposalState) -> None:
        if self.state not in states:
            raise Conflict(_("This cannot be done with the proposal as it stands now."))


class ProposalVersion(db.Base):
    """One wording of the whole text, and why it changed."""

    __tablename__ = "proposal_version"
    id: Mapped[db.Key]
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"))
    at: Mapped[datetime]
    clauses: Mapped[list["Clause"]] = relationship(order_by="Clause.position", lazy="selectin")
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    @property
    def numbered(self) -> list[tuple[str, "Clause"]]:
        """Each clause with its label: "" for preambular, "1", "2", … and "(a)", "(b)", … below."""
        return list(zip(numbering.labels([c.kind for c in self.clauses]), self.clauses, strict=True))


class Clause(db.Base):
    """A clause of one version. `key` stays the same from version to version, so that changes can be followed."""

    __tablename__ = "clause"
    version_id: Mapped[str] = mapped_column(ForeignKey("proposal_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(22))
    kind: Mapped[ClauseKind] = mapped_column(stored(ClauseKind))
    text: Mapped[db.Long]


class Sponsor(db.Base):
    """A voice that puts the proposal forward."""

    __tablename__ = "sponsor"
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    at: Mapped[datetime]


class Endorsement(db.Base):
    """A voice that supports the proposal, and the version it read."""

    __tablename__ = "endorsement"
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), primary_key=True)
    version: Mapped[int]
    at: Mapped[datetime]
