"""Guessing passwords is slowed down by network address and account, and never keeps the owner out."""

from typing import Any

import pytest
from flask import Flask
from limits import parse

from dialogue.accounts import secrets
from dialogue.accounts.models import Person
from dialogue.core import limits
from tests.world import PASSWORD, Browser, World

ATTACKER, OWNER = "203.0.113.9", "198.51.100.7"
UNKNOWN = "nobody@example.org"


@pytest.fixture(autouse=True)
def long_windows(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count over a day what is counted over minutes, so that a slow machine changes nothing."""
    assert app
    for what in ("sign_in", "sign_in_slow", "sign_in_address", "sign_in_account", "sign_in_sparse", "sign_in_device"):
        monkeypatch.setitem(limits.LIMITS, what, parse(f"{limits.LIMITS[what].amount} per day"))


def at(browser: Browser, address: str) -> Browser:
    """The browser, from this network address."""
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def guess(world: World, email: str | None, times: int, address: str = ATTACKER) -> list[int]:
    """Wrong passwords from an address; returns the status of each answer."""
    browser = at(world.browser(), address)
    return [browser.post("/sign-in", email=email, password="wrong").status_code for _ in range(times)]


def sign_in(browser: Browser, person: Person) -> int:
    """Sign in with the right password; returns the status of the answer."""
    return int(browser.post("/sign-in", email=person.email, password=PASSWORD).status_code)


def test_wrong_passwords_from_elsewhere_do_not_keep_the_owner_out(world: World) -> None:
    person = world.person()
    assert guess(world, person.email, 12)[-1] == 429
    assert sign_in(at(world.browser(), OWNER), person) == 302


def test_a_known_device_signs_in_while_its_own_network_guesses(world: World) -> None:
    person = world.person()
    browser = at(world.browser(), ATTACKER)
    assert sign_in(browser, person) == 302
    browser.post("/sign-out")
    assert guess(world, person.email, 12)[-1] == 429
    assert sign_in(browser, person) == 302


def test_a_known_device_is_known_for_its_own_account_alone(world: World) -> None:
    person, other = world.person(), world.person()
    browser = at(world.browser(), ATTACKER)
    assert sign_in(browser, other) == 302
    browser.post("/sign-out")
    assert guess(world, person.email, 12)[-1] == 429
    assert sign_in(browser, person) == 429


def test_a_known_device_guesses_no_faster(world: World) -> None:
    person = world.person()
    browser = at(world.browser(), ATTACKER)
    sign_in(browser, person)
    tries = [browser.post("/sign-in", email=person.email, password="wrong").status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_a_network_that_guesses_at_many_accounts_is_slowed_down(world: World) -> None:
    people = [f"person{n}@nowhere.example" for n in range(61)]
    assert [guess(world, email, 1)[0] for email in people][-1] == 429


def test_when_many_networks_guess_each_network_keeps_a_try(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()
    monkeypatch.setitem(limits.LIMITS, "sign_in_account", parse("6 per day"))
    for n in range(3):
        guess(world, person.email, 2, f"203.0.113.{n}")
    assert guess(world, person.email, 2, "203.0.113.200") == [422, 429]
    assert sign_in(at(world.browser(), OWNER), person) == 302


def test_slow_guessing_meets_the_longer_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()
    monkeypatch.setitem(limits.LIMITS, "sign_in", parse("1000 per day"))
    answers = guess(world, person.email, 41)
    assert answers == [422] * 40 + [429]


def test_an_unknown_account_is_limited_like_a_known_one(world: World) -> None:
    known, unknown = world.person(), UNKNOWN
    assert guess(world, known.email, 12) == guess(world, unknown, 12, OWNER)


def test_an_unknown_account_costs_the_same_check(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person()
    work: list[str] = []
    verify, hash_ = secrets._hasher.verify, secrets._hasher.hash

    class Counting:
        """Notes each piece of work."""

        def verify(self, *details: Any) -> Any:
            work.append("verify")
            return verify(*details)

        def hash(self, *details: Any) -> Any:
            work.append("hash")
            return hash_(*details)

    monkeypatch.setattr(secrets, "_hasher", Counting())
    secrets.prepare()
    work.clear()
    guess(world, person.email, 1)
    known = list(work)
    work.clear()
    guess(world, UNKNOWN, 1)
    assert known == work == ["verify"]


def test_the_device_cookie_is_for_the_server_alone_and_names_no_person(world: World) -> None:
    person = world.person()
    answer = world.browser().post("/sign-in", email=person.email, password=PASSWORD)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("dialogue-device="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert str(person.email) not in cookie
    assert person.id not in cookie


@pytest.mark.parametrize("forged", ["", "nonsense", "W1siYSIsImIiXV0.aaaa"])
def test_a_forged_device_cookie_is_no_way_through(world: World, forged: str) -> None:
    person = world.person()
    guess(world, person.email, 12)
    browser = at(world.browser(), ATTACKER)
    browser.client.set_cookie("dialogue-device", forged)
    assert sign_in(browser, person) == 429


def test_a_guest_leaves_no_known_device(world: World) -> None:
    hall = world.hall()
    answer = world.browser().post("/halls/join", code=hall.code, name="Guest Example", rule=hall.attribution.value)
    assert answer.status_code == 302
    assert not [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("dialogue-device=")]
