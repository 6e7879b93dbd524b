"""What changes straw polls."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from dialogue.accounts.models import Person
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import Transaction, transaction
from dialogue.halls.events import (
    StrawPollAnswered,
    StrawPollClosed,
    StrawPollDiscarded,
    StrawPollOpened,
    StrawPollPrepared,
)
from dialogue.halls.models import Hall
from dialogue.halls.polls.models import StrawAnswer, StrawOption, StrawPoll, StrawPollState
from dialogue.rooms.voices import voice_id_of

MIN_OPTIONS, MAX_OPTIONS = 2, 6


def prepare(person: Person, hall_id: str, *, question: str, options: Sequence[str]) -> StrawPoll:
    """Lay a straw poll ready, with two to six different options."""
    if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
        raise Invalid("option-1", _("Give two to six options."))
    if len({option.casefold() for option in options}) < len(options):
        raise Invalid("option-1", _("Two options are the same. Make each one different."))
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.STRAW_POLL_RUN, hall)
        hall.refuse_if_over()
        poll = StrawPoll(hall_id=hall.id, question=question, created_at=now())
        tx.add(poll)
        tx.add(*(StrawOption(poll_id=poll.id, position=n, label=label) for n, label in enumerate(options, 1)))
        tx.record(StrawPollPrepared(stream_id=hall.id, poll_id=poll.id))
    return poll


def open_poll(person: Person, poll_id: str) -> StrawPoll:
    """Take answers; one straw poll at a time."""
    with transaction() as tx:
        poll, hall = _run(tx, person, poll_id)
        hall.refuse_if_over()
        running = select(StrawPoll.id).where(StrawPoll.hall_id == hall.id, StrawPoll.state == StrawPollState.OPEN)
        if tx.session.scalars(running).first() is not None:
            raise Conflict(_("Another straw poll is open. Close it first."))
        poll.open(now())
        tx.record(StrawPollOpened(stream_id=hall.id, poll_id=poll.id))
    return poll


def close_poll(person: Person, poll_id: str) -> StrawPoll:
    """End the straw poll and show its counts."""
    with transaction() as tx:
        poll, hall = _run(tx, person, poll_id)
        poll.close(now())
        tx.record(StrawPollClosed(stream_id=hall.id, poll_id=poll.id))
    return poll


def discard(person: Person, poll_id: str) -> None:
    """Delete a straw poll that was never opened."""
    with transaction() as tx:
        poll, hall = _run(tx, person, poll_id)
        poll.refuse_unless_prepared()
        tx.session.execute(delete(StrawOption).where(StrawOption.poll_id == poll_id))
        tx.session.execute(delete(StrawPoll).where(StrawPoll.id == poll_id))
        tx.record(StrawPollDiscarded(stream_id=hall.id, poll_id=poll_id))


def answer_poll(person: Person, poll_id: str, *, position: int) -> StrawPoll:
    """Answer, or change one's answer, while the poll is open."""
    with transaction() as tx:
        poll = tx.fetch(StrawPoll, poll_id)
        permit(person, Permission.STRAW_POLL_ANSWER, poll)
        poll.hall.refuse_if_over()
        poll.refuse_unless_open()
        if position not in {option.position for option in poll.options}:
            raise Invalid("position", _("Choose one of the options."))
        voice_id = voice_id_of(poll.hall_id, person)
        held = tx.session.get(StrawAnswer, (poll.id, voice_id))
        if held is None:
            tx.add(StrawAnswer(poll_id=poll.id, voice_id=voice_id, position=position))
        else:
            held.position = position
        tx.record(StrawPollAnswered(stream_id=poll.stream_id, poll_id=poll.id))
    return poll


def _run(tx: Transaction, person: Person, poll_id: str) -> tuple[StrawPoll, Hall]:
    # The hall is locked first: two moderators must not both open a poll.
    known = tx.session.get(StrawPoll, poll_id)
    if known is None:
        raise NotFound()
    hall = tx.fetch(Hall, known.hall_id)
    permit(person, Permission.STRAW_POLL_RUN, hall)
    return tx.fetch(StrawPoll, poll_id), hall
