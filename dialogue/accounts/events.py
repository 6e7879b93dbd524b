"""What happens to accounts, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """An account was made."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    """A person's name, language, time zone, actor or capacity changed."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PersonDisabled(Event):
    """An account was shut."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PersonEnabled(Event):
    """A shut account was opened again."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ConvenorAppointed(Event):
    """A person was appointed convenor."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ConvenorDismissed(Event):
    """A convenor was dismissed."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A person changed their password."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordResetIssued(Event):
    """A convenor issued a link that sets an account's password anew."""

    audience = Audience.MODERATORS
    reset_id: str
    person_id: str
    by_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordResetWithdrawn(Event):
    """Such a link was withdrawn, by a convenor or because something took its place."""

    audience = Audience.MODERATORS
    reset_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Event):
    """A password was set anew, by a link or by the operator, and all sign-ins of the account ended."""

    audience = Audience.MODERATORS
    reset_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class SignInEnded(Event):
    """A person signed out, in one browser or in all."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """A person created an access token."""

    audience = Audience.MODERATORS
    token_id: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A personal access token was ended."""

    audience = Audience.MODERATORS
    token_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationMade(Event):
    """A link was handed out."""

    audience = Audience.MODERATORS
    invitation_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """A link was withdrawn."""

    audience = Audience.MODERATORS
    invitation_id: str


@dataclass(frozen=True, kw_only=True)
class InvitationRedeemed(Event):
    """A person redeemed an invitation; other nouns then give its place."""

    audience = Audience.MODERATORS
    invitation_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ActorAdded(Event):
    """An actor was added."""

    audience = Audience.MODERATORS
    actor_id: str


@dataclass(frozen=True, kw_only=True)
class ActorChanged(Event):
    """An actor's name, set, subtype, country or group changed."""

    audience = Audience.MODERATORS
    actor_id: str


@dataclass(frozen=True, kw_only=True)
class FocalPointAppointed(Event):
    """A person was made the focal point of their actor."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class FocalPointDismissed(Event):
    """A person is no focal point any more."""

    audience = Audience.MODERATORS
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ClaimProposed(Event):
    """A chair proposed that a person takes part for an actor."""

    audience = Audience.MODERATORS
    claim_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ClaimConfirmed(Event):
    """A convenor or the actor's focal point confirmed it; rooms answer with the place."""

    audience = Audience.MODERATORS
    claim_id: str
    person_id: str


@dataclass(frozen=True, kw_only=True)
class ClaimRefused(Event):
    """A convenor or the actor's focal point refused it."""

    audience = Audience.MODERATORS
    claim_id: str
    person_id: str
