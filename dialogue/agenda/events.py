"""What happens on the shared reform agenda, as facts; their stream is AGENDA."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class ItemAdded(Event):
    """A reform came onto the agenda."""

    audience = Audience.PUBLIC
    item_id: str


@dataclass(frozen=True, kw_only=True)
class ItemEdited(Event):
    """Its description changed."""

    audience = Audience.PUBLIC
    item_id: str


@dataclass(frozen=True, kw_only=True)
class ItemMoved(Event):
    """It reached another stage, or was parked."""

    audience = Audience.PUBLIC
    item_id: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class ItemRated(Event):
    """A rater gave or changed urgency, feasibility and cost."""

    audience = Audience.PUBLIC
    item_id: str


@dataclass(frozen=True, kw_only=True)
class ChampionJoined(Event):
    """An actor champions it."""

    audience = Audience.PUBLIC
    item_id: str
    actor_id: str


@dataclass(frozen=True, kw_only=True)
class ChampionLeft(Event):
    """An actor no longer champions it."""

    audience = Audience.PUBLIC
    item_id: str
    actor_id: str


@dataclass(frozen=True, kw_only=True)
class OutcomeLinked(Event):
    """An adopted outcome feeds it."""

    audience = Audience.PUBLIC
    item_id: str
    outcome_id: str


@dataclass(frozen=True, kw_only=True)
class MilestoneAdded(Event):
    """A milestone was set."""

    audience = Audience.PUBLIC
    item_id: str
    milestone_id: str


@dataclass(frozen=True, kw_only=True)
class MilestoneReported(Event):
    """How a milestone stands was reported."""

    audience = Audience.PUBLIC
    item_id: str
    milestone_id: str


@dataclass(frozen=True, kw_only=True)
class MilestoneEdited(Event):
    """Its statement, day or owner changed."""

    audience = Audience.PUBLIC
    item_id: str
    milestone_id: str
