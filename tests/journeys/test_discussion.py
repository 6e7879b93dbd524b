"""People talk in a room: live, interrupted, refused, without a script, and after the server died."""

from playwright.sync_api import Page, expect

from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.core.record import entries
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.journeys.conftest import House


def test_what_one_person_posts_arrives_on_the_others_screens(house: House) -> None:
    room = house.world.room()
    people = [house.world.member(room, actor_set=s) for s in (ActorSet.STATE, ActorSet.CIVIL_SOCIETY, None)]
    db.release()
    pages = [house.enter(person, room.address) for person in people]
    pages[0].get_by_label("Your contribution").fill("A *first* word")
    pages[0].get_by_role("button", name="Post").click()
    for page in pages:
        expect(page.locator(".contribution .body em")).to_have_text("first")
        expect(page.locator(".contribution")).to_have_count(1)
        expect(page.locator(".contribution .who")).to_have_text(people[0].name)
    expect(pages[0].get_by_label("Your contribution")).to_have_value("")


def test_a_chair_and_a_namesake_are_told_apart_as_they_speak(house: House) -> None:
    room = house.world.room()
    chair = house.world.member(room, RoomRole.CHAIR, name="Amara Example")
    namesake = house.world.member(room, name="AMARA EXAMPLE")
    db.release()
    here, there = house.enter(chair, room.address), house.enter(namesake, room.address)
    write(here, "from the chair")
    write(there, "from the namesake")
    for page in (here, there):
        first, second = (page.locator(".contribution", has_text=f"from the {who}") for who in ("chair", "namesake"))
        expect(first.locator(".role-mark")).to_have_text("Role: Chair")
        expect(first.locator(".similar-name")).to_be_hidden()
        expect(second.locator(".role-mark")).to_be_hidden()
        expect(second.locator(".similar-name")).to_have_text("Similar name [2]")
        page.reload()
        expect(first.locator(".role-mark")).to_have_text("Role: Chair")
        expect(second.locator(".similar-name")).to_have_text("Similar name [2]")


def write(page: Page, text: str) -> None:
    """Post a contribution with the keyboard."""
    page.get_by_label("Your contribution").fill(text)
    page.keyboard.press("Control+Enter")


def texts(page: Page) -> list[str]:
    """What the page shows, in order."""
    return page.locator(".contribution .body").all_inner_texts()


def test_after_a_lost_connection_everything_is_there_once_without_a_reload(house: House) -> None:
    room = house.world.room()
    one, other = house.world.member(room), house.world.member(room)
    db.release()
    here, away = house.enter(one, room.address), house.enter(other, room.address)
    write(here, "before")
    expect(away.locator(".contribution")).to_have_count(1)
    away.evaluate("window.neverReloaded = true")
    away.get_by_label("Your contribution").fill("half a thought")
    away.context.set_offline(True)
    for n in range(5):
        write(here, f"meanwhile {n}")
        expect(here.locator(".contribution")).to_have_count(n + 2)
    expect(away.locator("connection-status")).to_contain_text("Connection lost")
    away.get_by_role("button", name="Post").click()
    expect(away.locator('[data-part="status"]')).to_contain_text("Not sent")
    away.context.set_offline(False)
    expect(away.locator("connection-status")).to_contain_text("Connected again", timeout=30_000)
    expect(away.locator(".contribution")).to_have_count(6)
    assert texts(away) == texts(here)
    assert away.evaluate("window.neverReloaded")
    expect(away.get_by_label("Your contribution")).to_have_value("half a thought")
    away.get_by_role("button", name="Post").click()
    expect(here.locator(".contribution .body").last).to_have_text("half a thought")
    assert texts(here).count("half a thought") == 1


def test_a_draft_survives_a_reload_and_a_refusal_and_goes_once_it_is_sent(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    box = page.get_by_label("Your contribution")
    box.fill("An unfinished sent")
    page.reload()
    expect(box).to_have_value("An unfinished sent")
    page.evaluate("document.querySelector('[name=text]').removeAttribute('maxlength')")
    box.fill("x" * 4001)
    page.get_by_role("button", name="Post").click()
    expect(page.locator("#field-text-error")).to_be_visible()
    expect(box).to_have_value("x" * 4001)
    page.reload()
    expect(box).to_have_value("x" * 4001)
    box.fill("Short enough")
    page.get_by_role("button", name="Post").click()
    expect(box).to_have_value("")
    expect(page.locator("#field-text-error")).to_have_count(0)
    page.reload()
    expect(box).to_have_value("")
    expect(page.locator(".contribution .body")).to_have_text("Short enough")


def test_changes_show_in_place(house: House) -> None:
    room = house.world.room()
    author, chair = house.world.member(room), house.world.member(room, RoomRole.CHAIR)
    db.release()
    watching, doing = house.enter(chair, room.address), house.enter(author, room.address)
    write(doing, "A first wording")
    item = watching.locator(".contribution")
    expect(item).to_have_count(1)
    watching.get_by_role("button", name="Support").click()
    expect(doing.locator('[data-field="supports"]')).to_have_text("1")
    doing.get_by_role("link", name="Edit").click()
    doing.get_by_label("Your contribution").fill("A better wording")
    doing.get_by_role("button", name="Save").click()
    expect(item.locator(".body")).to_have_text("A better wording")
    expect(item.locator('[data-field="edited"]')).to_be_visible()
    doing.get_by_role("link", name="Retract").click()
    doing.get_by_role("button", name="Take it back").click()
    expect(item.locator(".body")).to_contain_text("taken back")
    expect(item).to_have_count(1)


def test_a_reply_names_the_author_it_answers(house: House) -> None:
    room = house.world.room()
    one, other = house.world.member(room), house.world.member(room)
    db.release()
    first, second = house.enter(one, room.address), house.enter(other, room.address)
    write(first, "A question?")
    second.get_by_role("link", name="Reply").click()
    write(second, "An answer.")
    expect(first.locator(".contribution").nth(1).locator(".reply-to")).to_contain_text(one.name)


def test_without_a_script_people_talk_all_the_same(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address, java_script_enabled=False)
    page.get_by_label("Your contribution").fill("Said **plainly**")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".contribution .body strong")).to_have_text("plainly")
    page.get_by_role("button", name="Support").click()
    expect(page.locator('[data-field="supports"]')).to_have_text("1")
    page.get_by_role("link", name="Reply").click()
    page.get_by_label("Your contribution").fill("And an answer")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".contribution").nth(1).locator(".reply-to")).to_contain_text(person.name)


