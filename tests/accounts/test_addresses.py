"""Mail addresses: one spelling at registration, sign-in, search, invitations and commands."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from dialogue.accounts import actions
from dialogue.accounts.invitations.actions import Guest, invite
from dialogue.accounts.models import Person
from dialogue.accounts.queries import person_by_email
from dialogue.core import db, inputs
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.mail_addresses import normal
from dialogue.database import config
from tests.world import PASSWORD, World

KEPT = "delegate@bücher.example"
SPELLINGS = [KEPT, "delegate@xn--bcher-kva.example", "delegate＠bücher.example", "Delegate@BÜCHER.Example",
             "ｄｅｌｅｇａｔｅ@bu\u0308cher.example", "delegate@xn--bcher-kva。example",
             " delegate@bücher.exam\u00adple "]


def registered(world: World, email: str = KEPT) -> Person:
    """An account with this address."""
    return actions.register_person(world.convenor, name="Delegate Example", email=email, password=PASSWORD)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_an_account_signs_in_with_every_spelling_of_its_address(world: World, typed: str) -> None:
    registered(world)
    assert world.browser().post("/sign-in", email=typed, password=PASSWORD).status_code == 302


@pytest.mark.parametrize("typed", SPELLINGS[1:])
def test_another_spelling_makes_no_second_account(world: World, typed: str) -> None:
    registered(world, typed)
    with pytest.raises(Invalid, match="already"):
        registered(world)


@pytest.mark.parametrize("typed", SPELLINGS)
def test_an_invited_person_registers_in_every_spelling(world: World, typed: str) -> None:
    _invitation, secret = invite(world.convenor, Guest(), key="k")
    answer = world.browser().post(f"/invitations/{secret}/account", name="Delegate Example", email=typed,
                                  password=PASSWORD, language="en", time_zone="UTC")
    assert answer.status_code == 302
    db.release()
    found = person_by_email(KEPT)
    assert found
    assert found.email == KEPT


@pytest.mark.parametrize("typed", ["XN--BCHER-KVA", "bücher", "BÜCHER", "＠bücher", "delegate@xn--bcher"])
def test_convenors_find_an_account_by_every_spelling(world: World, typed: str) -> None:
    registered(world)
    if typed.endswith("xn--bcher"):
        typed += "-kva.example"
    assert KEPT in world.browser(world.convenor).get("/admin", query_string={"q": typed}).text


def test_a_place_is_given_by_every_spelling(world: World) -> None:
    registered(world)
    room = world.room()
    answer = world.browser(world.convenor).post(
        f"/rooms/{room.id}/people/add", email=SPELLINGS[1], role="participant", actor="", may_vote="1")
    assert answer.status_code == 302


def test_the_operators_command_makes_an_account_that_signs_in_in_every_spelling(world: World) -> None:
    made = world.app.test_cli_runner().invoke(args=[
        "create-admin", "--name", "Delegate Example", "--email", SPELLINGS[4], "--password", PASSWORD])
    assert made.exit_code == 0, made.output
    assert world.browser().post("/sign-in", email=SPELLINGS[1], password=PASSWORD).status_code == 302


@pytest.mark.parametrize("address", ["anna@mission.local", "anna@intranet", "anna@mail.mission.local", "anna@büro"])
def test_an_address_of_a_closed_network_is_accepted(world: World, address: str) -> None:
    assert inputs.email({"f": address}, "f") == address
    registered(world, address)
    assert world.browser().post("/sign-in", email=address.upper(), password=PASSWORD).status_code == 302


@pytest.mark.parametrize("typed", ["anna", "anna@", "@intranet", "anna@1.2.3.4", "anna@-x", "anna@a..b", "anna@a b"])
def test_what_is_no_address_is_refused_still(typed: str) -> None:
    with pytest.raises(Invalid):
        inputs.email({"f": typed}, "f")


@given(st.text(max_size=40), st.text(max_size=40))
def test_normalising_twice_is_the_same_as_once(local: str, domain: str) -> None:
    once = normal(f"{local}@{domain}")
    assert normal(once) == once


def test_older_addresses_get_their_one_spelling_and_a_collision_locks_no_account_out(world: World) -> None:
    first, second, third = (registered(world, f"p{n}@example.org").id for n in range(3))
    older = {first: "ｄ@example.org", second: "d@example.org", third: "ｅ@example.org"}
    db.release()
    for n, (id, email) in enumerate(older.items()):
        db.session().execute(update(Person).where(Person.id == id).values(
            email=email, created_at=now() + timedelta(seconds=n)))
    db.session().commit()
    db.release()
    before = ScriptDirectory.from_config(config()).get_revision("0022").down_revision
    assert isinstance(before, str)
    command.downgrade(config(), before)
    command.upgrade(config(), "head")
    kept = {id: db.session().get_one(Person, id).email for id in older}
    assert kept == {first: "ｄ@example.org", second: "d@example.org", third: "e@example.org"}
    for typed, id in (("ｄ@example.org", first), ("d@example.org", second), ("ｅ@example.org", third)):
        found = person_by_email(typed)
        assert found
        assert found.id == id
