"""A lost password is set anew by a convenor's link, once, or by the operator; the person is told."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.accounts import actions as accounts
from dialogue.accounts.directory import actions as directory
from dialogue.accounts.invitations.actions import Guest, invite
from dialogue.accounts.models import Person, SignIn
from dialogue.accounts.profile import actions as profile
from dialogue.accounts.resets import actions
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.record import HOUSE, entries
from tests.world import PASSWORD, Browser, World

NEW = "a wholly different sentence"


def issued(browser: Browser, person: Person) -> str:
    """The address of a reset link that a convenor issued on the person's page."""
    answer = browser.post(f"/admin/people/{person.id}/password-reset")
    assert answer.status_code == 200, answer.text
    found = re.search(r'value="[^"]*(/password-resets/[\w-]+)"', answer.text)
    assert found
    return found[1]


def signs_in(world: World, person: Person, password: str) -> bool:
    """Whether the password opens the account."""
    return bool(world.browser().post("/sign-in", email=person.email, password=password).status_code == 302)


def kinds() -> list[str]:
    """What the record of the house holds."""
    return [entry.kind for entry in entries(HOUSE, after=0)]


def test_a_reset_link_sets_a_new_password_and_ends_every_sign_in(world: World) -> None:
    person = world.person()
    signed_in = world.browser(person)
    link = issued(world.browser(world.convenor), person)
    stranger = world.browser()
    page = stranger.get(link).text
    assert person.email in page
    assert world.convenor.name in page
    assert signs_in(world, person, PASSWORD)  # Issuing alone changes nothing.
    assert stranger.post(link, password=NEW).location == "/sign-in"
    assert "Your new password is set" in stranger.get("/sign-in").text
    assert signed_in.get("/account").status_code == 401
    assert not signs_in(world, person, PASSWORD)
    assert signs_in(world, person, NEW)
    assert [kind for kind in kinds() if "reset" in kind] == ["password_reset.issued", "password.reset"]


def test_a_reset_link_works_once(world: World) -> None:
    person = world.person()
    link = issued(world.browser(world.convenor), person)
    assert world.browser().post(link, password=NEW).status_code == 302
    for answer in (world.browser().get(link), world.browser().post(link, password=f"{NEW} again")):
        assert answer.status_code == 409
        assert "already used" in answer.text
    assert signs_in(world, person, NEW)


def test_looking_at_a_reset_link_does_not_use_it_up(world: World) -> None:
    link = issued(world.browser(world.convenor), world.person())
    assert [world.browser().get(link).status_code for _ in range(3)] == [200] * 3


def test_a_refused_password_leaves_the_reset_link_usable(world: World) -> None:
    link = issued(world.browser(world.convenor), world.person())
    answer = world.browser().post(link, password="short")
    assert answer.status_code == 422
    assert "Use at least 15" in answer.text
    assert world.browser().post(link, password=NEW).status_code == 302


def test_a_reset_link_expires(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    link = issued(world.browser(world.convenor), world.person())
    later = now() + actions.VALID_FOR + timedelta(minutes=1)
    for module in ("actions", "web"):
        monkeypatch.setattr(f"dialogue.accounts.resets.{module}.now", lambda: later)
    for answer in (world.browser().get(link), world.browser().post(link, password=NEW)):
        assert answer.status_code == 409
        assert "expired" in answer.text


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "password changed", "convenor dismissed"])
def test_a_reset_link_that_is_no_longer_meant_leads_nowhere(world: World, how: str) -> None:
    person, other = world.person(), world.person()
    directory.appoint_convenor(world.convenor, other.id)
    browser = world.browser(other)
    link = issued(browser, person)
    if how == "withdrawn":
        assert browser.post(f"/admin/people/{person.id}/password-reset/withdraw").status_code == 302
        assert browser.post(f"/admin/people/{person.id}/password-reset/withdraw").status_code == 409
    elif how == "replaced":
        issued(browser, person)
    elif how == "password changed":
        profile.change_password(person, current=PASSWORD, new=f"{NEW} of my own", stay="")
    else:
        directory.dismiss_convenor(world.convenor, other.id)
    answer = world.browser().post(link, password=NEW)
    assert answer.status_code == 409
    assert "withdrawn" in answer.text
    assert not signs_in(world, person, NEW)


