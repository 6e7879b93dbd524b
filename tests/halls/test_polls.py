"""Straw polls: quick, changeable, counted at the end, not binding."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogue.accounts.models import Person
from dialogue.core.errors import Conflict, Invalid, NotPermitted
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.halls.polls import actions as polls
from dialogue.halls.polls.models import StrawPoll
from dialogue.halls.polls.queries import polls as all_polls
from dialogue.halls.polls.queries import present_poll
from dialogue.halls.queries import seat
from dialogue.rooms.models import RoomRole
from tests.world import World

pytestmark = pytest.mark.each_database("the last answer of each voice counts")


@pytest.fixture
def poll(hall: Hall, chair: Person) -> StrawPoll:
    """A straw poll that is open."""
    made = polls.prepare(chair, hall.id, question="Where do we stand?", options=["Here", "There", "Nowhere"])
    return polls.open_poll(chair, made.id)


def test_counts_are_withheld_until_the_poll_is_closed(hall: Hall, poll: StrawPoll, guest: Person, chair: Person):
    polls.answer_poll(guest, poll.id, position=2)
    shown = present_poll(seat(guest, hall.id))
    assert shown
    assert [option.count for option in shown.options] == [None, None, None]
    assert [option.count for option in all_polls(seat(chair, hall.id))[0].options] == [None, None, None]
    assert (shown.answers, shown.own) == (1, 2)
    polls.close_poll(chair, poll.id)
    closed = present_poll(seat(guest, hall.id))
    assert closed
    assert [option.count for option in closed.options] == [0, 1, 0]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=12))
def test_the_last_answer_of_each_voice_is_counted(world: World, presses: list[tuple[int, int]]):
    hall = world.hall()
    people = [world.guest(hall) for _ in range(3)]
    moderator = world.member(hall, RoomRole.CHAIR)
    poll = polls.open_poll(moderator, polls.prepare(moderator, hall.id, question="?", options=["1", "2", "3"]).id)
    for who, position in presses:
        polls.answer_poll(people[who], poll.id, position=position)
    polls.close_poll(moderator, poll.id)
    counted = Counter(dict(presses).values())
    shown = present_poll(seat(None, hall.id))
    assert shown
    assert [option.count for option in shown.options] == [counted[n] for n in (1, 2, 3)]


@pytest.mark.parametrize("options", [[], ["One"], ["Same", "same"], [str(n) for n in range(7)]])
def test_a_poll_has_two_to_six_different_options(hall: Hall, chair: Person, options: list[str]):
    with pytest.raises(Invalid) as refused:
        polls.prepare(chair, hall.id, question="Well?", options=options)
    assert refused.value.field == "option-1"


def test_one_straw_poll_is_open_at_a_time(hall: Hall, poll: StrawPoll, chair: Person):
    second = polls.prepare(chair, hall.id, question="And then?", options=["Yes", "No"])
    with pytest.raises(Conflict):
        polls.open_poll(chair, second.id)
    polls.close_poll(chair, poll.id)
    polls.open_poll(chair, second.id)


def test_no_answer_before_opening_or_after_closing(hall: Hall, poll: StrawPoll, guest: Person, chair: Person):
    prepared = polls.prepare(chair, hall.id, question="And then?", options=["Yes", "No"])
    polls.close_poll(chair, poll.id)
    for late in (prepared, poll):
        with pytest.raises(Conflict):
            polls.answer_poll(guest, late.id, position=1)


def test_answers_are_refused_in_a_hall_that_has_ended(hall: Hall, poll: StrawPoll, guest: Person, chair: Person):
    halls.end_hall(chair, hall.id)
    with pytest.raises(Conflict):
        polls.answer_poll(guest, poll.id, position=1)


def test_an_option_there_is_not_is_refused(poll: StrawPoll, guest: Person):
    with pytest.raises(Invalid):
        polls.answer_poll(guest, poll.id, position=4)


def test_only_a_poll_that_was_never_opened_is_deleted(hall: Hall, poll: StrawPoll, chair: Person):
    prepared = polls.prepare(chair, hall.id, question="And then?", options=["Yes", "No"])
    polls.discard(chair, prepared.id)
    assert [p.id for p in all_polls(seat(chair, hall.id))] == [poll.id]
    with pytest.raises(Conflict):
        polls.discard(chair, poll.id)


@pytest.mark.parametrize("who", ["stranger", "revoked", "guest", "convenor"])
def test_only_chairs_run_straw_polls(world: World, hall: Hall, poll: StrawPoll, guest: Person, who: str):
    person = {"stranger": world.person, "revoked": lambda: world.revoked(hall), "guest": lambda: guest,
              "convenor": lambda: world.convenor}[who]()
    deeds = [lambda: polls.prepare(person, hall.id, question="Well?", options=["Yes", "No"])]
    deeds += [lambda deed=deed: deed(person, poll.id) for deed in (polls.open_poll, polls.close_poll, polls.discard)]
    for deed in deeds:
        with pytest.raises(NotPermitted):
            deed()


@pytest.mark.parametrize("who", ["stranger", "revoked"])
def test_who_is_not_inside_does_not_answer(world: World, hall: Hall, poll: StrawPoll, who: str):
    person = world.person() if who == "stranger" else world.revoked(hall)
    with pytest.raises(NotPermitted):
        polls.answer_poll(person, poll.id, position=1)
