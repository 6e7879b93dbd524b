"""Each file says once what it is and in which letters."""

from typing import Any

import pytest

from tests.exports import story
from tests.exports.waiting import ask, taken
from tests.world import Browser, World

TEXT = {"md": "text/markdown", "csv": "text/csv", "csv-milestones": "text/csv", "ics": "text/calendar"}
BINARY = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def kinds_of(answer: Any) -> list[str]:
    kinds: list[str] = answer.headers.getlist("Content-Type")
    return kinds


def file(browser: Browser, kind: str) -> Any:
    return taken(browser, ask(browser, format=kind).location)


@pytest.mark.parametrize("kind", TEXT)
def test_a_text_file_names_its_letters_once(world: World, kind: str) -> None:
    story.item(world)
    assert kinds_of(file(world.browser(), kind)) == [f"{TEXT[kind]}; charset=utf-8"]


@pytest.mark.parametrize("kind", BINARY)
def test_a_file_that_is_no_text_names_no_letters(world: World, kind: str) -> None:
    story.item(world)
    assert kinds_of(file(world.browser(), kind)) == [BINARY[kind]]


@pytest.mark.parametrize("address", [
    "/agenda.ics", "/agenda.atom", "/outcomes.atom", "/agenda", "/metrics", "/healthz", "/api/v1/openapi.json",
    "/static/css/base.css", "/static/src/app.js", "/static/icons.svg", "/nowhere", "/api/v1/nowhere",
])
def test_an_answer_names_its_letters_at_most_once(world: World, address: str) -> None:
    story.item(world)
    [kind] = kinds_of(world.browser().get(address, buffered=True))
    assert kind.count("charset=") <= 1
    assert kind.count(";") <= 2
