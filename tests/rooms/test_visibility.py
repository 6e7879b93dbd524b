"""A room's visibility as a predicate and as a condition in SQL: both say the same of every room and reader."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.accounts.directory import actions as directory
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.permissions import Role
from dialogue.core.record import Stream
from dialogue.halls.models import Hall
from dialogue.outcomes import actions as outcomes
from dialogue.outcomes.models import Outcome, OutcomeKind, OutcomeState
from dialogue.outcomes.queries import visible_to
from dialogue.proposals.models import Proposal, ProposalState, Sponsor
from dialogue.proposals.queries import readable
from dialogue.rooms import queries as rooms
from dialogue.rooms.contributions import queries as contributions
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Membership, Room, RoomRole, Theme
from dialogue.rooms.voices import Voice, VoiceIdentity
from dialogue.votes import queries as ballots
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Rule
from tests.world import World

pytestmark = pytest.mark.each_database("conditions in SQL")
SAME_DATABASE = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Place(NamedTuple):
    """A reader's place in a room."""

    role: RoomRole
    acknowledged: AttributionRule | None
    is_ended: bool


class Case(NamedTuple):
    """One room and the reader's place in it."""

    kind: type[Room]
    access: Access
    attribution: AttributionRule
    is_closed: bool
    is_rehearsal: bool
    place: Place | None


class Reader(NamedTuple):
    """The account that reads."""

    is_convenor: bool
    is_guest: bool
    is_disabled: bool


PLACES = st.builds(Place, st.sampled_from(RoomRole), st.none() | st.sampled_from(AttributionRule), st.booleans())
CASES = st.builds(Case, st.sampled_from((Room, Hall)), st.sampled_from(Access), st.sampled_from(AttributionRule),
                  st.booleans(), st.booleans(), st.none() | PLACES)
NUMBERS = itertools.count(1)
READERS = st.none() | st.builds(Reader, st.booleans(), st.booleans(), st.booleans())


@contextmanager
def unsaved() -> Iterator[Session]:
    """The session of the application, and what is written in it undone."""
    session = db.session()
    try:
        yield session
    finally:
        session.rollback()


def person_of(session: Session, reader: Reader | None) -> Person | None:
    """An account of this kind."""
    if reader is None:
        return None
    made = Person(id=new_id(), name="Reader Example", is_convenor=reader.is_convenor, is_guest=reader.is_guest,
                  created_at=now(), disabled_at=now() if reader.is_disabled else None)
    session.add(made)
    session.flush()
    return made


def room_of(session: Session, case: Case, person: Person | None) -> Room:
    """A room of this kind, in which another person holds a chair's place too."""
    stream, theme = Stream(id=new_id()), Theme(id=new_id(), title=new_id(), created_at=now())
    other = Person(id=new_id(), name="Other Example", created_at=now())
    session.add_all([stream, theme, other])
    session.flush()
    own = {"is_rehearsal": case.is_rehearsal} | ({"code": new_id()[:16]} if case.kind is Hall else {})
    room = case.kind(id=stream.id, theme_id=theme.id, title="Room", attribution=case.attribution, access=case.access,
                     created_at=now(), closed_at=now() if case.is_closed else None, **own)
    session.add(room)
    session.flush()
    session.add(Membership(room_id=room.id, person_id=other.id, role=RoomRole.CHAIR, joined_at=now(),
                           acknowledged=case.attribution))
    if person is not None and case.place is not None:
        session.add(Membership(room_id=room.id, person_id=person.id, role=case.place.role, joined_at=now(),
                               acknowledged=case.place.acknowledged, ended_at=now() if case.place.is_ended else None))
    session.flush()
    return room


RULES = {
    "held": (Room.held_by, lambda room, roles: not roles.isdisjoint({Role.INVITED, Role.MEMBER})),
    "entered": (Room.entered_by, lambda room, roles: Role.MEMBER in roles),
    "seen": (Room.seen_by, Room.is_seen_by),
    "read": (Room.read_by, Room.is_read_by),
    "listed": (Room.listed_for, Room.is_listed_for),
}


