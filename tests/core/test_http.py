"""What every page has in common, as people read it."""

from datetime import UTC, datetime

import pytest
from flask import Flask, g
from sqlalchemy import event

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.http import day, moment
from tests.world import World

SAID = datetime(2026, 11, 7, 5, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "UTC", "7 Nov 2026, 05:05"),
        ("en", "Asia/Bangkok", "7 Nov 2026, 12:05"),
        ("en", "Europe/Paris", "7 Nov 2026, 06:05"),
    ],
)
def test_a_moment_is_shown_in_the_readers_language_and_zone(app: Flask, language: str, zone: str, shown: str):
    with app.test_request_context():
        g.person = Person(name="Reader Example", language=language, time_zone=zone)
        assert moment(SAID) == shown


def test_a_day_stands_before_its_month(app: Flask):
    with app.test_request_context():
        g.person = None
        assert day(SAID) == "7 November 2026"


@pytest.mark.parametrize("address", ["/api/v1/streams/%00/events", "/rooms/%00", "/%00"])
def test_an_address_with_the_character_zero_leads_nowhere_before_anything_is_asked(app: Flask, address: str) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        event.listen(db.engine(), "before_cursor_execute", note)
        assert app.test_client().get(address).status_code == 404
        event.remove(db.engine(), "before_cursor_execute", note)
    assert asked == []


def test_a_value_without_a_place_is_refused_on_a_whole_page(world: World) -> None:
    room = world.room()
    person = world.member(room, name="Person Example")
    browser = world.browser(person)

    def refuse(_cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO contribution"):
            raise db.engine().dialect.loaded_dbapi.DataError("a value without a place")

    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    event.listen(db.engine(), "do_execute", refuse)
    try:
        answer = browser.post(f"/rooms/{room.id}/contributions", text="Something to say", key="k")
    finally:
        event.remove(db.engine(), "do_execute", refuse)
    assert answer.status_code == 404
    assert "Person Example" in answer.text


@pytest.mark.parametrize(("cookie", "shown"), [
    ("Asia/Bangkok", "12:05"), ("Asia/Kathmandu", "10:50"), ("No/Where", "05:05"), ("../../etc/passwd", "05:05"),
    ("Asia", "05:05"), ("", "05:05"), ("x" * 500, "05:05")])
def test_a_reader_without_an_account_is_shown_the_browsers_zone(app: Flask, cookie: str, shown: str) -> None:
    with app.test_request_context(headers={"Cookie": f"time_zone={cookie}"}):
        g.person = None
        assert moment(SAID) == f"7 Nov 2026, {shown}"


def test_an_accounts_zone_goes_before_the_browsers(app: Flask) -> None:
    for guest, zone, shown in ((False, "UTC", "05:05"), (True, "UTC", "12:05"), (True, "Asia/Tokyo", "14:05")):
        with app.test_request_context(headers={"Cookie": "time_zone=Asia/Bangkok"}):
            g.person = Person(name="Reader Example", language="en", time_zone=zone, is_guest=guest)
            assert moment(SAID) == f"7 Nov 2026, {shown}"


def test_a_page_names_its_time_zone_once(world: World) -> None:
    browser = world.browser()
    assert browser.get("/rooms").text.count("Times are in UTC.") == 1
    browser.client.set_cookie("time_zone", "Asia/Bangkok", domain="localhost")
    assert browser.get("/rooms").text.count("Times are in the time zone Asia/Bangkok, now UTC+07:00.") == 1
