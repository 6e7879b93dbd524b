"""Rooms: who finds them, who enters, who manages them, and what stays hidden."""

import time
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from dialogue.core import buckets, db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.core.errors import Conflict, Invalid, NotFound, NotPermitted, NotSignedIn
from dialogue.core.record import Audience, entries, present
from dialogue.rooms import actions, queries
from dialogue.rooms.models import Access, Membership, Room, RoomRole
from dialogue.rooms.people import actions as people
from dialogue.rooms.settings import actions as settings
from dialogue.rooms.tracks.arithmetic import track_of
from dialogue.rooms.voices import bylines, voice_id_of
from tests.world import World

pytestmark = pytest.mark.each_database("constraints decide who has a place")

HIDING = [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED]
NEW = {"title": "New room", "purpose": "", "goal_1": "Agree", "attribution": "on_record", "access": "open", "key": "k"}


def test_an_invited_room_is_found_only_by_those_with_a_place(world: World) -> None:
    hidden, listed = world.room(access=Access.INVITED), world.room(access=Access.LISTED)
    member, revoked, stranger = world.member(hidden), world.revoked(hidden), world.person()
    visits = ((None, False), (stranger, False), (revoked, False), (member, True), (world.convenor, True))
    for person, sees in visits:
        page = world.browser(person).get("/rooms").text
        assert [room.title in page for room in (listed, hidden)] == [True, sees]


def test_an_unseen_room_answers_like_one_that_is_not_there(world: World) -> None:
    room, person = world.room(access=Access.INVITED), world.person()
    browser = world.browser(person)
    for path in ("people", "people/add", "invite", "settings"):
        assert browser.get(f"/rooms/{room.id}/{path}").status_code == 404
        assert browser.get(f"/rooms/{'x' * 22}/{path}").status_code == 404
    for path in ("enter", "join", "leave", "people/add", "settings", "settings/close", "invite"):
        assert browser.post(f"/rooms/{room.id}/{path}", rule="on_record").status_code == 404


def test_only_convenors_open_rooms(world: World) -> None:
    assert world.browser(world.person()).post("/rooms/new", **NEW, theme=world.theme.id).status_code == 403
    assert world.browser().post("/rooms/new", **NEW, theme=world.theme.id).status_code == 401
    answer = world.browser(world.convenor).post("/rooms/new", **NEW, theme=world.theme.id)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/people")


