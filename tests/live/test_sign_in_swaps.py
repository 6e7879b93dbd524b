"""Signing in as another account, and signing out, end the earlier sign-in and its open sockets."""

from collections.abc import Callable

import pytest

from dialogue.accounts.queries import person_signed_in
from dialogue.core import db
from dialogue.live.connections import connections
from dialogue.rooms.models import Room
from dialogue.server import background
from tests.live.conftest import Socket
from tests.world import PASSWORD, Browser, World

Connect = Callable[..., Socket]


def secret_of(browser: Browser) -> str:
    """The secret in the browser's cookie."""
    with browser.client.session_transaction() as session:
        return str(session["_user_id"])


def is_open(secret: str) -> bool:
    """Whether the secret still signs in."""
    db.release()
    return person_signed_in(secret) is not None


@pytest.fixture
def room(world: World) -> Room:
    """A room only members read."""
    return world.room()


def test_signing_in_as_another_account_ends_the_first_sign_in_and_its_sockets(
        world: World, room: Room, socket: Connect, publish: Callable[[], None]) -> None:
    first, other = world.member(room), world.person()
    there = socket(first)
    assert there.join(room.id)["ok"]
    secret = secret_of(there.browser)
    publish()
    assert there.browser.post("/sign-in", email=other.email, password=PASSWORD).status_code == 302
    publish()
    background.look_out_for_strangers()
    assert not is_open(secret)
    assert not there.client.is_connected()
    assert connections().in_stream(room.id) == []


def test_signing_in_again_as_the_same_account_ends_the_earlier_sign_in(world: World) -> None:
    person = world.person()
    browser = world.browser(person)
    earlier = secret_of(browser)
    assert browser.post("/sign-in", email=person.email, password=PASSWORD).status_code == 302
    assert not is_open(earlier)
    assert is_open(secret_of(browser))
    assert browser.get("/account").status_code == 200


def test_a_guest_who_signs_in_leaves_no_open_sign_in_behind(world: World) -> None:
    hall, person = world.hall(), world.person()
    browser = world.browser()
    browser.post("/halls/join", code=hall.code, name="Guest Example", rule=hall.attribution.value)
    earlier = secret_of(browser)
    assert browser.post("/sign-in", email=person.email, password=PASSWORD).status_code == 302
    assert not is_open(earlier)


def test_accepting_an_invitation_with_a_new_account_ends_the_earlier_sign_in(world: World) -> None:
    hall = world.hall()
    browser = world.browser()
    browser.post("/halls/join", code=hall.code, name="Guest Example", rule=hall.attribution.value)
    earlier = secret_of(browser)
    page = world.browser(world.convenor).post("/admin/invitations", days="7", key="k").text
    secret = page.split('id="secret"')[1].split('value="')[1].split('"')[0].rsplit("/", 1)[1]
    answer = browser.post(f"/invitations/{secret}/account", name="New Example", email="new@example.org",
                          password=PASSWORD, language="en", time_zone="UTC")
    assert answer.status_code == 302
    assert not is_open(earlier)


def test_signing_out_ends_the_sign_in_and_its_sockets(
        world: World, room: Room, socket: Connect, publish: Callable[[], None]) -> None:
    there = socket(world.member(room))
    assert there.join(room.id)["ok"]
    secret = secret_of(there.browser)
    publish()
    assert there.browser.post("/sign-out").status_code == 302
    publish()
    background.look_out_for_strangers()
    assert not is_open(secret)
    assert not there.client.is_connected()
    assert connections().in_stream(room.id) == []


def test_a_wrong_password_ends_nothing(world: World) -> None:
    browser = world.browser(world.person())
    secret = secret_of(browser)
    assert browser.post("/sign-in", email=world.person().email, password="wrong").status_code == 422
    assert is_open(secret)
