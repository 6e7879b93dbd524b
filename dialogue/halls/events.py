"""What happens in a town hall, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class HallOpened(Event):
    """A town hall was set up."""

    audience = Audience.PUBLIC
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class SegmentBegun(Event):
    """A segment's clock started."""

    audience = Audience.PUBLIC
    segment_id: str


@dataclass(frozen=True, kw_only=True)
class SegmentEnded(Event):
    """A segment ended and no other began: recorded before clocks could be stopped and resumed."""

    audience = Audience.PUBLIC
    segment_id: str


@dataclass(frozen=True, kw_only=True)
class ClockStopped(Event):
    """The clock of the present segment was stopped."""

    audience = Audience.PUBLIC
    segment_id: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(Event):
    """The stopped clock of the present segment runs on."""

    audience = Audience.PUBLIC
    segment_id: str


@dataclass(frozen=True, kw_only=True)
class ProgrammeRevised(Event):
    """What is still to come was planned anew."""

    audience = Audience.PUBLIC
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class CodeChanged(Event):
    """The registration code was replaced."""

    audience = Audience.MODERATORS
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class HallEnded(Event):
    """The town hall ended."""

    audience = Audience.PUBLIC
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(Event):
    """A question was put."""

    question_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionSupported(Event):
    """Its number of supports changed."""

    question_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionStaged(Event):
    """It is on the projector."""

    audience = Audience.PUBLIC
    question_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Event):
    """It was answered."""

    question_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionRequeued(Event):
    """It is back in the queue."""

    question_id: str


@dataclass(frozen=True, kw_only=True)
class QuestionHidden(Event):
    """A moderator took it off the list, with a reason."""

    question_id: str


@dataclass(frozen=True, kw_only=True)
class StrawPollPrepared(Event):
    """A straw poll lies ready."""

    audience = Audience.MODERATORS
    poll_id: str


@dataclass(frozen=True, kw_only=True)
class StrawPollDiscarded(Event):
    """A prepared straw poll was thrown away."""

    audience = Audience.MODERATORS
    poll_id: str


@dataclass(frozen=True, kw_only=True)
class StrawPollAnswered(Event):
    """A participant answered, or changed their answer; the event holds neither person nor answer."""

    audience = Audience.MODERATORS
    poll_id: str


@dataclass(frozen=True, kw_only=True)
class StrawPollOpened(Event):
    """A straw poll began."""

    audience = Audience.PUBLIC
    poll_id: str


@dataclass(frozen=True, kw_only=True)
class StrawPollClosed(Event):
    """A straw poll ended."""

    audience = Audience.PUBLIC
    poll_id: str


@dataclass(frozen=True, kw_only=True)
class GuestVotesChanged(Event):
    """A convenor chose another measure by which guests get a vote."""

    audience = Audience.PUBLIC
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class VotingCodesMade(Event):
    """A convenor made voting codes."""

    audience = Audience.MODERATORS
    hall_id: str


@dataclass(frozen=True, kw_only=True)
class GuestVerified(Event):
    """A guest got a vote, or it was taken back; which guest is not said."""

    audience = Audience.MODERATORS
    hall_id: str
