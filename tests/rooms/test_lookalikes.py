"""Who looks like a chair and is none: told by a mark that no name can hold, wherever names are shown."""

from typing import Any

import pytest

from dialogue.accounts.invitations.actions import Guest, invite
from dialogue.accounts.models import Person
from dialogue.accounts.profile import actions as profile
from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Invalid
from dialogue.core.lookalikes import key
from dialogue.halls import actions as halls
from dialogue.halls.models import Hall
from dialogue.halls.questions import actions as questions
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Room, RoomRole
from dialogue.rooms.voices import bylines, voice_id_of
from tests.world import Browser, World

CHAIR = "Amara Okonjo-Vale"
EXACT, ACCENTED = CHAIR, "Am\u00e1ra Okonjo Vale"


def line(room: Room, person: Person) -> Any:
    """The person's byline."""
    voice = voice_id_of(room.id, person) or ""
    return bylines(room, [voice])[voice]


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall on the record with a chair."""
    hall = world.hall()
    world.member(hall, RoomRole.CHAIR, name=CHAIR)
    return hall


def join(world: World, hall: Hall, name: str) -> Any:
    """Send the form of the hall's door."""
    return world.browser().post("/halls/join", code=hall.code, name=name, rule=hall.attribution.value)


@pytest.mark.parametrize("name", [EXACT, ACCENTED, "AMARA OKONJO-VALE", "\uff21mara Okonjo-Vale",
                                  "Ama\u200bra Okonjo-Vale"])
def test_a_guest_cannot_take_the_look_of_a_chairs_name(world: World, hall: Hall, name: str) -> None:
    answer = join(world, hall, name)
    assert answer.status_code == 422
    assert "looks like the name of a person who runs this town hall" in answer.text


@pytest.mark.parametrize("name", ["\u0410mara Example", "Am\u0430ra"])
def test_a_guests_word_in_two_scripts_is_refused_at_the_door(world: World, hall: Hall, name: str) -> None:
    answer = join(world, hall, name)
    assert answer.status_code == 422
    assert "letters of one script" in answer.text


@pytest.mark.parametrize("name", ["\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "\u738b\u5c0f\u660e",
                                  "\u092a\u094d\u0930\u093f\u092f\u093e", "Example Guest"])
def test_a_guest_with_a_real_name_comes_in_under_it(world: World, hall: Hall, name: str) -> None:
    assert join(world, hall, name).status_code == 302
    assert db.session().query(Person).filter_by(name=name).count() == 1


def test_the_door_of_a_hall_that_hides_people_does_not_tell_who_runs_it(world: World) -> None:
    hall = world.hall(AttributionRule.CHATHAM_HOUSE)
    world.member(hall, RoomRole.CHAIR, name=CHAIR)
    assert join(world, hall, CHAIR).status_code == 302


def test_a_namesake_in_a_room_is_marked_and_the_chair_is_not(world: World) -> None:
    room = world.room()
    early = world.member(room, name=ACCENTED)
    chair = world.member(room, RoomRole.CHAIR, name=CHAIR)
    late = world.member(room, name=EXACT)
    other = world.member(room, name="Benedikt Example")
    assert [line(room, one).number for one in (chair, early, late, other)] == [0, 2, 3, 0]
    assert line(room, chair).role == "chair"
    assert line(room, late).role == ""
    assert line(room, late).shown == f"{EXACT} [3]"


def test_a_renamed_account_is_marked_from_then_on(world: World) -> None:
    room = world.room()
    chair, member = world.member(room, RoomRole.CHAIR, name=CHAIR), world.member(room)
    profile.change_profile(member, name=ACCENTED, language="en", time_zone="UTC")
    assert (line(room, chair).number, line(room, member).number) == (0, 2)
    page = _said(world, room, member)
    assert "Similar name [2]" in page
    assert page.index("Similar name [2]") > page.index(ACCENTED)


def _said(world: World, room: Room, member: Person) -> str:
    world.contribution(room, member, "A word from the namesake.")
    text: str = world.browser(member).get(room.address).text
    return text


def test_a_name_typed_with_a_badge_loses_it_and_the_page_shows_ours(world: World) -> None:
    room = world.room()
    member = world.member(room, RoomRole.RAPPORTEUR)
    browser: Browser = world.browser(member)
    answer = browser.post("/account", name="Bob \u2605 [Chair] Role: Chair", language="en", time_zone="UTC")
    assert answer.status_code == 302, answer.text
    assert db.session().get_one(Person, member.id).name == "Bob Chair Role Chair"
    page = _said(world, room, member)
    assert 'data-role="rapporteur"' in page
    assert 'data-role="chair"' not in page


def test_an_invited_person_cannot_choose_a_word_in_two_scripts(world: World) -> None:
    _made, secret = invite(world.convenor, Guest(), key="k")
    fields = {"email": "new@example.org", "password": "a long enough passphrase", "language": "en", "time_zone": "UTC"}
    answer = world.browser().post(f"/invitations/{secret}/account", name="\u0410mara", **fields)
    assert answer.status_code == 422
    assert "letters of one script" in answer.text


def test_roles_are_told_on_the_wire_and_in_the_list_of_questions(world: World, hall: Hall) -> None:
    guest = world.guest(hall, "Example Guest")
    questions.ask(guest, hall.id, text="Who is who?", key="q")
    data = world.browser().get(f"/api/v1/halls/{hall.id}/questions").json
    assert data["questions"][0]["byline"]["role"] == "guest"
    assert 'data-role="guest"' in world.browser().get(f"{hall.address}").text


def test_a_room_that_hides_people_tells_neither_role_nor_namesake(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    chair, twin = world.member(room, RoomRole.CHAIR, name=CHAIR), world.member(room, name=CHAIR)
    for person in (chair, twin):
        shown = line(room, person)
        assert (shown.role, shown.number, shown.name) == ("", 0, "")


def test_the_list_of_places_marks_similar_names(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    chair = world.member(room, RoomRole.CHAIR, name=CHAIR)
    world.member(room, name=ACCENTED)
    assert world.browser(chair).get(f"/rooms/{room.id}/people").text.count("Similar name in this room") == 2


def test_a_guest_of_another_hall_is_refused_under_the_chairs_name(world: World, hall: Hall) -> None:
    elsewhere = world.hall()
    guest = world.guest(elsewhere, CHAIR)
    with pytest.raises(Invalid):
        halls.join(guest, code=hall.code, rule=hall.attribution)


def test_names_written_in_bulk_have_their_key(world: World) -> None:
    person = world.person(name=CHAIR)
    assert db.session().get_one(Person, person.id).name_key == key(CHAIR)
    rooms.give_place(world.convenor, world.room().id, to=person.id, role=RoomRole.PARTICIPANT)


@pytest.mark.slow("a room of hundreds")
def test_bylines_take_no_more_work_in_a_room_of_hundreds(world: World) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL chooses by the size of the table")
    room = world.room()
    speaker = world.member(room)
    before = _work_of_a_byline(room, speaker)
    for n in range(300):
        world.member(room, name=f"Member {n}")
    assert _work_of_a_byline(room, speaker) < before * 2


def _work_of_a_byline(room: Room, speaker: Person) -> int:
    """Count the instructions of SQLite's virtual machine."""
    voice = voice_id_of(room.id, speaker) or ""
    connection: Any = db.session().connection().connection.driver_connection
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    connection.set_progress_handler(count, 1)
    try:
        bylines(room, [voice])
    finally:
        connection.set_progress_handler(None, 1)
    return done
