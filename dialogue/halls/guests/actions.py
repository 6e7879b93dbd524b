"""What changes guests' votes: choosing the measure, handing out codes, checking in at the door, taking a vote."""

from sqlalchemy import delete, func, select, update

from dialogue.accounts.models import Person
from dialogue.accounts.secrets import digest
from dialogue.core import idempotency
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import Transaction, transaction
from dialogue.halls.codes import new_code, normal
from dialogue.halls.events import GuestVerified, GuestVotesChanged, VotingCodesMade
from dialogue.halls.models import Hall, VotingCode
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Membership

MAX_CODES = 1000
CODE_LENGTH = 10  # 31^10 is about 2^49; wrong codes are counted.
NO_VOTE = {
    GuestVotes.NONE: _("Guests have no vote in this town hall."),
    GuestVotes.DOOR: _("A moderator gives guests their vote at the door. Show your number there."),
}


def set_measure(person: Person, hall_id: str, *, measure: GuestVotes) -> Hall:
    """Choose by which measure guests get a vote. Open ballots keep their roll."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.GUEST_VOTES_SET, hall)
        hall.refuse_if_over()
        if hall.guest_votes is not measure:
            hall.guest_votes = measure
            tx.record(GuestVotesChanged(stream_id=hall.id, hall_id=hall.id))
    return hall


def check_in(person: Person, hall_id: str, *, guest_id: str) -> Membership:
    """Give a guest a vote at the door, as moderator. Checking in twice is checking in once."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.GUEST_CHECK_IN, hall)
        hall.refuse_if_over()
        if hall.guest_votes is not GuestVotes.DOOR:
            raise Conflict(_("Guests are not checked in at the door here: a convenor chose another measure."))
        held = _place_of_guest(tx, hall, guest_id)
        _verify(tx, hall, held, GuestVotes.DOOR)
    return held


def take_back(person: Person, hall_id: str, *, guest_id: str) -> Membership:
    """Take a guest's vote back, as moderator. Ballots already open keep their roll."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.GUEST_CHECK_IN, hall)
        held = _place_of_guest(tx, hall, guest_id)
        if not held.may_vote:
            raise Conflict(_("This guest has no vote."))
        held.may_vote = False
        tx.record(GuestVerified(stream_id=hall.id, hall_id=hall.id))
    return held


def take_vote(person: Person, hall_id: str, *, code: str = "") -> Membership:
    """Take a vote as a guest: by a voting code, or by registration alone where that is open. Raises Invalid("code").

    Callers limit how often that is done from one network address.
    """
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.GUEST_VOTE_TAKE, hall)
        hall.refuse_if_over()
        held = _place_of_guest(tx, hall, person.id)
        if held.gives_vote(hall, person):
            return held
        if held.is_vote_taken_back:
            raise Conflict(_("A moderator took your vote back. Ask at the door."))
        if hall.guest_votes in NO_VOTE:
            raise Conflict(NO_VOTE[hall.guest_votes])
        if hall.guest_votes is GuestVotes.CODES:
            _use_up(tx, hall, code)
        _verify(tx, hall, held, hall.guest_votes)
    return held


def make_codes(person: Person, hall_id: str, *, number: int, key: str) -> list[str]:
    """Make so many single-use voting codes. They are returned once and kept as digests.

    A second press with the same key replaces the unused codes of the first, whose answer was not seen.
    """
    if not 1 <= number <= MAX_CODES:
        raise Invalid("number", _("Make 1 to %(most)s codes at a time.", most=MAX_CODES))
    codes = [new_code(CODE_LENGTH) for _n in range(number)]
    asked = idempotency.fingerprint("voting codes", hall_id, number)
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.GUEST_VOTES_SET, hall)
        hall.refuse_if_over()
        batch = idempotency.answered(tx, person.id, key, asked)
        if batch is None:
            batch = new_id()
            idempotency.answer(tx, person.id, key, asked, batch)
            tx.record(VotingCodesMade(stream_id=hall.id, hall_id=hall.id))
        codes = codes[_used_after_clearing(tx, batch):]
        tx.put_rows(VotingCode, [{"digest": digest(code), "room_id": hall.id, "batch": batch} for code in codes])
    return codes


def _used_after_clearing(tx: Transaction, batch: str) -> int:
    tx.session.execute(delete(VotingCode).where(VotingCode.batch == batch, ~VotingCode.is_used))
    return tx.session.scalar(select(func.count()).where(VotingCode.batch == batch)) or 0


def _use_up(tx: Transaction, hall: Hall, code: str) -> None:
    """Use a code up. Which guest did is kept nowhere."""
    fits = (VotingCode.digest == digest(normal(code))) & (VotingCode.room_id == hall.id) & ~VotingCode.is_used
    used = tx.session.execute(update(VotingCode).where(fits).values(is_used=True).returning(VotingCode.digest)).all()
    if not used:
        raise Invalid("code", _("This voting code is not valid, or was used already. Check each character, or ask a "
                                "moderator."))


def _place_of_guest(tx: Transaction, hall: Hall, person_id: str) -> Membership:
    person = tx.session.get(Person, person_id)
    held = hall.membership_of(person)
    if held is None or person is None:
        raise NotFound()
    if not person.is_guest:
        raise Conflict(_("A person with an account gets the right to vote with the place."))
    return held


def _verify(tx: Transaction, hall: Hall, held: Membership, measure: GuestVotes) -> None:
    if held.may_vote and held.verified_by is measure:
        return
    held.verify(measure)
    tx.record(GuestVerified(stream_id=hall.id, hall_id=hall.id))
