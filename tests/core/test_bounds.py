"""How much one request may send: judged before anything of it is parsed, and never handed back whole."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug import formparser

from dialogue.core.bounds import BESIDES, BYTES_A_CHARACTER, TOO_LONG, Bound, bound_of
from dialogue.proposals import sheet
from tests.test_odd_input import token_of
from tests.world import World

DEFAULT = Bound()
MAX_BYTES, MAX_FIELDS = 560_000, 700  # No route takes more than this.
FORM = "application/x-www-form-urlencoded"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def doors(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, address, endpoint) of each route that changes something."""
    for rule in app.url_map.iter_rules():
        for method in sorted(set(UNSAFE) & set(rule.methods or ())):
            yield method, re.sub(r"<[^>]+>", "x" * 22, rule.rule), rule.endpoint


@contextmanager
def parsed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Within the block, the sizes of all bodies that are parsed as forms."""
    sizes: list[int] = []
    parse = formparser.FormDataParser.parse

    def note(self: Any, stream: Any, mimetype: str, length: int | None, *more: Any) -> Any:
        sizes.append(length or 0)
        return parse(self, stream, mimetype, length, *more)

    with monkeypatch.context() as patched:
        patched.setattr(formparser.FormDataParser, "parse", note)
        yield sizes


def test_a_form_of_300000_fields_is_refused_before_it_is_parsed(
        app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"&".join(b"field%d=" % n for n in range(300_000))
    with parsed(monkeypatch) as sizes:
        answer = app.test_client().post("/sign-in", data=body, content_type=FORM)
    assert answer.status_code == 413
    assert len(answer.data) < 20_000
    assert sizes == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_no_route_parses_more_fields_or_bytes_than_it_declares(
        app: Flask, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    for method, address, endpoint in doors(app):
        bound = bound_of(app, endpoint)
        assert bound.bytes <= MAX_BYTES
        assert bound.fields <= MAX_FIELDS
        for body in (fields(bound.fields + 1, kind), b"x" * (bound.bytes + 1)):
            with parsed(monkeypatch) as sizes:
                answer = client.open(address, method=method, data=body, content_type=kind)
            assert answer.status_code == 413, f"{method} {address}"
            assert len(answer.data) < 20_000, f"{method} {address}"
            assert max(sizes, default=0) <= bound.bytes


def fields(number: int, kind: str) -> bytes:
    """A form of so many short fields."""
    if "urlencoded" in kind:
        return b"&".join([b"a="] * number)
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return part * number + b"--b--\r\n"


def test_a_program_is_told_in_json_that_it_sent_too_much(world: World) -> None:
    room = world.room()
    answer = world.app.test_client().post(f"/api/v1/rooms/{room.id}/contributions", data=b" " * (DEFAULT.bytes + 1),
                                          content_type="application/json", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 413
    assert answer.json["error"]["code"] == "too_large"


def test_only_forms_that_hold_whole_texts_take_more_than_the_default(app: Flask) -> None:
    larger = {endpoint for _method, _address, endpoint in doors(app) if bound_of(app, endpoint) != DEFAULT}
    assert larger == {
        "proposals.draft", "proposals.revise", "proposals.api.draft", "proposals.api.revise", "outcomes.save",
        "agenda.new", "agenda.edit", "rooms.themes.add", "rooms.themes.change"}


def test_the_longest_honest_text_in_the_widest_script_fits_and_is_handed_back(world: World) -> None:
    room = world.room()
    writer = world.member(room)
    browser = world.browser(writer)
    clause = "𠀀" * (sheet.MAX_TEXT_LENGTH // sheet.MAX_CLAUSES)
    typed = {f"text-{n}": clause for n in range(1, sheet.MAX_CLAUSES + 1)}
    typed |= {f"kind-{n}": "operative" for n in range(1, sheet.MAX_CLAUSES + 1)}
    typed |= {f"key-{n}": "" for n in range(1, sheet.MAX_CLAUSES + 1)}
    refused = browser.post(f"/rooms/{room.id}/proposals", title="", key="k", do="save", **typed)
    assert refused.status_code == 422
    assert refused.text.count(clause) == sheet.MAX_CLAUSES
    stale = browser.client.post(f"/rooms/{room.id}/proposals", headers=OWN_PAGE,
                                data={"csrf_token": "old", "title": "A", **typed})
    assert stale.status_code == 400
    assert stale.text.count(f'value="{clause}"') == sheet.MAX_CLAUSES
    kept = browser.post(f"/rooms/{room.id}/proposals", title="A", key="k", do="save", **typed)
    assert kept.status_code == 302


def test_of_a_refused_form_no_more_is_handed_back_than_an_honest_one_holds(app: Flask) -> None:
    body = "&".join(["csrf_token=old", *(f'field{n}=' + '"' * 300 for n in range(190))])
    answer = app.test_client().post("/sign-in", data=body, content_type=FORM)
    assert answer.status_code == 400
    assert answer.text.count("&#34;") <= 2 * TOO_LONG * DEFAULT.characters
    assert len(answer.data) < 120_000


def test_a_field_with_a_name_no_form_has_is_not_handed_back(app: Flask) -> None:
    name = "n" * 5_000
    answer = app.test_client().post("/sign-in", headers=OWN_PAGE,
                                    data={"csrf_token": "old", name: "a", "email": "kept@example.org"})
    assert name not in answer.text
    assert 'value="kept@example.org"' in answer.text


def test_a_body_is_read_before_the_database_is_asked(world: World, statements: list[str]) -> None:
    """A line that brings it slowly must not hold a connection meanwhile."""
    browser = world.browser(world.person())
    token = token_of(browser)
    statements.clear()
    asked: list[int] = []

    class Slow(BytesIO):
        def readinto(self, buffer: Any) -> int:
            asked.append(len(statements))
            return super().readinto(buffer)

        def read(self, *size: Any) -> bytes:
            asked.append(len(statements))
            return super().read(*size)

    body = b"name=A"
    browser.client.post("/account", input_stream=Slow(body), content_length=len(body), headers={"X-CSRFToken": token},
                        content_type=FORM)
    statements.clear()
    browser.client.put("/api/v1/questions/x/support", input_stream=Slow(b"{}"), content_length=2,
                       content_type="application/json", headers={"Authorization": "Bearer x"})
    assert asked
    assert set(asked) == {0}


def test_a_bound_is_twelve_bytes_a_character() -> None:
    worst = len(b"%F0%9F%98%80")
    assert worst == BYTES_A_CHARACTER == len(b"\\ud83d\\ude00")
    assert DEFAULT.bytes == DEFAULT.characters * worst + BESIDES == 64_000
