"""What happens to outcomes, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class OutcomeDrafted(Event):
    """A draft record was made."""

    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomeEdited(Event):
    """The draft changed."""

    outcome_id: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class SummarySigned(Event):
    """The rapporteur signed the summary."""

    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomeSigned(Event):
    """The chair signed."""

    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomeReturned(Event):
    """The signature was taken off."""

    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomePublished(Event):
    """It is public for good."""

    audience = Audience.PUBLIC
    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomeCorrected(Event):
    """A corrigendum was added."""

    audience = Audience.PUBLIC
    outcome_id: str
    number: int
