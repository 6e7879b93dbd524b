"""What a page says about its connection, and what it shows after an outage: the truth."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update

from dialogue.accounts import actions as accounts
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.record import Entry
from dialogue.core.transaction import transaction
from dialogue.rooms.contributions import actions
from dialogue.rooms.contributions.queries import WINDOW
from tests.journeys.conftest import House
from tests.journeys.listening import Pair, is_live, said


def test_who_was_away_for_too_long_sees_the_newest_and_keeps_what_they_type(house: House) -> None:
    room = house.world.room()
    one, other, third = (house.world.member(room) for _n in range(3))
    first = house.world.contribution(room, one, "The first words").id
    for n in range(WINDOW - 5):
        house.world.contribution(room, one, f"before {n}")
    db.release()
    page, windowed = house.enter(other, room.address), house.enter(third, f"{room.address}?before=30")
    for each in (page, windowed):
        is_live(each)
        each.context.set_offline(True)
    page.get_by_label("Your contribution").fill("half a thought")
    page.evaluate("window.neverReloaded = true")
    actions.retract(one, first)
    for n in range(10):
        house.world.contribution(room, one, f"meanwhile {n}")
    with transaction() as tx:
        tx.session.execute(update(Entry).where(Entry.stream_id == room.id).values(at=now() - timedelta(days=60)))
    db.release()
    for each in (page, windowed):
        each.context.set_offline(False)
    expect(page.locator(".contribution .body").last).to_have_text("meanwhile 9", timeout=30_000)
    expect(page.locator(".contribution")).to_have_count(WINDOW)
    expect(page.locator(".contribution .body").first).to_have_text("before 5")
    assert page.evaluate("window.neverReloaded")
    expect(page.get_by_label("Your contribution")).to_have_value("half a thought")
    expect(windowed.locator(".contribution .body").first).to_contain_text("taken back", timeout=30_000)
    page.get_by_role("link", name="Earlier contributions").click()
    expect(page.locator(".contribution .body").last).to_have_text("before 4")


def test_a_short_break_is_not_spoken_of_and_nothing_is_missed(house: House) -> None:
    pair = Pair.meet(house)
    page = pair.listens()
    page.context.set_offline(True)
    pair.says("In between")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(page.locator(".contribution .body")).to_have_text(["In between"])
    page.wait_for_timeout(2_500)
    assert said(page) == []


def test_while_the_server_is_gone_the_page_says_so_until_it_has_caught_up(house: House) -> None:
    pair = Pair.meet(house)
    page = pair.listens()
    house.server.kill()
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    pair.says("While it was away")
    page.wait_for_timeout(3_000)
    expect(page.locator("connection-status")).to_contain_text("Reconnecting")
    house.server.start()
    expect(page.locator("connection-status")).to_contain_text("Connected again", timeout=40_000)
    expect(page.locator(".contribution .body")).to_have_text(["While it was away"])
    assert said(page) == ["reconnecting", "caught_up"]


def test_who_was_signed_out_is_told_that_and_not_that_the_connection_is_lost(house: House) -> None:
    room = house.world.room()
    person = house.world.member(room)
    db.release()
    page = house.enter(person, room.address)
    is_live(page)
    page.get_by_label("Your contribution").fill("half a thought")
    accounts.end_all_sign_ins(person)
    db.release()
    expect(page.locator("connection-status")).to_contain_text("Your place here has ended")
    page.wait_for_timeout(3_000)
    expect(page.locator("connection-status")).to_contain_text("Your place here has ended")
    expect(page.get_by_label("Your contribution")).to_have_value("half a thought")


def test_where_no_socket_gets_through_people_read_and_write_all_the_same(house: House) -> None:
    pair = Pair.meet(house)
    page = pair.listens()
    page.add_init_script("window.WebSocket = class { constructor() { throw new Error('not through here'); } };")
    page.reload()
    pair.says("Do you hear me?")
    expect(page.locator(".contribution .body")).to_have_text(["Do you hear me?"], timeout=20_000)
    page.get_by_label("Your contribution").fill("Clearly")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".contribution .body")).to_have_text(["Do you hear me?", "Clearly"])
