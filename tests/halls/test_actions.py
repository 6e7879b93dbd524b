"""Setting a town hall up, running its clock, coming in by its code."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, Invalid, NotFound, NotPermitted
from dialogue.core.permissions import Permission
from dialogue.core.record import entries
from dialogue.halls import actions as halls
from dialogue.halls import queries
from dialogue.halls.models import Hall, HallState, Plan, SegmentKind
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Access, RoomRole
from dialogue.rooms.voices import bylines, voice_id_of
from tests.world import World

pytestmark = pytest.mark.each_database("of two moderators at once one begins")

AtOnce = Callable[..., list[object]]


def begin(person: Person, hall: Hall, n: int, after: int | None = None) -> Hall:
    """Begin the hall's nth segment."""
    return halls.begin_segment(person, hall.id, segment_id=hall.segments[n].id,
                               after=None if after is None else hall.segments[after].id)


def running(hall: Hall) -> list[str]:
    """The titles of the segments whose clock runs."""
    hall_id = hall.id
    db.release()
    found = queries.seat(None, hall_id).hall
    return [s.title for s in found.segments if s.started_at and not s.ended_at]


def kinds(hall: Hall) -> list[str]:
    """What the record holds."""
    hall_id = hall.id
    db.release()
    return [entry.kind for entry in entries(hall_id, after=0)]


def test_only_a_convenor_sets_up_a_hall(world: World):
    with pytest.raises(NotPermitted):
        halls.open_hall(world.person(), theme_id=world.theme.id, title="A hall", access=Access.OPEN,
                        attribution=AttributionRule.ON_RECORD, programme=[Plan(SegmentKind.OPENING, "Opening", 5)])


@pytest.mark.parametrize(("field", "details"), [
    ("theme_id", {"theme_id": "no-such-theme"}),
    ("attribution", {"attribution": AttributionRule.CLOSED}),
    ("title-1", {"programme": []}),
])
def test_a_hall_needs_a_theme_a_rule_and_a_programme(world: World, field: str, details: dict[str, Any]):
    whole: dict[str, Any] = {
        "theme_id": world.theme.id, "title": "A hall", "access": Access.OPEN,
        "attribution": AttributionRule.ON_RECORD, "programme": [Plan(SegmentKind.OPENING, "Opening", 5)]}
    with pytest.raises(Invalid) as refused:
        halls.open_hall(world.convenor, **whole | details)
    assert refused.value.field == field


def test_a_double_press_sets_up_one_hall(world: World):
    first, second = (world.hall(title="A hall", key="pressed-twice") for _ in range(2))
    assert first.id == second.id


def test_the_convenor_may_moderate_from_the_start(world: World):
    hall = world.hall(AttributionRule.CHATHAM_HOUSE, own_role=RoomRole.CHAIR)
    assert queries.run_by(world.convenor, hall.id).can(Permission.QUESTION_MODERATE)