def test_going_back_and_posting_again_without_a_script_says_it_once(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address, java_script_enabled=False)
    for _ in range(2):
        page.get_by_label("Your contribution").fill("Said only once")
        page.get_by_role("button", name="Post").click()
        expect(page.locator(".contribution")).to_have_count(1)
        page.go_back()
    page.goto(room.address)
    expect(page.locator(".contribution")).to_have_count(1)
    page.get_by_label("Your contribution").fill("Something else")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".contribution")).to_have_count(2)


def test_under_the_chatham_house_rule_no_page_names_a_person(house: House) -> None:
    room = house.world.room(AttributionRule.CHATHAM_HOUSE)
    people = [house.world.member(room, name=f"Nobody May Know {n}", actor_set=ActorSet.STATE) for n in range(3)]
    ids = [person.id for person in people]
    db.release()
    frames: list[str] = []
    pages = [house.enter(person, "/") for person in people]
    pages[0].on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    for page in pages:
        page.goto(room.address)
    for n, page in enumerate(pages):
        write(page, f"word {n}")
        expect(pages[0].locator(".contribution")).to_have_count(n + 1)
    api = pages[0].evaluate(f"fetch('/api/v1/streams/{room.id}/events').then(r => r.text())")
    own_menu = pages[0].locator("main, aside").all_inner_texts()
    assert any("word 2" in frame for frame in frames)
    for where in (*frames, api, *own_menu):
        assert "Nobody May Know" not in where
        assert "Actor " not in where
        assert not any(id in where for id in ids)
    stored = [str(e.data) for e in entries(room.id, after=0)]
    assert not any(id in row for id in ids for row in stored)
    assert "Nobody" not in house.server.log()
    handles = pages[0].locator(".contribution .who").all_inner_texts()
    assert len(set(handles)) == 3


def test_what_was_acknowledged_survives_a_killed_server_and_nothing_is_there_twice(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    write(page, "the first")
    expect(page.locator(".contribution")).to_have_count(1)
    page.get_by_label("Your contribution").fill("in the middle of it")
    page.get_by_role("button", name="Post").click(no_wait_after=True)
    house.server.kill()
    house.server.start()
    expect(page.locator('[data-part="status"]')).not_to_have_text("Sending …", timeout=30_000)
    box = page.get_by_label("Your contribution")
    if box.input_value():  # Not acknowledged: pressed again under the same key.
        expect(page.locator("connection-status")).not_to_contain_text("lost", timeout=30_000)
        page.wait_for_timeout(2_000)
        page.get_by_role("button", name="Post").click()
    expect(page.locator(".contribution")).to_have_count(2, timeout=30_000)
    page.reload()
    assert texts(page) == ["the first", "in the middle of it"]


def test_a_graceful_shutdown_tells_all_clients_and_they_come_back(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    write(page, "hello")
    expect(page.locator(".contribution")).to_have_count(1)
    house.server.stop()
    expect(page.locator("connection-status")).to_contain_text("restarting")
    house.server.start()
    house.world.contribution(room, person, "while you were away")
    expect(page.locator(".contribution")).to_have_count(2, timeout=30_000)
    expect(page.locator("connection-status")).to_contain_text("Connected again")


def test_who_reads_further_up_is_told_of_news_and_not_moved(house: House) -> None:
    room = house.world.room()
    reader, writer = house.world.member(room), house.world.member(room)
    for n in range(40):
        house.world.contribution(room, writer, f"Number {n}")
    db.release()
    page = house.enter(reader, room.address)
    page.evaluate("scrollTo(0, 300)")
    before = page.evaluate("scrollY")
    house.world.contribution(room, writer, "The newest")
    button = page.locator('[data-part="new-below"]')
    expect(button).to_contain_text("1")
    assert page.evaluate("scrollY") == before
    button.click()
    expect(page.get_by_text("The newest")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_a_removed_person_hears_no_more(house: House) -> None:
    room = house.world.room()
    person, writer = house.world.member(room), house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    write(page, "hello")
    expect(page.locator(".contribution")).to_have_count(1)
    witness = house.enter(writer, room.address)
    rooms.remove(house.world.convenor, room.id, member_id=person.id)
    expect(page.locator("connection-status")).to_contain_text("ended")
    house.world.contribution(room, writer, "Not for them")
    expect(witness.locator(".contribution")).to_have_count(2)  # What all who are told of it have been told.
    assert "Not for them" not in page.content()
