"""The room's page and the forms of a discussion."""

import re

import pytest

from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.rooms.contributions import actions, queries
from dialogue.rooms.models import Access, Room, RoomRole
from tests.rooms.test_contributions_actions import close, reread
from tests.world import Browser, World


def test_a_post_without_a_script_stands_on_the_page(world: World) -> None:
    room = world.room()
    browser = world.browser(world.member(room))
    answer = browser.post(f"/rooms/{room.id}/contributions", text="Plain *words*", key="abc", reply_to="")
    assert answer.status_code == 302
    page = browser.get(answer.location).text
    assert "<em>words</em>" in page
    assert page.count('class="contribution"') == 2  # … and the template.


def test_the_same_form_sent_twice_posts_once(world: World) -> None:
    room = world.room()
    browser = world.browser(world.member(room))
    for _ in range(2):
        browser.post(f"/rooms/{room.id}/contributions", text="Once", key="abc")
    assert len(queries.window(room, None).shown) == 1


@pytest.mark.parametrize(("text", "said"), [("", "Write at least one word."), ("x" * 4001, "4,000"), (" \n ", "Write")])
def test_a_bad_text_is_answered_at_the_field_and_kept(world: World, text: str, said: str) -> None:
    room = world.room()
    answer = world.browser(world.member(room)).post(f"/rooms/{room.id}/contributions", text=text, key="abc")
    assert answer.status_code == 422
    assert 'id="field-text-error"' in answer.text
    assert said in answer.text or said.replace(",", "") in answer.text
    assert text in answer.text


def test_a_text_for_a_closed_room_is_kept(world: World) -> None:
    room = world.room()
    browser = world.browser(world.member(room))
    close(room)
    answer = browser.post(f"/rooms/{room.id}/contributions", text="Too late", key="abc")
    assert answer.status_code == 409
    assert "Too late" in answer.text


@pytest.mark.parametrize("page", ["", "/edit", "/retract", "/hide", "/history"])
def test_a_foreign_contribution_is_the_same_404_as_none(world: World, page: str) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    stranger = world.browser(world.person())
    foreign, none = (stranger.get(f"/contributions/{id}{page}") for id in (said.id, "nothing"))
    assert foreign.status_code == none.status_code == 404
    of_its_own = r'csrf.*?>|value="[^"]+"|<meta name="server-time"[^>]*>'  # Each page has a token and the time.
    assert re.sub(of_its_own, "", foreign.text) == re.sub(of_its_own, "", none.text)


def test_the_permalink_leads_to_the_place_in_the_room(world: World) -> None:
    room = world.room()
    person = world.member(room)
    said = [world.contribution(room, person, f"Number {n}") for n in range(120)]
    browser = world.browser(person)
    answer = browser.get(f"/contributions/{said[10].id}")
    page = browser.get(answer.location).text
    assert f'id="{said[10].id}"' in page
    assert "Number 100" not in page
    assert "Later contributions" in page


def test_all_windows_together_show_everything_once(world: World) -> None:
    room = world.room()
    person = world.member(room)
    said = [world.contribution(room, person, f"Number {n}").id for n in range(120)]
    back, window = [], queries.window(room, None)
    back = [s.id for s in window.shown]
    while window.earlier:
        window = queries.window(room, None, before=window.first_seq)
        back = [s.id for s in window.shown] + back
    window = queries.window(room, None, after=0)
    on = [s.id for s in window.shown]
    while window.later:
        window = queries.window(room, None, after=window.last_seq)
        on += [s.id for s in window.shown]
    assert back == on == said


def test_reading_goes_on_at_the_first_unread(world: World) -> None:
    room = world.room()
    reader, writer = world.member(room), world.member(room)
    world.contribution(room, writer, "Old")
    browser = world.browser(reader)
    assert "first-unread" not in browser.get(f"/rooms/{room.id}").text
    fresh = world.contribution(room, writer, "Fresh").id
    page = browser.get(f"/rooms/{room.id}").text
    assert page.index("first-unread") < page.index(f'id="{fresh}"')
    assert "first-unread" not in browser.get(f"/rooms/{room.id}").text


