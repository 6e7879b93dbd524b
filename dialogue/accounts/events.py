"""What happens to accounts, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """An account was made."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationRedeemed(Event):
    """Somebody used an invitation; later chapters give the place it carries."""

    audience = Audience.MODERATORS
    invitation_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ActorAdded(Event):
    """An actor was added."""

    audience = Audience.MODERATORS
    actor_id: str
