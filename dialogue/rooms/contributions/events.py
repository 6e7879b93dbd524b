"""What happens in a discussion, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Event


@dataclass(frozen=True, kw_only=True)
class ContributionPosted(Event):
    """Something was said."""

    contribution_id: str
    reply_to_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContributionEdited(Event):
    """Its wording changed."""

    contribution_id: str


@dataclass(frozen=True, kw_only=True)
class ContributionFormatted(Event):
    """Its words, shown plain until then, are formatted now; their wording is the same."""

    contribution_id: str


@dataclass(frozen=True, kw_only=True)
class ContributionRetracted(Event):
    """Its voice took it back."""

    contribution_id: str


@dataclass(frozen=True, kw_only=True)
class ContributionHidden(Event):
    """A chair took it off, with a reason."""

    contribution_id: str


@dataclass(frozen=True, kw_only=True)
class ContributionSupported(Event):
    """Its number of supports changed."""

    contribution_id: str