def behind(world: World, new: int) -> tuple[Room, Browser, str]:
    """A room, the browser of a reader who is behind by so many contributions, and the id of the first of them."""
    room = world.room()
    reader, writer = world.member(room), world.member(room)
    world.contribution(room, writer, "Old")
    browser = world.browser(reader)
    browser.get(f"/rooms/{room.id}")
    first = world.contribution(room, writer, "The first new one").id
    for n in range(new - 1):
        world.contribution(room, writer, f"Number {n}")
    return room, browser, first


def test_a_room_opens_at_the_first_unread_however_far_behind(world: World) -> None:
    room, browser, first = behind(world, 61)
    newest = browser.get(f"/rooms/{room.id}?newest=yes").text
    assert "Go to the first unread contribution" in newest
    assert f'id="{first}"' not in newest
    room, browser, first = behind(world, 61)
    page = browser.get(f"/rooms/{room.id}").text
    assert page.index("first-unread") < page.index(f'id="{first}"')
    assert "Jump to the last contribution" in page
    assert "Go to the first unread contribution" not in page


def test_exactly_one_window_behind_nothing_unread_stands_before_it(world: World) -> None:
    room, browser, first = behind(world, queries.WINDOW)
    page = browser.get(f"/rooms/{room.id}").text
    assert page.index("first-unread") < page.index(f'id="{first}"')
    assert "Go to the first unread contribution" not in page
    assert "Later contributions" not in page


def test_a_page_whose_script_tells_what_was_seen_moves_no_bookmark(world: World) -> None:
    room, browser, first = behind(world, 3)
    browser.client.set_cookie("bookmark", "viewport")
    for _visit in range(2):
        page = browser.get(f"/rooms/{room.id}").text
        assert page.index("first-unread") < page.index(f'id="{first}"')
    assert "3 new" in browser.get("/").text
    browser.post(f"/rooms/{room.id}/read", seq=str(10**6))
    assert "first-unread" not in browser.get(f"/rooms/{room.id}").text
    assert "all read" in browser.get("/").text


def test_ones_own_words_are_not_new_on_the_home_page(world: World) -> None:
    room, browser, _first = behind(world, 2)
    browser.client.set_cookie("bookmark", "viewport")
    browser.post(f"/rooms/{room.id}/contributions", text="My own", key="k")
    assert "2 new" in browser.get("/").text


def test_the_newest_page_moves_no_bookmark_past_unread_ones(world: World) -> None:
    room, browser, first = behind(world, 90)
    assert "Go to the first unread" in browser.get(f"/rooms/{room.id}?newest=yes").text
    page = browser.get(f"/rooms/{room.id}").text
    assert page.index("first-unread") < page.index(f'id="{first}"')


@pytest.mark.parametrize("seq", ["", "-1", "many", "99999999999999999999"])
def test_a_bookmark_takes_only_a_number_of_an_entry(world: World, seq: str) -> None:
    room, browser, _first = behind(world, 1)
    assert browser.post(f"/rooms/{room.id}/read", seq=seq).status_code == 422


def test_editing_keeps_what_was_typed_when_it_is_refused(world: World) -> None:
    room = world.room()
    person = world.member(room)
    said = world.contribution(room, person)
    answer = world.browser(person).post(f"/contributions/{said.id}/edit", text="y" * 4001)
    assert answer.status_code == 422
    assert "y" * 4001 in answer.text


