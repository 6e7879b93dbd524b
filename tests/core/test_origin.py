"""Requests that change something: sent by a page of ours, by another site, or by a program that does not say."""

import re
from typing import Any

import pytest
from flask import Flask

from dialogue.accounts.models import Person
from dialogue.core.origin import Source, source
from dialogue.rooms.models import Room
from tests.world import Browser, World

OURS = "http://localhost:8000"
SAME = {"Origin": OURS, "Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": ""},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost:8000"},
    {"Origin": f"{OURS}/"},
    {"Origin": f"{OURS}.elsewhere.example"},
    {"Origin": f"{OURS}, https://elsewhere.example"},
    {"Origin": OURS, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Referer": "https://elsewhere.example/page"},
    {"Referer": f"{OURS}.elsewhere.example/page"},
]
OWN = [
    SAME, {"Origin": OURS}, {"Origin": OURS, "Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Referer": f"{OURS}/rooms"}, {"Referer": OURS},
]
ATTACK = "Words of the attacker, longer than twenty signs"
BODIES: list[dict[str, Any]] = [
    {"data": {"text": ATTACK, "key": "k"}},
    {"json": {"text": ATTACK, "key": "k"}},
    {"data": f"text={ATTACK}", "content_type": "text/plain"},
    {"data": {"text": ATTACK, "key": "k"}, "content_type": "multipart/form-data"},
]


@pytest.fixture
def room(world: World) -> Room:
    return world.room()


@pytest.fixture
def member(world: World, room: Room) -> Person:
    return world.member(room)


def token_of(browser: Browser) -> str:
    """The token of the browser's pages."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/sign-in").text)
    assert found
    return found[1]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_sites_request_is_foreign(headers: dict[str, str]) -> None:
    assert source(headers, OURS) is Source.FOREIGN


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_a_request_from_our_page_is_ours(headers: dict[str, str]) -> None:
    assert source(headers, OURS) is Source.OURS


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}], ids=str)
def test_a_request_without_a_sender_is_unsaid(headers: dict[str, str]) -> None:
    assert source(headers, OURS) is Source.UNSAID


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_post_is_refused_even_with_the_cookie_and_its_token(
        world: World, room: Room, member: Person, headers: dict[str, str]) -> None:
    browser, address = world.browser(member), room.address
    answer = browser.client.post(f"{address}/contributions", headers=headers,
                                 data={"csrf_token": token_of(browser), "text": ATTACK, "key": "k"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert ATTACK not in browser.get(address).text


@pytest.mark.parametrize("body", BODIES, ids=["form", "json", "text", "multipart"])
@pytest.mark.parametrize("address", ["/contributions", ""])
def test_a_foreign_post_without_a_cookie_is_given_none_and_shown_nothing_to_press(
        world: World, room: Room, body: dict[str, Any], address: str) -> None:
    answer = world.app.test_client().post(f"{room.address}{address}", headers=FOREIGN[0], **body)
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<(form|button|input|a|script|textarea)\b", answer.text)
    assert ATTACK not in answer.text
    assert "csrf" not in answer.text
    assert f"Open Dialogue at {OURS}" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("body", BODIES, ids=["form", "json", "text", "multipart"])
def test_a_foreign_request_of_the_interface_is_refused_in_json(
        world: World, room: Room, member: Person, method: str, body: dict[str, Any]) -> None:
    client, address = world.browser(member).client, f"/api/v1/rooms/{room.id}/contributions"
    answer = client.open(address, method=method, headers=FOREIGN[0], **body)
    assert answer.status_code == 403
    assert answer.get_json()["error"]["code"] == "foreign_origin"
    assert "Set-Cookie" not in answer.headers


def test_a_foreign_post_changes_no_sign_in(world: World, member: Person) -> None:
    browser = world.browser(member)
    for address in ("/sign-out", "/sign-in", "/sign-out-everywhere", "/nowhere", "/%00", "/static/favicon.svg"):
        answer = browser.client.post(address, headers=FOREIGN[0], data={"csrf_token": token_of(browser)})
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (403, None)
    assert browser.get("/account").status_code == 200


def test_a_page_embedded_by_another_site_is_a_strangers_and_starts_no_session(world: World, member: Person) -> None:
    embedded = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    assert world.browser(member).get("/account", headers=embedded).status_code == 401
    assert "Set-Cookie" not in world.browser().get("/sign-in", headers=embedded).headers


def test_a_link_on_another_site_opens_the_page_as_the_person(world: World, member: Person) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert world.browser(member).get("/account", headers=followed).status_code == 200


@pytest.mark.parametrize("headers", [{}, *OWN], ids=str)
def test_our_form_with_its_token_is_accepted(
        world: World, room: Room, member: Person, headers: dict[str, str]) -> None:
    browser, address = world.browser(member), room.address
    answer = browser.client.post(f"{address}/contributions", headers=headers,
                                 data={"csrf_token": token_of(browser), "text": "Our words", "key": "k"})
    assert answer.status_code == 302


def test_a_stale_form_of_ours_is_shown_again_with_what_was_typed(world: World, room: Room) -> None:
    browser = world.browser()
    answer = browser.client.post(f"{room.address}/contributions", headers=SAME,
                                 data={"csrf_token": "an old one", "text": "Typed in a page that grew old", "key": "k"})
    assert answer.status_code == 400
    assert "Press once more" in answer.text
    assert answer.text.count("Typed in a page that grew old") == 2
    assert 'name="csrf_token"' in answer.text


def test_a_form_of_unknown_sender_needs_its_token_and_is_given_nothing_to_press(world: World, room: Room) -> None:
    answer = world.app.test_client().post(f"{room.address}/contributions",
                                          data={"text": "Typed in an old browser", "key": "k"})
    assert answer.status_code == 400
    assert "Typed in an old browser" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<(form|button|input|a)\b", answer.text)


def test_a_stale_form_leads_to_no_other_site_whatever_its_address(app: Flask) -> None:
    page = app.test_client().post("/%5Celsewhere.example/%22%3F", headers=SAME).text
    assert 'action="/%5Celsewhere.example/%22%3F"' in page


def test_pages_tell_their_address_to_no_other_site_but_let_our_forms_say_whence_they_come(app: Flask) -> None:
    # Under `no-referrer` browsers send `Origin: null` with the forms of our own pages.
    assert app.test_client().get("/sign-in").headers["Referrer-Policy"] == "same-origin"
