"""What changes a town hall: setting it up, its clock, its code, and coming in by it."""

from collections.abc import Sequence
from datetime import datetime

from dialogue.accounts.models import Person
from dialogue.core import idempotency
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import Stream
from dialogue.core.transaction import Transaction, transaction
from dialogue.halls.codes import new_code
from dialogue.halls.events import (
    ClockResumed,
    ClockStopped,
    CodeChanged,
    HallEnded,
    HallOpened,
    ProgrammeRevised,
    SegmentBegun,
)
from dialogue.halls.models import Hall, Plan, Segment
from dialogue.halls.queries import hall_of_code
from dialogue.rooms.actions import place
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, Membership, RoomRole, Theme
from dialogue.rooms.namesakes import refuse_name_of_an_officer

RULES = (AttributionRule.ON_RECORD, AttributionRule.CHATHAM_HOUSE)


def open_hall(person: Person, *, theme_id: str, title: str, purpose: str = "", attribution: AttributionRule,
              access: Access, starts_at: datetime | None = None, programme: Sequence[Plan],
              guest_votes: GuestVotes = GuestVotes.NONE, own_role: RoomRole | None = None,
              key: str | None = None) -> Hall:
    """Set a town hall up, with its programme; `own_role` gives the convenor a place in it at once."""
    body = idempotency.fingerprint("hall", theme_id, title, purpose, attribution, access, starts_at, programme,
                                   guest_votes)
    if attribution not in RULES:
        raise Invalid("attribution", _("A town hall is on the record or under the Chatham House Rule."))
    with transaction() as tx:
        permit(person, Permission.HALL_CREATE)
        earlier = idempotency.answered(tx, person.id, key, body)
        if earlier is not None:
            return tx.fetch(Hall, earlier)
        if tx.session.get(Theme, theme_id) is None:
            raise Invalid("theme_id", _("Choose one of the themes."))
        hall = Hall(id=new_id(), theme_id=theme_id, title=title, purpose=purpose, access=access,
                    attribution=attribution, starts_at=starts_at, created_at=now(), code=new_code(),
                    guest_votes=guest_votes)
        set_up(tx, hall, programme)
        idempotency.answer(tx, person.id, key, body, hall.id)
        if own_role is not None:
            place(tx, hall, person, role=own_role).acknowledge(attribution)
    return hall


def revise_programme(person: Person, hall_id: str, *, programme: Sequence[Plan]) -> Hall:
    """Plan anew what was not begun yet."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        hall.refuse_if_over()
        for segment in hall.segments:
            if segment.started_at is None:
                tx.session.delete(segment)
        tx.session.flush()
        tx.session.expire(hall, ["segments"])
        _plan(tx, hall, programme, after=max((s.position for s in hall.segments), default=0))
        tx.record(ProgrammeRevised(stream_id=hall.id, hall_id=hall.id))
    return hall


def begin_segment(person: Person, hall_id: str, *, segment_id: str, after: str | None) -> Hall:
    """Start a segment's clock; `after` is the segment the person saw running, or None.

    Beginning what is running already changes nothing. Raises Conflict when another moderator moved on meanwhile.
    """
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        segment, running = hall.segment(segment_id), hall.current
        if running is segment:
            return hall
        if (running.id if running else None) != after:
            raise Conflict(_("Another moderator moved on meanwhile. This is how the programme stands now."))
        hall.begin(segment, now())
        tx.record(SegmentBegun(stream_id=hall.id, segment_id=segment.id))
    return hall


def stop_clock(person: Person, hall_id: str, *, segment_id: str) -> Hall:
    """Stop the clock of the present segment; it can be resumed."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        hall.stop(hall.segment(segment_id), now())
        tx.record(ClockStopped(stream_id=hall.id, segment_id=segment_id))
    return hall


def resume_clock(person: Person, hall_id: str, *, segment_id: str) -> Hall:
    """Let the stopped clock of the present segment run on."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        hall.resume(hall.segment(segment_id), now())
        tx.record(ClockResumed(stream_id=hall.id, segment_id=segment_id))
    return hall


def end_hall(person: Person, hall_id: str) -> Hall:
    """End the town hall. It stays readable, and its record can still become proposals and outcomes."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        hall.end(now())
        tx.record(HallEnded(stream_id=hall.id, hall_id=hall.id))
    return hall


