"""The first start, and the operator's command."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from dialogue.accounts import actions
from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import Conflict
from tests.world import PASSWORD, World

pytestmark = pytest.mark.each_database("two first administrators race")

FIRST = {"name": "First Example", "email": "First@Example.org", "password": PASSWORD, "language": "en",
         "time_zone": "Europe/Paris"}


def test_a_new_installation_leads_to_the_start_page(world: World) -> None:
    assert world.browser().get("/").headers["Location"] == "/start"


def test_the_first_convenor_is_made_and_signed_in(world: World) -> None:
    browser = world.browser()
    assert browser.post("/start", **FIRST).status_code == 302
    assert browser.get("/admin").status_code == 200
    made = db.session().scalars(select(Person)).one()
    assert (made.email, made.language, made.is_convenor) == ("first@example.org", "en", True)


def test_the_start_page_is_gone_once_there_is_a_convenor(world: World) -> None:
    browser = world.browser()
    assert world.convenor
    assert browser.get("/start").status_code == 404
    assert browser.post("/start", **FIRST).status_code == 404
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(("field", "value", "words"), [
    ("name", " ", "Write at least one word."),
    ("email", "nobody", "Write a mail address"),
    ("password", "short", "Use at least 15 characters."),
    ("password", "passwordpassword", "This would be tried first"),
    ("time_zone", "Mars/Olympus", "Choose one of the time zones."),
    ("language", "xx", "Choose one of the languages."),
])
def test_a_wrong_field_is_answered_at_the_field(world: World, field: str, value: str, words: str) -> None:
    answer = world.browser().post("/start", **FIRST | {field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'id="field-{field}-error"' in answer.text or field == "language"
    assert PASSWORD not in answer.text
    if field != "name":
        assert "First Example" in answer.text


def test_two_first_convenors_at_once_are_one(app: Flask) -> None:
    def begin(number: int) -> bool:
        with app.app_context():
            try:
                actions.create_first_convenor(name="A", email=f"a{number}@example.org", password=PASSWORD)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, range(4))) == [False, False, False, True]
    assert db.session().scalar(select(func.count()).select_from(Person)) == 1


def test_create_admin_takes_the_password_from_the_environment_and_never_shows_it(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(
        args=["create-admin", "--name", "Operator Example", "--email", "op@example.org"],
        env={"DIALOGUE_ADMIN_PASSWORD": PASSWORD})
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    assert actions.check_password(email="op@example.org", password=PASSWORD).is_convenor


def test_create_admin_asks_for_what_is_missing_and_echoes_no_password(app: Flask) -> None:
    typed = f"Operator Example\nop@example.org\n{PASSWORD}\n{PASSWORD}\n"
    answer = app.test_cli_runner().invoke(args=["create-admin"], input=typed)
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output


def test_create_admin_says_in_words_what_is_wrong(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(
        args=["create-admin", "--name", "A", "--email", "op@example.org", "--password", "short"])
    assert answer.exit_code == 1
    assert "Use at least 15 characters." in answer.output
