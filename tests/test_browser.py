"""The people of the journeys: each with a browser of their own, and every error is noticed."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import PHONE, Person
from tests.chromium import NoChromiumError, find_chromium


def page_of(html: str) -> str:
    """Return an address that shows this page."""
    return "data:text/html," + quote(html)


def test_two_people_do_not_share_a_browser(new_person: Callable[..., Page]):
    one, other = new_person(), new_person()
    one.context.add_cookies([{"name": "seat", "value": "1", "url": "http://localhost"}])
    assert other.context.cookies() == []


def test_a_person_has_a_screen_a_language_and_a_taste(new_person: Callable[..., Page]):
    page = new_person(viewport=PHONE, locale="ar", color_scheme="dark")
    page.goto(page_of("<p>Hello</p>"))
    assert page.evaluate("[innerWidth, navigator.language]") == [390, "ar"]
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<script>oops()</script>", "a script broke"),
        ("<img src='http://stranger.invalid/pixel.png'>", "a page asked a stranger"),
        (
            "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self'\"><script>1</script>",
            "a page broke its own rules",
        ),
    ],
)
def test_what_goes_wrong_on_a_page_is_noticed(chromium: Browser, html: str, complaint: str):
    person = Person(chromium)
    person.page.goto(page_of(html))
    person.page.wait_for_timeout(100)
    person.leave()
    assert [problem for problem in person.went_wrong if problem.startswith(complaint)]


def test_a_sound_page_raises_no_complaint(chromium: Browser):
    person = Person(chromium)
    person.page.goto(page_of("<script>document.title = 'sound'</script>"))
    title = person.page.title()
    person.leave()
    assert (title, person.went_wrong) == ("sound", [])


def test_a_wrongly_named_chromium_is_an_error_and_not_passed_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(NoChromiumError, match="/nowhere/chromium"):
        find_chromium()