@pytest.mark.slow("many kinds of rooms and readers")
@given(READERS, st.lists(CASES, min_size=1, max_size=12))
@SAME_DATABASE
def test_each_rule_says_the_same_in_python_and_in_sql(app: Flask, reader: Reader | None, cases: list[Case]) -> None:
    with unsaved() as session:
        person = person_of(session, reader)
        rooms = [room_of(session, case, person) for case in cases]
        for name, (condition, predicate) in RULES.items():
            found = set(session.scalars(select(Room.id).where(condition(person))))
            assert found == {room.id for room in rooms if predicate(room, room.roles_of(person))}, name
            halls = set(session.scalars(select(Hall.id).where(condition(person))))
            assert halls == {id for id in found if isinstance(session.get(Room, id), Hall)}, name


def things_in(session: Session, room: Room, person: Person | None) -> list[Any]:
    """A contribution, proposals, ballots and outcomes in each of their states, some of them the reader's own."""
    voices = [Voice(id=new_id(), room_id=room.id, handle=handle) for handle in ("Own", "Other")]
    session.add_all(voices)
    session.flush()
    if person is not None:
        session.add(VoiceIdentity(voice_id=voices[0].id, room_id=room.id, person_id=person.id))
    made: list[Any] = [Contribution(id=new_id(), room_id=room.id, voice_id=voices[1].id, seq=1, text="Said", html="",
                                    at=now())]
    for state in (ProposalState.DRAFT, ProposalState.SUBMITTED):
        for voice in voices:
            text = Proposal(id=new_id(), room_id=room.id, symbol=new_id()[:12], title="Text", state=state,
                            created_at=now(), submitted_at=now() if state is ProposalState.SUBMITTED else None)
            text.sponsors.append(Sponsor(voice_id=voice.id, at=now()))
            made.append(text)
    made.append(Ballot(id=new_id(), room_id=room.id, question="Shall we?", rule=Rule.SIMPLE_MAJORITY, eligible=3,
                       visibility=Visibility.RECORDED, opened_at=now()))
    made += [Outcome(id=new_id(), room_id=room.id, symbol=new_id()[:12], kind=OutcomeKind.SESSION, title="Record",
                     number=next(NUMBERS), state=state, decision={}, created_at=now())
             for state in (OutcomeState.DRAFT, OutcomeState.PUBLISHED)]
    session.add_all(made)
    session.flush()
    return made


@pytest.mark.slow("many kinds of rooms and readers")
@given(READERS, st.lists(CASES, min_size=1, max_size=6))
@SAME_DATABASE
def test_each_thing_is_found_by_readers_who_see_it(app: Flask, reader: Reader | None, cases: list[Case]) -> None:
    with unsaved() as session:
        person = person_of(session, reader)
        rooms_made = [room_of(session, case, person) for case in cases]
        things = [thing for room in rooms_made for thing in things_in(session, room, person)]
        ids = [thing.id for thing in things]
        texts = select(Proposal.id).join(Room, Room.id == Proposal.room_id).where(readable(person))
        found = set(session.scalars(texts)) | {outcome.id for outcome in session.scalars(visible_to(person))}
        found |= contributions.nodes(ids, person).keys() | ballots.nodes(ids, person).keys()
        assert found == {thing.id for thing in things if thing.is_seen_by(thing.roles_of(person))}


def test_a_reader_of_an_open_room_is_not_told_of_a_draft_record(world: World) -> None:
    room = world.room(AttributionRule.ON_RECORD, Access.OPEN)
    chair = world.member(room, RoomRole.CHAIR)
    outcomes.draft_session(chair, room.id, title="Unpublished title", key="sitting")
    answer = world.browser(world.person()).get(f"/api/v1/streams/{room.id}/events")
    assert answer.status_code == 200
    assert "Unpublished title" not in answer.text
    assert "Unpublished title" in world.browser(chair).get(f"/api/v1/streams/{room.id}/events").text


def test_a_member_of_a_room_that_is_not_public_is_told_of_a_draft_record(world: World) -> None:
    room = world.room(AttributionRule.ON_RECORD, Access.LISTED)
    chair, member = world.member(room, RoomRole.CHAIR), world.member(room)
    outcomes.draft_session(chair, room.id, title="Unpublished title", key="sitting")
    assert "Unpublished title" in world.browser(member).get(f"/api/v1/streams/{room.id}/events").text


def test_a_disabled_convenor_reads_as_the_public(world: World) -> None:
    room, person = world.room(access=Access.INVITED), world.person()
    directory.appoint_convenor(world.convenor, person.id)
    directory.disable(world.convenor, person.id)
    assert not room.is_seen_by(room.roles_of(person))
    assert room not in db.session().scalars(rooms.visible_to(person)).all()
