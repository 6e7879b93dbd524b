"""Signing in and out, the profile, the password, tokens."""

from datetime import timedelta

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.record import HOUSE, entries
from tests.world import PASSWORD, World

NEW = "a wholly different sentence"


@pytest.mark.parametrize(("asked", "led"), [
    ("/rooms?show=closed", "/rooms?show=closed"), ("/", "/"), ("", "/"),
    ("/rooms/é?q=ж#people", "/rooms/%C3%A9?q=%D0%B6#people"),
])
def test_signing_in_leads_to_where_one_wanted_to_go(world: World, asked: str, led: str) -> None:
    answer = world.browser().post("/sign-in", email=world.person().email, password=PASSWORD, next=asked)
    assert answer.headers["Location"] == led


@pytest.mark.parametrize("asked", [
    "//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "\\\\elsewhere.example", "elsewhere",
    "javascript:alert(1)", "/\r\nSet-Cookie: a=b", "/rooms\r\nLocation: https://elsewhere.example", "/\n", "\r/",
    "/\t/elsewhere.example", "\t//elsewhere.example", " //elsewhere.example", "/\x00", "/\x7f", "/\x85", "/\u2028",
    "/rooms\\..", "/" + "x" * 2000, "http:/elsewhere.example", "///elsewhere.example", "\ud800",
])
def test_an_address_that_is_no_path_of_ours_is_refused_at_its_field(world: World, asked: str) -> None:
    person, browser = world.person(), world.browser()
    answer = browser.post("/sign-in", email=person.email, password=PASSWORD,
                          next=asked.encode("utf-8", "surrogatepass"))
    assert answer.status_code == 422
    assert 'href="#field-next"' in answer.text
    assert 'id="field-next" value="/"' in answer.text
    assert person.email in answer.text
    assert browser.get("/account").status_code == 401
    page = browser.get("/sign-in", query_string={"next": asked.encode("utf-8", "surrogatepass")})
    assert (page.status_code, 'id="field-next" value="/"' in page.text) == (200, True)


def test_a_wrong_password_keeps_the_address_and_says_nothing_of_the_account(world: World) -> None:
    person = world.person()
    known = world.browser().post("/sign-in", email=person.email, password="wrong")
    unknown = world.browser().post("/sign-in", email="nobody@example.org", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert person.email in known.text
    for answer in (known, unknown):
        assert "No account with this address and password." in answer.text


def test_the_sign_in_page_helps_those_with_a_code(world: World) -> None:
    assert "Have a code for a town hall?" in world.browser().get("/sign-in").text


def test_guessing_passwords_is_slowed_down(world: World) -> None:
    person = world.person()
    browser = world.browser()
    codes = [browser.post("/sign-in", email=person.email, password="wrong").status_code for _ in range(11)]
    assert codes[-1] == 429


def test_signing_out_everywhere_ends_every_browser(world: World) -> None:
    person = world.person()
    here, there = world.browser(person), world.browser(person)
    assert here.post("/sign-out-everywhere").status_code == 302
    assert here.get("/account").status_code == there.get("/account").status_code == 401


def test_a_new_password_signs_the_other_browsers_out(world: World) -> None:
    person = world.person()
    here, there = world.browser(person), world.browser(person)
    assert here.post("/account/password", current=PASSWORD, new=NEW).status_code == 302
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 401
    assert world.browser().post("/sign-in", email=person.email, password=NEW).status_code == 302


@pytest.mark.parametrize(("current", "new", "words"), [
    ("not the present one", NEW, "This is not your present password."), (PASSWORD, "short", "Use at least 15"),
])
def test_a_password_is_changed_only_with_the_present_one_and_to_a_long_one(
        world: World, current: str, new: str, words: str) -> None:
    answer = world.browser(world.person()).post("/account/password", current=current, new=new)
    assert answer.status_code == 422
    assert words in answer.text
    assert new not in answer.text


def test_one_sees_which_of_the_signed_in_browsers_is_this_one(world: World) -> None:
    person = world.person()
    assert world.browser(person)
    page = world.browser(person).get("/account/password").text
    assert (page.count("This one"), page.count("Another one")) == (1, 1)


def test_the_profile_changes_name_and_zone(world: World) -> None:
    person = world.person()
    browser = world.browser(person)
    assert browser.post("/account", name="Renamed Example", language="en",
                        time_zone="Africa/Cairo").status_code == 302
    page = browser.get("/account").text
    assert "Renamed Example" in page
    assert "Times are in the time zone Africa/Cairo" in page
    assert entries(HOUSE, after=0)[-1].kind == "person.changed"


def test_a_person_cannot_make_themselves_an_official(world: World) -> None:
    person, actor = world.person(), world.actor()
    world.browser(person).post("/account", name="A", language="en", time_zone="UTC", actor=actor.id,
                               capacity="official")
    kept = db.session().get(Person, person.id)
    assert kept
    assert kept.actor_id is None


def test_the_account_pages_ask_strangers_to_sign_in(world: World) -> None:
    for address in ("/account", "/account/password", "/account/tokens"):
        assert world.browser().get(address).status_code == 401


def make_token(world: World, person: object, **fields: str) -> str:
    """A token made on the page."""
    page = world.browser(person).post("/account/tokens", **{"label": "Script", "days": "", "key": "k1"} | fields).text
    return page.split('id="secret"')[1].split('value="')[1].split('"')[0]


def test_a_token_is_shown_once_and_opens_the_interface(world: World) -> None:
    person = world.person()
    secret = make_token(world, person)
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = world.app.test_client().get("/api/v1/me", headers=bearer)
    assert answer.json["id"] == person.id
    assert secret not in world.browser(person).get("/account/tokens").text
    assert secret not in str([entry.data for entry in entries(HOUSE, after=0)])


def test_without_a_token_the_interface_says_so_in_json(world: World) -> None:
    answer = world.app.test_client().get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "not_signed_in"


def test_a_second_press_makes_no_second_token_and_the_last_secret_works(world: World) -> None:
    person = world.person()
    first, second = make_token(world, person), make_token(world, person)
    client = world.app.test_client()
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {first}"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {second}"}).status_code == 200
    assert world.browser(person).get("/account/tokens").text.count("/revoke") == 1


