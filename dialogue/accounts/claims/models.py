"""Claims: that a person takes part for an actor, proposed by a chair and not yet vouched for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogue.accounts.models import Actor, Person
from dialogue.core import db
from dialogue.core.attribution import Capacity
from dialogue.core.db import stored
from dialogue.core.errors import Conflict
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Role


class ClaimState(StrEnum):
    """A claim is pending until a convenor or the actor's focal point decides."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Claim(db.Base):
    """A proposal that a person takes part for an actor. It confers nothing before it is confirmed.

    `stream_id` is the room or hall of the place it was proposed for: one claim a person and place, the last one.
    """

    __tablename__ = "actor_claim"
    id: Mapped[db.Key]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(stored(Capacity))
    stream_id: Mapped[str] = mapped_column(ForeignKey("stream.id"))
    proposed_by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[ClaimState] = mapped_column(stored(ClaimState), default=ClaimState.PENDING)
    decided_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=person_id)
    proposed_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=proposed_by_id)
    actor: Mapped[Actor] = relationship(lazy="joined", innerjoin=True)
    __table_args__ = (UniqueConstraint("person_id", "stream_id"),)

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is ClaimState.PENDING

    def roles_of(self, person: Person | None) -> frozenset[Role]:
        """What the person is to the claim's actor."""
        return self.actor.roles_of(person)

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """People who may decide a claim see it. Its person and the chairs read it on their own pages."""
        return not roles.isdisjoint({Role.CONVENOR, Role.FOCAL_POINT})

    def decide(self, state: ClaimState, *, by: Person, at: datetime) -> None:
        """Confirm or refuse it, once."""
        if not self.is_pending:
            raise Conflict(_("This was decided already. Nothing has changed."))
        self.state, self.decided_by_id, self.decided_at = state, by.id, at
