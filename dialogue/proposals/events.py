"""What happens to proposals, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class ProposalDrafted(Event):
    """A sponsor began a draft, which is its own until submitted."""

    audience = Audience.MODERATORS
    proposal_id: str


@dataclass(frozen=True, kw_only=True)
class DraftRevised(Event):
    """The text of a draft changed: version `number`. It concerns its sponsors only."""

    audience = Audience.MODERATORS
    proposal_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DraftWithdrawn(Event):
    """A draft was withdrawn before it was submitted."""

    audience = Audience.MODERATORS
    proposal_id: str


@dataclass(frozen=True, kw_only=True)
class ProposalSubmitted(Event):
    """A text was put forward."""

    proposal_id: str


@dataclass(frozen=True, kw_only=True)
class ProposalRevised(Event):
    """The text changed: version `number`."""

    proposal_id: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ProposalSponsored(Event):
    """A voice joined the sponsors."""

    proposal_id: str
    voice_id: str


@dataclass(frozen=True, kw_only=True)
class ProposalEndorsed(Event):
    """A voice endorsed it, or took the endorsement back."""

    proposal_id: str


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(Event):
    """Its sponsors took it back."""

    proposal_id: str
