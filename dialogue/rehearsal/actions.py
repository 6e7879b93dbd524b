"""Making a rehearsal: a hall like any other with invented guests, marked so that nothing of it lasts."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import insert

from dialogue.accounts.models import AccessToken, Person
from dialogue.accounts.secrets import digest, new_secret
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid
from dialogue.core.i18n import gettext as _
from dialogue.core.i18n import lazy_gettext
from dialogue.core.transaction import Transaction, transaction
from dialogue.halls import actions as halls
from dialogue.halls.codes import new_code, shown
from dialogue.halls.events import SegmentBegun
from dialogue.halls.models import Hall, Plan, SegmentKind
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, Membership, RoomRole, Theme
from dialogue.rooms.voices import give_voices
from dialogue.votes import actions as votes
from dialogue.votes.models import Ballot, Terms, Visibility
from dialogue.votes.rules import Rule

MAX_PEOPLE = 100_000
MINUTES = 60


class Rehearsal(NamedTuple):
    """What was set up: the hall, its open ballot, and one secret a guest to connect with."""

    hall: Hall
    ballot: Ballot
    tokens: Sequence[str]


def rehearse(people: int) -> Rehearsal:
    """Set up a running hall with so many guests (1 to 100,000) and an open recorded ballot. Raises Invalid.

    The guests are there from the beginning: no entry tells of each one's coming.
    """
    refuse_unless_fitting(people)
    tokens = [new_secret() for _n in range(people)]
    with transaction() as tx:
        hall = _hall(tx)
        _seat(tx, hall, _guests(tx, tokens))
        ballot = Ballot(question=_("Does everything work?"))
        votes.begin(tx, hall, ballot, Terms(Rule.SIMPLE_MAJORITY, Visibility.RECORDED))
    return Rehearsal(hall, ballot, tokens)


def refuse_unless_fitting(people: int) -> None:
    """Raise Invalid for a number of guests no rehearsal can have."""
    if not 1 <= people <= MAX_PEOPLE:
        raise Invalid("people", lazy_gettext("A rehearsal has 1 to 100,000 people."))


def _hall(tx: Transaction) -> Hall:
    """A hall on a theme of its own, whose only segment has begun. Its address is enough to read it."""
    code = new_code()
    theme = Theme(title=_("Rehearsal %(code)s", code=shown(code)), created_at=now(), is_rehearsal=True)
    tx.add(theme)
    hall = Hall(id=new_id(), theme_id=theme.id, title=_("Rehearsal"), attribution=AttributionRule.ON_RECORD,
                access=Access.OPEN, created_at=now(), code=code, is_rehearsal=True,
                guest_votes=GuestVotes.UNVERIFIED)
    halls.set_up(tx, hall, [Plan(SegmentKind.DECISION, _("Rehearsal of a decision"), MINUTES)])
    hall.begin(hall.segments[0], now())
    tx.record(SegmentBegun(stream_id=hall.id, segment_id=hall.segments[0].id))
    return hall


def _guests(tx: Transaction, tokens: Sequence[str]) -> list[str]:
    """A guest for each token; returns their ids."""
    ids = [new_id() for _token in tokens]
    tx.session.execute(insert(Person), [
        {"id": id, "name": _("Guest %(number)s", number=n), "is_guest": True, "is_rehearsing": True,
         "created_at": now()} for n, id in enumerate(ids, 1)])
    tx.session.execute(insert(AccessToken), [
        {"person_id": id, "digest": digest(token), "label": "rehearsal", "created_at": now()}
        for id, token in zip(ids, tokens, strict=True)])
    return ids


def _seat(tx: Transaction, hall: Hall, guests: Sequence[str]) -> None:
    """A guest's place, entered and voting, and a voice for each."""
    tx.session.execute(insert(Membership), [
        {"room_id": hall.id, "person_id": id, "role": RoomRole.GUEST, "may_vote": True,
         "verified_by": GuestVotes.UNVERIFIED, "acknowledged": hall.attribution, "joined_at": now()} for id in guests])
    give_voices(tx.session, hall.id, guests)