def test_beginning_a_segment_ends_the_one_before(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    assert begin(chair, hall, 1, after=0).state is HallState.LIVE
    assert running(hall) == ["Questions"]
    assert kinds(hall).count("segment.begun") == 2


def test_beginning_what_runs_already_changes_nothing(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    started = begin(chair, hall, 0).segments[0].started_at
    assert begin(chair, hall, 0, after=0).segments[0].started_at == started
    assert kinds(hall).count("segment.begun") == 1


def test_a_moderator_who_looks_at_an_old_page_does_not_move_on_by_mistake(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    begin(chair, hall, 1, after=0)
    with pytest.raises(Conflict):
        begin(chair, hall, 2, after=0)
    assert running(hall) == ["Questions"]


def test_of_two_moderators_at_once_one_begins(world: World, hall: Hall, chair: Person, at_once: AtOnce):
    second = world.member(hall, RoomRole.CO_CHAIR)
    hall_id, first, other = hall.id, hall.segments[0].id, hall.segments[1].id
    results = at_once(lambda: halls.begin_segment(chair, hall_id, segment_id=first, after=None),
                      lambda: halls.begin_segment(second, hall_id, segment_id=other, after=None))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert len(running(hall)) == 1
    assert kinds(hall).count("segment.begun") == 1


def test_the_clock_can_stop_without_another_starting(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    segment = halls.stop_clock(chair, hall.id, segment_id=hall.segments[0].id).segments[0]
    assert running(hall) == ["Opening"]
    assert segment.left(now() + timedelta(hours=1)) == segment.left(now())
    with pytest.raises(Conflict):
        halls.stop_clock(chair, hall.id, segment_id=segment.id)


def test_a_stopped_clock_runs_on_from_where_it_stopped(hall: Hall, chair: Person):
    segment = begin(chair, hall, 0).segments[0]
    segment_id, hall_id = segment.id, hall.id
    with pytest.raises(Conflict):
        halls.resume_clock(chair, hall_id, segment_id=segment_id)
    stopped = halls.stop_clock(chair, hall_id, segment_id=segment_id).segments[0]
    started, stopped_at = stopped.started_at, stopped.stopped_at
    assert started
    assert stopped_at
    left = stopped.left(stopped_at)
    resumed = halls.resume_clock(chair, hall_id, segment_id=segment_id).segments[0]
    assert resumed.started_at == started
    assert abs(resumed.left(now()) - left) < timedelta(seconds=2)
    assert kinds(hall)[-2:] == ["clock.stopped", "clock.resumed"]


def test_a_stop_is_not_counted_as_time_spoken(hall: Hall, chair: Person):
    segment = begin(chair, hall, 0).segments[0]
    assert segment.started_at
    hall.stop(segment, segment.started_at + timedelta(seconds=60))
    hall.resume(segment, segment.started_at + timedelta(seconds=660))
    hall.stop(segment, segment.started_at + timedelta(seconds=690))
    spoken = timedelta(minutes=segment.planned_minutes) - segment.left(segment.started_at + timedelta(hours=2))
    assert spoken == timedelta(seconds=90)


def test_the_next_segment_begins_while_the_clock_is_stopped(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    halls.stop_clock(chair, hall.id, segment_id=hall.segments[0].id)
    begin(chair, hall, 1, after=0)
    assert len(running(hall)) == 1
    with pytest.raises(Conflict):
        halls.resume_clock(chair, hall.id, segment_id=hall.segments[0].id)


def test_a_segment_of_another_hall_is_not_found(world: World, hall: Hall, chair: Person):
    with pytest.raises(NotFound):
        halls.begin_segment(chair, hall.id, segment_id=world.hall().segments[0].id, after=None)


def test_what_was_begun_stays_when_the_programme_changes(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    revised = halls.revise_programme(chair, hall.id, programme=[Plan(SegmentKind.FLOOR, "Open floor", 30)])
    assert [(s.position, s.title) for s in revised.segments] == [(1, "Opening"), (2, "Open floor")]


def test_nothing_begins_in_a_hall_that_has_ended(hall: Hall, chair: Person):
    begin(chair, hall, 0)
    halls.end_hall(chair, hall.id)
    assert running(hall) == []
    for late in (lambda: begin(chair, hall, 1), lambda: halls.end_hall(chair, hall.id),
                 lambda: halls.change_code(chair, hall.id),
                 lambda: halls.revise_programme(chair, hall.id, programme=[])):
        with pytest.raises(Conflict):
            late()


@pytest.mark.parametrize("who", ["stranger", "revoked", "guest", "participant"])
def test_only_moderators_run_a_hall(world: World, hall: Hall, guest: Person, who: str):
    person = {"stranger": world.person, "revoked": lambda: world.revoked(hall), "guest": lambda: guest,
              "participant": lambda: world.member(hall)}[who]()
    for deed in (lambda: begin(person, hall, 0), lambda: halls.end_hall(person, hall.id),
                 lambda: halls.stop_clock(person, hall.id, segment_id=hall.segments[0].id),
                 lambda: halls.resume_clock(person, hall.id, segment_id=hall.segments[0].id),
                 lambda: halls.change_code(person, hall.id),
                 lambda: halls.revise_programme(person, hall.id, programme=[])):
        with pytest.raises(NotPermitted):
            deed()


def test_a_guest_comes_in_with_a_name_and_without_a_vote(hall: Hall, guest: Person):
    held = hall.membership_of(guest)
    assert guest.is_guest
    assert guest.email is guest.password_hash is None
    assert held
    assert (held.role, held.may_vote, held.acknowledged) == (RoomRole.GUEST, False, hall.attribution)


def test_one_browser_registers_once_even_at_the_same_moment(hall: Hall, at_once: AtOnce):
    drawn = new_id()
    coming = [lambda: halls.register(person_id=drawn, name="Twice", code=hall.code, rule=hall.attribution)] * 2
    first, second = at_once(*coming)
    assert isinstance(first, Person)
    assert isinstance(second, Person)
    assert first.id == second.id
    assert db.session().scalar(select(func.count()).select_from(Person).where(Person.name == "Twice")) == 1
    assert kinds(hall).count("member.joined") == 1


def test_an_account_joins_as_a_participant_and_joining_again_changes_nothing(world: World, hall: Hall):
    person = world.person()
    for _ in range(2):
        halls.join(person, code=hall.code, rule=hall.attribution)
    held = hall.membership_of(person)
    assert held
    assert (held.role, held.may_vote) == (RoomRole.PARTICIPANT, True)


def test_a_wrong_an_old_and_an_ended_code_are_refused_with_the_same_words(world: World, hall: Hall, chair: Person):
    old = hall.code
    halls.change_code(chair, hall.id)
    ended = world.hall()
    halls.end_hall(world.convenor, ended.id)
    words = set()
    for code in ("", "AAAA-AAAA", old, ended.code):
        with pytest.raises(Invalid) as refused:
            halls.join(world.person(), code=code, rule=hall.attribution)
        assert refused.value.field == "code"
        words.add(str(refused.value.message))
    assert len(words) == 1


def test_who_was_removed_does_not_come_back_by_the_code(world: World, hall: Hall, guest: Person):
    rooms.remove(world.convenor, hall.id, member_id=guest.id)
    with pytest.raises(Conflict):
        halls.join(guest, code=hall.code, rule=hall.attribution)


def test_who_read_another_rule_reads_it_again_first(world: World, hall: Hall):
    with pytest.raises(Invalid) as refused:
        halls.join(world.person(), code=hall.code, rule=AttributionRule.CHATHAM_HOUSE)
    assert refused.value.field == "rule"


def test_a_kept_place_is_taken_up_under_the_rule(world: World):
    hall = world.hall(AttributionRule.CHATHAM_HOUSE, Access.INVITED)
    person = world.member(hall, entered=False)
    halls.enter(person, hall.id, rule=hall.attribution)
    assert queries.seat(person, hall.id).is_member


def test_a_guest_gets_into_no_room(world: World, guest: Person):
    hidden, open_ = world.room(), world.room(access=Access.OPEN)
    with pytest.raises(NotFound):
        rooms.join(guest, hidden.id)
    with pytest.raises(NotPermitted):
        rooms.join(guest, open_.id)


def test_under_the_chatham_house_rule_a_guest_is_a_handle(world: World):
    hall = world.hall(AttributionRule.CHATHAM_HOUSE)
    guest = world.guest(hall, "Nobody May Know")
    voice = voice_id_of(hall.id, guest)
    assert voice
    assert bylines(hall, [voice])[voice].name == ""
