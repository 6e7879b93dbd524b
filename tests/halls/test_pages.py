"""What people meet on the pages of a town hall."""


import pytest

from dialogue.accounts.models import Person
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.rooms.models import Access, RoomRole
from tests.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall that is open and on the record."""
    return world.hall()


@pytest.fixture
def chair(world: World, hall: Hall) -> Person:
    """Its moderator."""
    return world.member(hall, RoomRole.CHAIR)


def test_everybody_finds_an_open_hall_in_the_list(world: World, hall: Hall):
    assert hall.title in world.browser().get("/halls").text


def test_a_hall_by_code_is_known_only_inside(world: World):
    hall = world.hall(access=Access.INVITED)
    assert hall.title not in world.browser().get("/halls").text
    assert world.browser().get(hall.address).status_code == 404


def test_the_stage_and_the_console_show_what_is_on(world: World, hall: Hall, chair: Person):
    guest = world.guest(hall, "Guest Example")
    question = questions.ask(guest, hall.id, text="Who decides?")
    questions.put_on_stage(chair, question.id)
    halls.begin_segment(chair, hall.id, segment_id=hall.segments[1].id, after=None)
    poll = polls.prepare(chair, hall.id, question="Where do we stand?", options=["Here", "There"])
    browser = world.browser(chair)
    for page in ("", "/console", "/stage", "/programme"):
        answer = browser.get(hall.address + page)
        assert answer.status_code == 200
    assert "Who decides?" in browser.get(hall.address + "/stage").text
    assert poll.question in browser.get(hall.address + "/console").text