def test_hiding_asks_for_a_reason(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    browser = world.browser(world.member(room, RoomRole.CHAIR))
    assert browser.post(f"/contributions/{said.id}/hide", reason="").status_code == 422
    assert browser.post(f"/contributions/{said.id}/hide", reason="Off the point").status_code == 302
    assert "Off the point" in browser.get(f"/rooms/{room.id}").text


def test_support_by_form_goes_on_and_off(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    browser = world.browser(world.member(room))
    browser.post(f"/contributions/{said.id}/support", support="yes")
    assert reread(said).supports == 1
    browser.post(f"/contributions/{said.id}/support", support="no")
    assert reread(said).supports == 0


def test_form_and_json_are_refused_alike(world: World) -> None:
    room = world.room()
    said = world.contribution(room, world.member(room))
    browser = world.browser(world.member(room, RoomRole.OBSERVER))
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/sign-in").text)
    assert token
    headers = {"X-CSRFToken": token[1]}
    by_json = browser.client.post(f"/api/v1/rooms/{room.id}/contributions", json={"text": "No"}, headers=headers)
    by_form = browser.post(f"/rooms/{room.id}/contributions", text="No", key="abc")
    assert by_json.status_code == by_form.status_code == 403
    assert by_json.json["error"]["code"] == "not_permitted"
    supported = browser.client.put(f"/api/v1/contributions/{said.id}/support", headers=headers)
    assert supported.status_code == 403


def test_a_stranger_sees_a_listed_rooms_goals_and_no_more(world: World) -> None:
    room = world.room(access=Access.LISTED)
    world.contribution(room, world.member(room), "Inside only")
    page = world.browser(world.person()).get(f"/rooms/{room.id}")
    assert page.status_code == 200
    assert "Agree on a text" in page.text
    assert "Inside only" not in page.text


def test_an_open_room_on_the_record_is_public(world: World) -> None:
    room = world.room(access=Access.OPEN)
    world.contribution(room, world.member(room), "For all to read")
    page = world.browser().get(f"/rooms/{room.id}").text
    assert "For all to read" in page
    assert 'id="composer"' not in page


@pytest.mark.parametrize("person", ["stranger", "revoked"])
def test_an_invited_room_is_not_found_by_others(world: World, person: str) -> None:
    room = world.room()
    who = world.person() if person == "stranger" else world.revoked(room)
    assert world.browser(who).get(f"/rooms/{room.id}").status_code == 404


def test_at_the_gate_nothing_inside_is_shown(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    world.contribution(room, world.member(room), "Inside only")
    page = world.browser(world.member(room, entered=False)).get(f"/rooms/{room.id}")
    assert page.status_code == 200
    assert "Inside only" not in page.text


@pytest.mark.parametrize("rule", [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED])
def test_no_page_of_the_room_names_a_person(world: World, rule: AttributionRule) -> None:
    room = world.room(rule)
    people = [world.member(room, name=f"Nobody May Know {n}", actor_set=ActorSet.STATE) for n in range(6)]
    said = world.contribution(room, people[0])
    browser = world.browser(world.member(room, RoomRole.CHAIR))
    for page in (f"/rooms/{room.id}", f"/contributions/{said.id}/history", f"/contributions/{said.id}/hide",
                 f"/rooms/{room.id}/contributions/new?reply_to={said.id}"):
        text = browser.get(page).text
        assert "Nobody May Know" not in text, page
        assert "Actor " not in text, page
        assert 'data-set="state"' not in text, page


def test_small_groups_are_not_counted_out(world: World) -> None:
    room = world.room()
    for _ in range(5):
        world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    reader = world.member(room, actor_set=ActorSet.CIVIL_SOCIETY)
    counted = '<bdi>6</bdi></li>'
    assert counted in world.browser(reader).get(f"/rooms/{room.id}").text
    world.member(room, actor_set=ActorSet.STATE)
    assert "7 members" in world.browser(reader).get(f"/rooms/{room.id}").text
    assert counted not in world.browser(reader).get(f"/rooms/{room.id}").text


def test_the_page_takes_at_most_twelve_queries_however_much_was_said(world: World, statements: list[str]) -> None:
    room = world.room()
    people = [world.member(room, actor_set=ActorSet.STATE) for _ in range(4)]
    for n in range(70):
        said = world.contribution(room, people[n % 4])
        actions.post(people[0], room.id, text="A reply", reply_to=said.id)
    browser = world.browser(people[1])
    for visit in ("with news, so that the bookmark moves", "again"):
        db.release()
        statements.clear()
        assert browser.get(f"/rooms/{room.id}").status_code == 200
        asked = [s for s in statements if not s.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= 12, "\n".join([visit, *asked])
