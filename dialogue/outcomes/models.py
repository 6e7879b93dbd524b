"""Outcomes: the published record of a decision or of a session."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Person
from dialogue.core import db, page_addresses
from dialogue.core.attribution import AttributionRule
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role
from dialogue.core.thread import Ref
from dialogue.outcomes.sections import SECTIONS
from dialogue.rooms.models import Room


class OutcomeKind(StrEnum):
    """What it records: a ballot's decision, or a session that closed without one."""

    DECISION = "decision"
    SESSION = "session"


SERIES = {"adopted": "RES", "session": "SES"}


def symbol_of(number: int, kind: OutcomeKind, verdict: str) -> str:
    """The document symbol: `DLG/RES/7` adopted, `DLG/DEC/8` otherwise decided, `DLG/SES/9` of a session.

    One series of numbers runs through all three, so that a number alone is unambiguous and is never used again.
    """
    return f"DLG/{SERIES.get(verdict or kind, 'DEC')}/{number}"


class OutcomeState(StrEnum):
    """The rapporteur writes the draft, the chair signs it, then it is published for good."""

    DRAFT = "draft"
    SIGNED = "signed"
    PUBLISHED = "published"


class Outcome(db.Base):
    """A record. `decision` is the frozen account of the ballot (see decision.py).

    `summarised_at` says when the first draft of the summary was written; until then it is still due.
    """

    __tablename__ = "outcome"
    id: Mapped[db.Key]
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"), index=True)
    ballot_id: Mapped[str | None] = mapped_column(ForeignKey("ballot.id"), unique=True)
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    kind: Mapped[OutcomeKind] = mapped_column(stored(OutcomeKind))
    state: Mapped[OutcomeState] = mapped_column(stored(OutcomeState), default=OutcomeState.DRAFT)
    number: Mapped[int] = mapped_column(unique=True)
    symbol: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    verdict: Mapped[str] = mapped_column(String(24), default="")
    decision: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    summarised_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[str | None] = mapped_column(ForeignKey("voice.id"))
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    room: Mapped[Room] = relationship(lazy="joined", innerjoin=True)
    summary: Mapped[list["SummaryPoint"]] = relationship(
        order_by="SummaryPoint.position", lazy="selectin", cascade="all, delete-orphan")
    corrigenda: Mapped[list["Corrigendum"]] = relationship(order_by="Corrigendum.number", lazy="selectin")
    summary_signature: Mapped["SummarySignature | None"] = relationship(lazy="joined", cascade="all, delete-orphan")

    @property
    def points(self) -> list["SummaryPoint"]:
        """The sentences of the summary, section by section in their fixed order."""
        return sorted(self.summary, key=lambda point: point.section_order)

    @property
    def is_summary_signed(self) -> bool:
        """Whether the rapporteur signed the summary as it stands now."""
        return self.summary_signature is not None and self.summary_signature.revision == self.revision

    @property
    def stream_id(self) -> str:
        """The room's stream."""
        return self.room_id

    @property
    def address(self) -> str:
        """Where its page is."""
        return page_addresses.outcome(self.id)

    @property
    def is_adopted(self) -> bool:
        """Whether it may feed the agenda: a decision that carried, or a session's own outcome."""
        return self.kind is OutcomeKind.SESSION or self.verdict == "adopted"

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """The person's roles in the room."""
        return self.room.roles_of(person)

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """Published outcomes are public; drafts are for the room's members."""
        return self.state is OutcomeState.PUBLISHED or Role.MEMBER in roles

    def shows_sources(self, roles: frozenset[Role]) -> bool:
        """Whether a reader is led to what was said: those who may read the room, and of a published outcome of a
        room that hides its people no one, since the record goes where the links would tell who was active."""
        is_out = self.state is OutcomeState.PUBLISHED and self.room.attribution.hides_people
        return self.room.is_read_by(roles) and not is_out

    def tells_explanations(self, roles: frozenset[Role]) -> bool:
        """Whether explanations of vote are shown: not outside a closed room, which no word leaves."""
        return self.room.attribution is not AttributionRule.CLOSED or self.room.is_read_by(roles)

    def told(self, moment: datetime) -> datetime:
        """A moment as it may leave the room: where people are hidden the day alone, since a second could tell who
        was there."""
        coarse = self.room.attribution.hides_people
        return moment.replace(hour=0, minute=0, second=0, microsecond=0) if coarse else moment

    @property
    def cited(self) -> list[Ref]:
        """What the summary rests on, each once, in the order of the summary."""
        return list(dict.fromkeys(source.ref for point in self.summary for source in point.sources))

    def refuse_unless_draft(self) -> None:
        """Raise Conflict once it is signed: what is signed is not edited."""
        if self.state is not OutcomeState.DRAFT:
            raise Conflict(_("A signed outcome is not edited. Send it back to the draft, or add a corrigendum."))

    def edit(self, base: int) -> int:
        """Take the next revision; `base` is the one the editor saw."""
        self.refuse_unless_draft()
        if base != self.revision:
            raise Conflict(_("Another person saved this draft while you were writing. Compare, then save again."))
        self.revision += 1
        return self.revision

    def stop_citing(self, gone: Ref) -> None:
        """Rest nothing on this any more; a sentence that rested on nothing else goes, with the words it repeated."""
        self.revision += 1
        for point in self.summary:
            point.rest_on(source.ref for source in list(point.sources) if source.ref != gone)
        self.summary = [point for point in self.summary if point.sources]

    def sign_summary(self, voice_id: str, revision: int, at: datetime) -> None:
        """Sign the summary as the rapporteur read it; an earlier signature is replaced."""
        if self.state is OutcomeState.PUBLISHED:
            raise Conflict(_("This record is published. Its summary takes no more signatures."))
        if not self.summary:
            raise Conflict(_("There is no summary to sign yet. Write it first."))
        self._refuse_unread(revision)
        if self.summary_signature is None:
            self.summary_signature = SummarySignature()
        held = self.summary_signature
        held.voice_id, held.revision, held.at = voice_id, revision, at

    def _refuse_unread(self, revision: int) -> None:
        if revision != self.revision:
            raise Conflict(_("The draft changed after you read it. Read it again before you sign."))

    def sign(self, voice_id: str | None, revision: int, at: datetime) -> None:
        """Sign the text as the signer read it."""
        self.refuse_unless_draft()
        self._refuse_unread(revision)
        self.state, self.signed_at, self.signed_by_id = OutcomeState.SIGNED, at, voice_id

    def send_back(self) -> None:
        """Take the signature off, so that the draft can be edited again."""
        if self.state is not OutcomeState.SIGNED:
            raise Conflict(_("Only a signed, unpublished outcome can be sent back."))
        self.state, self.signed_at, self.signed_by_id = OutcomeState.DRAFT, None, None

    def publish(self, at: datetime) -> None:
        """Make it public for good."""
        if self.state is not OutcomeState.SIGNED:
            raise Conflict(_("An outcome is published after the chair has signed it."))
        self.state, self.published_at = OutcomeState.PUBLISHED, at

    def refuse_unless_published(self) -> None:
        """Raise Conflict before publication: until then one edits, afterwards one corrects."""
        if self.state is not OutcomeState.PUBLISHED:
            raise Conflict(_("This outcome is not published yet."))