def test_a_revoked_token_is_refused_and_only_its_owner_revokes_it(world: World) -> None:
    person, other = world.person(), world.person()
    secret = make_token(world, person)
    page = world.browser(person).get("/account/tokens").text
    address = "/account/tokens/" + page.split("/account/tokens/")[1].split('"')[0]
    assert world.browser(other).post(address).status_code == 404
    assert world.browser(person).post(address).status_code == 302
    bearer = {"Authorization": f"Bearer {secret}"}
    assert world.app.test_client().get("/api/v1/me", headers=bearer).status_code == 401
    assert world.browser(person).post(address).status_code == 409


def test_an_expired_token_opens_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = make_token(world, world.person(), days="1")
    later = now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("dialogue.accounts.queries.now", lambda: later)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert world.app.test_client().get("/api/v1/me", headers=bearer).status_code == 401


def test_a_revoked_token_is_refused_on_public_pages_too(world: World) -> None:
    """Treated as the public it would see less, and take that for the whole."""
    agenda = "/api/v1/streams/agenda/events"
    program = world.app.test_client()
    assert program.get(agenda).status_code == 200
    answer = program.get(agenda, headers={"Authorization": "Bearer never-was-one"})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_signed_in")
    # On pages too: docs/protocol.md promises it, and else a cookie beside the token would be read.
    assert program.get("/agenda", headers={"Authorization": "Bearer never-was-one"}).status_code == 401


def test_a_token_cannot_change_the_account_that_made_it(world: World) -> None:
    person = world.person()
    bearer = {"Authorization": f"Bearer {make_token(world, person)}"}
    client = world.app.test_client()
    for address in ("/account/tokens", "/account/password", "/account", "/sign-out-everywhere"):
        assert client.post(address, headers=bearer, data={"label": "More", "key": "k"}).status_code == 403


@pytest.mark.parametrize("days", ["0", "367", "soon"])
def test_a_tokens_days_are_answered_at_the_field(world: World, days: str) -> None:
    answer = world.browser(world.person()).post("/account/tokens", label="Kept", days=days, key="k1")
    assert answer.status_code == 422
    assert 'id="field-days-error"' in answer.text
    assert 'value="Kept"' in answer.text
