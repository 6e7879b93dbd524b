"""Reading straw polls. What was answered is counted here, and withheld here until the poll is over."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from dialogue.core import db
from dialogue.halls.polls.models import StrawAnswer, StrawPoll, StrawPollState
from dialogue.halls.queries import Seat


@dataclass(frozen=True)
class Option:
    """A possible answer; `count` is None until the poll is over."""

    position: int
    label: str
    count: int | None


@dataclass(frozen=True)
class Poll:
    """A straw poll as one reader meets it."""

    id: str
    question: str
    state: StrawPollState
    options: list[Option]
    answers: int
    own: int | None
    is_fresh: bool  # Open, or closed while the present segment runs.

    @property
    def rows(self) -> list[dict[str, object]]:
        """For a picture with bars, once it is over."""
        return [{"label": option.label, "value": option.count} for option in self.options]


def polls(place: Seat) -> list[Poll]:
    """All straw polls of a hall, for its moderators: the newest first, in three queries."""
    found = db.session().scalars(
        select(StrawPoll).where(StrawPoll.hall_id == place.hall.id).order_by(StrawPoll.created_at.desc())).all()
    counts = _counts([poll.id for poll in found])
    return [_met(poll, counts, None, place) for poll in found]


def present_poll(place: Seat) -> Poll | None:
    """The straw poll that is open, or else the one closed last."""
    query = select(StrawPoll, StrawAnswer.position).outerjoin(
        StrawAnswer, (StrawAnswer.poll_id == StrawPoll.id) & (StrawAnswer.voice_id == place.voice_id))
    asked = StrawPoll.state.in_((StrawPollState.OPEN, StrawPollState.CLOSED))
    query = query.where(StrawPoll.hall_id == place.hall.id, asked).order_by(StrawPoll.opened_at.desc()).limit(1)
    found = db.session().execute(query).one_or_none()
    if found is None:
        return None
    poll, own = found
    return _met(poll, _counts([poll.id]), own, place)


def _met(poll: StrawPoll, counts: Counter[tuple[str, int]], own: int | None, place: Seat) -> Poll:
    over = poll.state is StrawPollState.CLOSED
    numbers = {option.position: counts[poll.id, option.position] for option in poll.options}
    options = [Option(o.position, o.label, numbers[o.position] if over else None) for o in poll.options]
    begun = place.hall.current.started_at if place.hall.current else None
    fresh = poll.state is StrawPollState.OPEN or bool(begun and poll.closed_at and poll.closed_at >= begun)
    return Poll(poll.id, poll.question, poll.state, options, sum(numbers.values()), own, fresh)


def _counts(poll_ids: Collection[str]) -> Counter[tuple[str, int]]:
    query = select(StrawAnswer.poll_id, StrawAnswer.position, func.count()).where(StrawAnswer.poll_id.in_(poll_ids))
    rows = db.session().execute(query.group_by(StrawAnswer.poll_id, StrawAnswer.position))
    return Counter({(poll_id, position): count for poll_id, position, count in rows})