class SummaryPoint(db.Base):
    """A sentence of the rapporteur's summary; `sources` are the ids of what it rests on."""

    __tablename__ = "summary_point"
    id: Mapped[db.Key]
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"), index=True)
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(24))
    text: Mapped[db.Long]
    sources: Mapped[list["SummarySource"]] = relationship(
        order_by="SummarySource.position", lazy="selectin", cascade="all, delete-orphan")

    @property
    def section_order(self) -> int:
        """Where its section stands in a summary."""
        return SECTIONS.index(self.section)

    def rest_on(self, refs: Iterable[Ref]) -> None:
        """Point to these, in this order, each once; rows that stay are kept, since a row is its key."""
        held = {source.ref: source for source in self.sources}
        self.sources = [held.get(ref) or SummarySource(kind=ref.kind, source_id=ref.id) for ref in dict.fromkeys(refs)]
        for position, source in enumerate(self.sources):
            source.position = position


class SummarySource(db.Base):
    """A contribution or question a sentence points to."""

    __tablename__ = "summary_source"
    point_id: Mapped[str] = mapped_column(ForeignKey("summary_point.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(22), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    @property
    def ref(self) -> Ref:
        """The thing itself."""
        return Ref(self.kind, self.source_id)


class SummarySignature(db.Base):
    """The rapporteur's signature under one revision of the summary."""

    __tablename__ = "summary_signature"
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"))
    revision: Mapped[int]
    at: Mapped[datetime]


class Corrigendum(db.Base):
    """A correction of a published outcome, beside it and never inside it."""

    __tablename__ = "corrigendum"
    outcome_id: Mapped[str] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[db.Long]
    at: Mapped[datetime]
