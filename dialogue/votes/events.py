"""What happens to ballots, as facts. None tells how, or that, a person voted."""

from dataclasses import dataclass

from dialogue.core.record import Event


@dataclass(frozen=True, kw_only=True)
class BallotOpened(Event):
    """A question was put to a decision."""

    ballot_id: str


@dataclass(frozen=True, kw_only=True)
class BallotClosed(Event):
    """Voting ended and the result was fixed."""

    ballot_id: str


@dataclass(frozen=True, kw_only=True)
class BallotCancelled(Event):
    """The ballot was called off."""

    ballot_id: str


@dataclass(frozen=True, kw_only=True)
class VoteExplained(Event):
    """An explanation of vote was given after the closing."""

    ballot_id: str
