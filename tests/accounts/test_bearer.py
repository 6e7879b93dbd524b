"""A token beside a cookie: the token alone says who is asking."""

from collections.abc import Callable

import pytest

from dialogue.accounts.models import Person
from dialogue.rooms.models import Room
from tests.accounts.test_sign_in import make_token
from tests.live.conftest import ORIGIN, Socket
from tests.live.conftest import socket as socket
from tests.world import World

BOGUS = ["Bearer never-was-one", "bearer never-was-one", "BEARER never-was-one", "Bearer", "Bearer ", " Bearer  x",
         "Bearer\tnever-was-one", "Bearer two words"]


@pytest.fixture
def room(world: World) -> Room:
    return world.room()


@pytest.fixture
def member(world: World, room: Room) -> Person:
    return world.member(room)


@pytest.mark.parametrize("shown", BOGUS)
@pytest.mark.parametrize("address", ["/api/v1/me", "/account", "/agenda", "/rooms", "/sign-in"])
def test_a_bogus_token_beside_a_valid_cookie_is_a_401(
        world: World, member: Person, shown: str, address: str) -> None:
    answer = world.browser(member).get(address, headers={"Authorization": shown})
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("shown", BOGUS)
def test_a_bogus_token_does_not_let_the_cookie_act_without_the_forms_token(
        world: World, room: Room, member: Person, shown: str) -> None:
    browser, address = world.browser(member), room.address
    for target, body in ((f"{address}/contributions", {"data": {"text": "Forged words", "key": "k"}}),
                         (f"/api/v1/rooms/{room.id}/contributions", {"json": {"text": "Forged words", "key": "k"}})):
        assert browser.client.post(target, headers={"Authorization": shown}, **body).status_code == 401
    assert "Forged words" not in browser.get(address).text


def test_a_valid_token_beside_anothers_cookie_acts_for_the_tokens_owner(world: World, member: Person) -> None:
    other = world.person()
    bearer = {"Authorization": f"bearer {make_token(world, other)}"}
    browser = world.browser(member)
    assert browser.get("/api/v1/me", headers=bearer).get_json()["id"] == other.id
    assert browser.client.post("/sign-out", headers=bearer).status_code == 302
    assert browser.get("/api/v1/me").get_json()["id"] == member.id


def test_a_token_never_signs_a_browser_in(world: World, member: Person) -> None:
    bearer = {"Authorization": f"Bearer {make_token(world, member)}"}
    fields = {"email": member.email, "password": "wrong"}
    answer = world.app.test_client().post("/sign-in", headers=bearer, data=fields)
    assert "Set-Cookie" not in answer.headers


def test_a_basic_password_beside_a_cookie_changes_nothing(world: World, member: Person) -> None:
    browser = world.browser(member)
    assert browser.get("/account", headers={"Authorization": "Basic bWU6bWU="}).status_code == 200
    answer = browser.client.post("/sign-out", headers={"Authorization": "Basic bWU6bWU="})
    assert answer.status_code == 400  # The form's token is still asked for.


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_the_metrics_token_is_no_person_token(world: World, address: str) -> None:
    answer = world.app.test_client().get(address, headers={"Authorization": "Bearer of-the-monitor"})
    assert answer.status_code != 401


def test_a_token_in_the_sockets_handshake_is_never_passed_over_for_the_cookie(
        world: World, room: Room, member: Person, socket: Callable[..., Socket]) -> None:
    outsider = make_token(world, world.person())
    bogus = socket(member, headers={**ORIGIN, "Authorization": "Bearer never-was-one"})
    assert not bogus.client.is_connected()
    theirs = socket(member, headers={**ORIGIN, "Authorization": f"Bearer {outsider}"})
    assert theirs.join(room.id)["error"]["code"] == "not_found"
    assert socket(member).join(room.id)["ok"]
