"""The first page: in two minutes a stranger knows what this is, what is on, what is next and what came of it."""

from dataclasses import dataclass

from flask import render_template
from sqlalchemy import Row, func, select

from dialogue.accounts.identity import current_person
from dialogue.accounts.models import Person
from dialogue.agenda import queries as agenda
from dialogue.core import db
from dialogue.core.reader import today
from dialogue.halls import queries as halls
from dialogue.outcomes import queries as outcomes
from dialogue.outcomes.waiting import Waiting, waiting_for
from dialogue.pages.story import story
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.voices import voices_of
from dialogue.votes import queries as votes

MAX_SHOWN = 4  # Of a kind on one page; each heading leads to the whole.
MAX_ROOMS = 6


@dataclass(frozen=True)
class Own:
    """What waits for the person: rooms, the ballots in which they stand on the roll, and records to sign."""

    rooms: list[Row[str, str, int]]
    ballots: list[votes.Listed]
    records: list[Waiting]


def home() -> str:
    """What is live now, what is next, newest outcomes, the agenda at a glance."""
    reader = current_person()
    listing = halls.ahead(reader)  # First: the ballots in these halls then find them at hand.
    on_now = votes.open_to(reader)
    glance = agenda.at_a_glance(today(), best=MAX_SHOWN, ahead=MAX_SHOWN)
    return render_template(
        "pages/home.html", halls=listing, ballots=on_now[:MAX_SHOWN], more_ballots=len(on_now) > MAX_SHOWN,
        outcomes=outcomes.newest_titles(MAX_SHOWN), glance=glance, story=story(),
        own=_own(reader, on_now) if reader else None, most=MAX_SHOWN)


def _own(reader: Person, on_now: list[votes.Listed]) -> Own:
    return Own(_rooms(reader), [one for one in on_now if one.may_vote][:MAX_SHOWN], waiting_for(reader)[:MAX_SHOWN])


def _rooms(reader: Person) -> list[Row[str, str, int]]:
    """The open rooms the person has a place in, those with something new by others first."""
    unread = select(func.count()).where(
        Contribution.room_id == Membership.room_id, Contribution.seq > Membership.read_seq,
        Contribution.voice_id.not_in(voices_of(reader))).scalar_subquery()
    query = select(Room.id, Room.title, unread).join(Membership, Membership.room_id == Room.id).where(
        Membership.person_id == reader.id, Membership.ended_at.is_(None), Room.kind == "room", Room.closed_at.is_(None))
    return list(db.session().execute(query.order_by(unread.desc(), Room.created_at.desc()).limit(MAX_ROOMS)))