def test_a_reset_link_opens_no_disabled_account(world: World) -> None:
    person = world.person()
    link = issued(world.browser(world.convenor), person)
    directory.disable(world.convenor, person.id)
    assert world.browser().post(link, password=NEW).status_code == 409
    refused = world.browser(world.convenor).post(f"/admin/people/{person.id}/password-reset")
    assert refused.status_code == 409
    assert "disabled" in refused.text


def test_only_convenors_at_a_browser_issue_reset_links(world: World) -> None:
    person = world.person()
    address = f"/admin/people/{person.id}/password-reset"
    assert world.browser().post(address).status_code == 401
    assert world.browser(world.person()).post(address).status_code == 403
    _token, secret = profile.make_token(world.convenor, label="Script", days=None, key="k")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert world.app.test_client().post(address, headers=bearer).status_code == 403
    own = world.browser(world.convenor).post(f"/admin/people/{world.convenor.id}/password-reset")
    assert own.status_code == 409
    assert "your own account" in own.text
    assert world.browser(world.convenor).post("/admin/people/nobody/password-reset").status_code == 404
    assert world.browser().get("/password-resets/nothing").status_code == 404


def test_a_convenor_whose_password_another_one_reset_reads_who_it_was(world: World) -> None:
    other = world.person()
    directory.appoint_convenor(world.convenor, other.id)
    link = issued(world.browser(world.convenor), other)
    world.browser().post(link, password=NEW)
    browser = Browser(world.app.test_client())
    assert browser.post("/sign-in", email=other.email, password=NEW).status_code == 302
    history = browser.get("/account/password").text
    assert "Password resets" in history
    assert f"A link from <bdi>{world.convenor.name}</bdi>" in history
    assert "A new password was set" in history


def test_no_log_line_tells_a_reset_link(world: World, caplog: pytest.LogCaptureFixture) -> None:
    _link, secret = actions.issue(world.convenor, world.person().id)
    with caplog.at_level(logging.INFO):
        world.app.logger.error("Exception on %s [%s]", f"/password-resets/{secret}", "GET")
    assert len(caplog.messages) == 1
    assert secret not in caplog.text
    assert secret not in str([entry.data for entry in entries(HOUSE, after=0)])


def test_the_sign_in_page_and_a_refused_invitation_say_what_to_do(world: World) -> None:
    person = world.person()
    assert "Ask a convenor for a reset link" in world.browser().get("/sign-in").text
    _invitation, secret = invite(world.convenor, Guest(), key="k")
    answer = world.browser().post(f"/invitations/{secret}/account", name="Person Example", email=person.email,
                                  password=PASSWORD, language="en", time_zone="UTC")
    assert "ask a convenor for a reset link" in answer.text


def command(world: World, email: str | None, **more: Any) -> Any:
    """The operator's command."""
    return world.app.test_cli_runner().invoke(args=["reset-password", "--email", email or ""], **more)


def test_the_operator_resets_a_password_and_ends_every_sign_in(world: World) -> None:
    person = world.person()
    world.browser(person)
    answer = command(world, person.email, env={"DIALOGUE_NEW_PASSWORD": NEW})
    assert answer.exit_code == 0, answer.output
    assert NEW not in answer.output
    db.release()
    assert db.session().scalars(select(SignIn).where(SignIn.person_id == person.id)).all() == []
    assert accounts.check_password(email=person.email or "", password=NEW).id == person.id
    assert kinds()[-1] == "password.reset"
    browser = world.browser()
    browser.post("/sign-in", email=person.email, password=NEW)
    assert "The operator of this server" in browser.get("/account/password").text


@pytest.mark.parametrize(("email", "new", "words"), [
    ("nobody@example.org", NEW, "No account has this address."), (None, NEW, "Write a mail address"),
    ("convenor@example.org", "short", "Use at least 15 characters."),
])
def test_the_operators_command_says_in_words_what_is_wrong(
        world: World, email: str | None, new: str, words: str) -> None:
    assert world.convenor
    answer = command(world, email, input=f"{new}\n{new}\n")
    assert answer.exit_code == 1
    assert words in answer.output