def test_a_second_press_opens_no_second_room(world: World) -> None:
    browser = world.browser(world.convenor)
    first, second = (browser.post("/rooms/new", **NEW, theme=world.theme.id) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(("field", "value", "at"), [
    ("title", "", "title"), ("title", "x" * 161, "title"), ("goal_1", "", "goal_1"),
    ("goal_2_due", "soon", "goal_2_due"),
    ("goal_3_owner", "Nobody", "goal_3"), ("attribution", "secret", "attribution"), ("access", "", "access"),
    ("theme", "x" * 22, "theme"),
])
def test_a_wrong_field_of_a_room_is_answered_there(world: World, field: str, value: str, at: str) -> None:
    fields = NEW | {"theme": world.theme.id, "purpose": "What was typed"} | {field: value}
    answer = world.browser(world.convenor).post("/rooms/new", **fields)
    assert answer.status_code == 422
    assert f'id="field-{at}-error"' in answer.text
    assert "What was typed" in answer.text


def test_one_joins_an_open_room_and_then_stands_at_its_gate(world: World) -> None:
    room, person = world.room(access=Access.OPEN), world.person()
    browser = world.browser(person)
    assert browser.post(f"/rooms/{room.id}/join").headers["Location"] == room.address
    assert "Before you enter" in browser.get(room.address).text
    assert browser.post(f"/rooms/{room.id}/enter", rule="on_record").status_code == 302
    assert "Before you enter" not in browser.get(room.address).text


def test_a_removed_member_cannot_come_back_by_themselves(world: World) -> None:
    room = world.room(access=Access.OPEN)
    person = world.revoked(room)
    browser = world.browser(person)
    browser.post(f"/rooms/{room.id}/join")
    page = browser.get(room.address).text
    assert "Your place here has ended." in page
    assert "Before you enter" not in page
    actions.give_place(world.convenor, room.id, to=person.id, role=RoomRole.PARTICIPANT)
    assert "Before you enter" in browser.get(room.address).text


@pytest.mark.parametrize(("role", "comes_back_as"), [
    (RoomRole.OBSERVER, RoomRole.OBSERVER), (RoomRole.CHAIR, RoomRole.PARTICIPANT)])
def test_who_left_an_open_room_comes_back_to_the_place_they_had_but_to_no_office(
        world: World, role: RoomRole, comes_back_as: RoomRole) -> None:
    room = world.room(access=Access.OPEN)
    person = world.member(room, role)
    voice = voice_id_of(room.id, person)
    browser = world.browser(person)
    browser.post(f"/rooms/{room.id}/leave")
    browser.post(f"/rooms/{room.id}/join")
    assert "Before you enter" in browser.get(room.address).text
    with Session(db.engine()) as session:
        held = session.get_one(Membership, (room.id, person.id))
        assert (held.role, held.may_vote, held.ended_at) == (comes_back_as, False, None)
    assert voice_id_of(room.id, person) == voice


def test_who_came_back_and_was_removed_stays_out(world: World) -> None:
    room = world.room(access=Access.OPEN)
    person = world.member(room)
    actions.leave(person, room.id)
    actions.join(person, room.id)
    actions.remove(world.convenor, room.id, member_id=person.id)
    with pytest.raises(Conflict):
        actions.join(person, room.id)


@pytest.mark.parametrize("form", ["people/add", "invite"])
def test_adding_people_is_throttled_like_posts(world: World, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.monotonic()
    monkeypatch.setattr(buckets, "time", SimpleNamespace(monotonic=lambda: moment))  # A slow machine would refill it.
    browser = world.browser(world.convenor)
    room = world.room()
    codes = [browser.post(f"/rooms/{room.id}/{form}", email="nobody@example.org").status_code for _ in range(31)]
    assert (set(codes[:30]), codes[30]) == ({422}, 429)


def test_a_listed_room_cannot_be_joined_without_an_invitation(world: World) -> None:
    with pytest.raises(Conflict):
        actions.join(world.person(), world.room(access=Access.LISTED).id)


def test_a_stranger_and_a_revoked_member_cannot_enter(world: World) -> None:
    room = world.room(access=Access.LISTED)
    for person in (world.person(), world.revoked(room)):
        with pytest.raises(NotPermitted):
            actions.acknowledge(person, room.id, rule=room.attribution)
    with pytest.raises(NotSignedIn):
        actions.acknowledge(None, room.id, rule=room.attribution)  # type: ignore[arg-type]


def test_one_enters_only_under_the_rule_one_read(world: World) -> None:
    room = world.room()
    person = world.member(room, entered=False)
    settings.tighten_attribution(world.convenor, room.id, rule=AttributionRule.CLOSED)
    with pytest.raises(Conflict):
        actions.acknowledge(person, room.id, rule=AttributionRule.ON_RECORD)


def test_a_stricter_rule_asks_all_members_to_acknowledge_it(world: World) -> None:
    room = world.room()
    person = world.member(room)
    browser = world.browser(world.convenor)
    answer = browser.post(f"/rooms/{room.id}/settings/attribution", attribution="chatham_house")
    assert answer.status_code == 302
    assert "became stricter" in world.browser(person).get(room.address).text
    again = browser.post(f"/rooms/{room.id}/settings/attribution", attribution="on_record")
    assert again.status_code == 422
    assert "it can only be tightened" in again.text


@pytest.mark.parametrize("rule", HIDING)
@pytest.mark.parametrize("role", [RoomRole.PARTICIPANT, RoomRole.RAPPORTEUR, RoomRole.OBSERVER])
def test_under_a_hiding_rule_only_managers_learn_who_holds_a_place(
        world: World, rule: AttributionRule, role: RoomRole) -> None:
    room = world.room(rule)
    world.member(room, name="Hidden Example", actor_set=ActorSet.STATE)
    reader, chair = world.member(room, role), world.member(room, RoomRole.CHAIR)
    page = world.browser(reader).get(f"/rooms/{room.id}/people").text
    assert "Hidden Example" not in page
    assert "Actor 1" not in page
    assert "3 people have a place" in page
    assert "Hidden Example" in world.browser(chair).get(f"/rooms/{room.id}/people").text


@pytest.mark.parametrize("rule", HIDING)
def test_the_person_of_a_handle_is_never_shown(world: World, rule: AttributionRule) -> None:
    room = world.room(rule)
    person, chair = world.member(room, name="Hidden Example"), world.member(room, RoomRole.CHAIR)
    voice = voice_id_of(room.id, person)
    assert voice
    handle = bylines(room, [voice])[voice].handle
    page = world.browser(chair).get(f"/rooms/{room.id}/people").text
    place = world.browser(chair).get(f"/rooms/{room.id}/people/{person.id}").text
    for text in (page, place):
        assert voice not in text
        assert f">{handle}<" not in text


def test_coming_and_going_tells_numbers_and_no_voice(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    world.revoked(room)
    person = world.member(room)
    actions.leave(person, room.id)
    found = entries(room.id, after=1)
    assert [entry.kind for entry in found] == ["member.joined", "member.removed", "member.joined", "member.left"]
    assert all(entry.data == {} for entry in found)
    for audience in Audience:
        assert all(set(shown["data"]) <= {"people"} for shown in present(found, audience))


def test_one_leaves_and_is_out(world: World) -> None:
    room = world.room()
    person = world.member(room)
    browser = world.browser(person)
    assert browser.post(f"/rooms/{room.id}/leave").status_code == 302
    assert browser.get(f"/rooms/{room.id}/people").status_code == 404
    assert browser.post(f"/rooms/{room.id}/leave").status_code == 404


@pytest.mark.parametrize("who", ["stranger", "member", "revoked", "nobody"])
def test_only_managers_manage(world: World, who: str) -> None:
    room = world.room(access=Access.LISTED)
    other = world.member(room)
    people_by_name: dict[str, Any] = {
        "stranger": world.person, "member": lambda: world.member(room), "revoked": lambda: world.revoked(room),
        "nobody": lambda: None}
    browser = world.browser(people_by_name[who]())
    expected = 401 if who == "nobody" else 403
    for path in ("people/add", "invite", f"people/{other.id}", f"people/{other.id}/remove", "settings/close"):
        fields = {"role": "participant", "email": "a@example.org", "days": "7", "key": "k"}
        assert browser.post(f"/rooms/{room.id}/{path}", **fields).status_code == expected
    for path in ("people/add", "invite", f"people/{other.id}", "settings"):
        assert browser.get(f"/rooms/{room.id}/{path}").status_code == expected


@pytest.mark.parametrize("role", [RoomRole.CHAIR, RoomRole.CO_CHAIR])
def test_a_chair_gives_changes_and_ends_places(world: World, role: RoomRole) -> None:
    room, person, actor = world.room(), world.person(), world.actor()
    browser = world.browser(world.member(room, role))
    base = f"/rooms/{room.id}/people"
    assert browser.post(f"{base}/add", email=person.email, role="participant", may_vote="1").status_code == 302
    changed = browser.post(f"{base}/{person.id}", role="rapporteur", actor=actor.id, capacity="official")
    assert changed.status_code == 302
    page = browser.get(f"{base}/{person.id}").text
    assert f'value="{actor.id}" selected' in page
    assert browser.post(f"{base}/{person.id}/remove").status_code == 302
    assert browser.get(f"{base}/{person.id}").status_code == 404


def test_an_address_without_an_account_is_answered_at_the_field(world: World) -> None:
    room = world.room()
    answer = world.browser(world.convenor).post(
        f"/rooms/{room.id}/people/add", email="nobody@example.org", role="observer")
    assert answer.status_code == 422
    assert "Invite the person by link instead." in answer.text
    assert 'value="nobody@example.org"' in answer.text


def test_an_invitation_to_another_room_cannot_be_withdrawn_here(world: World) -> None:
    here, there = world.room(), world.room()
    chair = world.member(here, RoomRole.CHAIR)
    made, _secret = people.invite(
        world.convenor, there.id, people.Guest(), role=RoomRole.PARTICIPANT, may_vote=True, key="k")
    with pytest.raises(NotFound):
        people.withdraw_invitation(chair, here.id, invitation_id=made.id)


def change(world: World, room: Room, edition: str) -> Room:
    """Reword the room from the wording of that edition."""
    return settings.change_room(world.convenor, room.id, title="Reworded", purpose="", edition=edition,
                                goals=[("One", "", date(2030, 1, 1)), ("Two", "Somebody", None)])


def test_two_who_reword_a_room_at_once_do_not_overwrite_each_other(world: World) -> None:
    room = world.room()
    edition = room.edition
    assert [goal.text for goal in change(world, room, edition).goals] == ["One", "Two"]
    with pytest.raises(Conflict):
        change(world, room, edition)


def test_a_room_has_one_to_three_goals(world: World) -> None:
    for number in (0, 4):
        with pytest.raises(Invalid):
            actions.open_room(world.convenor, theme_id=world.theme.id, title="A", access=Access.OPEN,
                              attribution=AttributionRule.CLOSED, goals=[("Goal", "", None)] * number)


def test_a_closed_room_is_listed_apart_and_cannot_be_joined(world: World) -> None:
    room = world.room(access=Access.OPEN)
    settings.close_room(world.convenor, room.id)
    browser = world.browser(world.person())
    assert room.title not in browser.get("/rooms").text
    assert room.title in browser.get("/rooms?show=closed").text
    with pytest.raises(Conflict):
        actions.join(world.person(), room.id)
    with pytest.raises(Conflict):
        settings.close_room(world.convenor, room.id)


def test_the_track_is_computed_from_who_takes_part(world: World) -> None:
    room = world.room()
    assert queries.tracks([room.id]) == {}
    world.member(room, actor_set=ActorSet.STATE)
    assert queries.tracks([room.id]) == {room.id: "1"}
    world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    assert queries.tracks([room.id]) == {room.id: "1.5"}


def test_a_track_without_officials_is_the_second() -> None:
    assert track_of([]) == "2"


def test_a_themes_page_shows_only_rooms_the_reader_may_know_of(world: World) -> None:
    hidden, listed = world.room(access=Access.INVITED), world.room(access=Access.LISTED)
    page = world.browser().get(f"/themes/{world.theme.id}").text
    assert listed.title in page
    assert hidden.title not in page
    assert world.browser().get(f"/themes/{'x' * 22}").status_code == 404


def test_a_theme_is_added_and_reworded_and_its_title_is_its_own(world: World) -> None:
    browser = world.browser(world.convenor)
    fields = {"title": "Example theme two", "description": "**Bold**"}
    assert browser.post("/admin/themes", **fields).status_code == 302
    again = browser.post("/admin/themes", **fields)
    assert again.status_code == 422
    assert "There is a theme with this title already." in again.text
    assert "**Bold**" in again.text
    assert browser.post(f"/admin/themes/{world.theme.id}", **fields).status_code == 422
    assert world.browser(world.person()).post("/admin/themes", **fields).status_code == 403


@pytest.mark.parametrize("address", ["/rooms", "/themes", "/themes/{theme}", "/rooms/{room}/people"])
def test_pages_take_a_bounded_number_of_queries(world: World, statements: list[str], address: str) -> None:
    rooms = [world.room(access=Access.LISTED) for _ in range(6)]
    for _ in range(4):
        world.member(rooms[0], actor_set=ActorSet.STATE)
    browser = world.browser(world.convenor)
    statements.clear()
    assert browser.get(address.format(theme=world.theme.id, room=rooms[0].id)).status_code == 200
    assert len([s for s in statements if s.startswith("SELECT")]) <= 12