def change_code(person: Person, hall_id: str) -> Hall:
    """Replace the registration code; who came in by the old one stays."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.HALL_RUN, hall)
        hall.change_code()
        tx.record(CodeChanged(stream_id=hall.id, hall_id=hall.id))
    return hall


def register(*, person_id: str, name: str, code: str, rule: AttributionRule, language: str = "en",
             may_vote: bool = False) -> Person:
    """Come in as a guest: a display name and no account. `may_vote` asks for a vote where registration suffices.

    `person_id` is drawn when the form is shown and kept in the browser's session: a second press, even at the
    same moment, meets the person the first one made. Raises Invalid at "code" and "name", Conflict.
    """
    with transaction() as tx:
        permit(None, Permission.HALL_JOIN)
        hall = _hall_open_to(tx, code)
        guest = tx.session.get(Person, person_id)
        if guest is None:
            guest = Person(id=person_id, name=name, is_guest=True, language=language, created_at=now())
            tx.add(guest)
        _admit(tx, hall, guest, rule, may_vote=may_vote)
    return guest


def join(person: Person, *, code: str, rule: AttributionRule, may_vote: bool = False) -> Hall:
    """Come in with one's account, or as a guest of another hall. Coming twice is coming once.

    `may_vote` asks for a guest's vote where registration suffices.
    """
    with transaction() as tx:
        permit(person, Permission.HALL_JOIN)
        hall = _hall_open_to(tx, code)
        _admit(tx, hall, person, rule, may_vote=may_vote)
    return hall


def enter(person: Person, hall_id: str, *, rule: AttributionRule) -> Hall:
    """Take up a place one was given, under the rule as one read it."""
    with transaction() as tx:
        hall = tx.fetch(Hall, hall_id)
        permit(person, Permission.ROOM_ENTER, hall)
        held = hall.membership_of(person)
        if held is None:
            raise Conflict(_("Your place here has ended."))
        _acknowledge(held, hall, rule)
    return hall


def _hall_open_to(tx: Transaction, code: str) -> Hall:
    # Locked: two requests of one browser must not both find no guest.
    return tx.fetch(Hall, hall_of_code(code).id)


def _admit(tx: Transaction, hall: Hall, person: Person, rule: AttributionRule, *, may_vote: bool) -> None:
    held = tx.session.get(Membership, (hall.id, person.id))
    if held is not None and held.ended_at is not None:
        raise Conflict(_("Your place here has ended."))
    if held is None:
        if person.is_guest:
            refuse_name_of_an_officer(hall, person.name)
        role = RoomRole.GUEST if person.is_guest else RoomRole.PARTICIPANT
        held = place(tx, hall, person, role=role)
        if person.is_guest and may_vote and hall.guest_votes is GuestVotes.UNVERIFIED:
            held.verify(GuestVotes.UNVERIFIED)
    _acknowledge(held, hall, rule)


def _acknowledge(held: Membership, hall: Hall, rule: AttributionRule) -> None:
    if rule is not hall.attribution:
        raise Invalid("rule", _("The attribution rule changed. Read it again before you enter."))
    held.acknowledge(rule)


def set_up(tx: Transaction, hall: Hall, programme: Sequence[Plan]) -> None:
    """Within an open transaction: put the hall in, with its record and its programme."""
    tx.add(Stream(id=hall.id))
    tx.add(hall)
    _plan(tx, hall, programme, after=0)
    tx.record(HallOpened(stream_id=hall.id, hall_id=hall.id))


def _plan(tx: Transaction, hall: Hall, programme: Sequence[Plan], *, after: int) -> None:
    if not programme and not after:
        raise Invalid("title-1", _("Plan at least one segment."))
    tx.add(*(Segment(hall_id=hall.id, position=after + n, kind=plan.kind, title=plan.title,
                     planned_minutes=plan.minutes) for n, plan in enumerate(programme, 1)))
    tx.session.expire(hall, ["segments"])
