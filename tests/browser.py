"""People in a real browser: `new_person()` returns a person with a browser of their own.

Playwright and gevent cannot share a process, so what people look at is served by another one
(`tests/app_server.py`).
"""

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import FLAGS, NoChromiumError, environment, find_chromium

DESK = (1280, 800)
PHONE = (390, 844)
HERE = {"localhost", "127.0.0.1", ""}  # … and no host at all: about:blank, data: and blob: addresses


class Person:
    """A person with a browser: `page` is what they see, `went_wrong` collects errors."""

    def __init__(self, browser: Browser, **options: object) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.went_wrong: list[str] = []
        self.context.on("weberror", lambda error: self.went_wrong.append(f"a script broke: {error.error}"))
        self.context.on("request", lambda request: self._look_at(request.url))
        self.context.on("console", lambda message: self._listen_to(message.text))

    def _look_at(self, url: str) -> None:
        if (urlsplit(url).hostname or "") not in HERE:
            self.went_wrong.append(f"a page asked a stranger for {url}")

    def _listen_to(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.went_wrong.append(f"a page broke its own rules: {text}")

    def leave(self) -> None:
        """Close the browser window and all its pages."""
        self.context.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser all people of this process use, each in a context of their own."""
    try:
        path = find_chromium()
    except NoChromiumError as reason:
        pytest.fail(str(reason))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, env=environment(path))
        yield browser
        browser.close()


@pytest.fixture
def new_person(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function: each call brings one more person and returns their page.

    Whatever went wrong on any of their pages – a broken script, a request to another host, a breach
    of the content security policy – fails the test at its end.
    """
    people: list[Person] = []

    def arrive(
        base_url: str | None = None,
        *,
        viewport: tuple[int, int] = DESK,
        locale: str = "en-GB",
        color_scheme: Literal["light", "dark"] = "light",
        **options: object,
    ) -> Page:
        size = {"width": viewport[0], "height": viewport[1]}
        person = Person(
            chromium, base_url=base_url, viewport=size, locale=locale, color_scheme=color_scheme, **options
        )
        people.append(person)
        return person.page

    yield arrive
    for person in people:
        person.leave()
    assert [problem for person in people for problem in person.went_wrong] == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the servers it asks for, so that `-m 'not browser'` needs no care."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "chromium" in fixtures:
            item.add_marker("browser")
        if "postgres" in fixtures:
            item.add_marker("postgres")
