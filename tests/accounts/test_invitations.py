"""Invitations: one link, one person, once."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogue.accounts.invitations import actions
from dialogue.accounts.invitations.actions import Guest
from dialogue.accounts.models import Invitation, Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.clock import now
from dialogue.core.errors import Conflict
from dialogue.core.record import HOUSE, entries
from dialogue.rooms.models import Membership, Room, RoomRole
from dialogue.rooms.people import actions as places
from tests.world import PASSWORD, World

pytestmark = pytest.mark.each_database("two people redeem one invitation")

NEWCOMER = {"name": "New Example", "email": "new@example.org", "password": PASSWORD, "language": "en",
            "time_zone": "UTC"}


def invited(world: World, **guest: object) -> str:
    """The secret of a link to the house."""
    return actions.invite(world.convenor, Guest(**guest), key=f"k{now().timestamp()}")[1]


def place_in(room: Room, person: Person) -> Membership:
    """The place the person was given."""
    held = db.session().get(Membership, (room.id, person.id))
    assert held
    return held


def test_looking_at_the_link_does_not_use_it_up(world: World) -> None:
    secret = invited(world)
    for _ in range(3):
        assert world.browser().get(f"/invitations/{secret}").status_code == 200


def test_a_newcomer_makes_an_account_and_is_led_to_the_rooms_gate(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    actor = world.actor(ActorSet.STATE)
    _made, secret = places.invite(
        world.convenor, room.id, Guest(actor_id=actor.id, capacity=Capacity.OFFICIAL), role=RoomRole.RAPPORTEUR,
        may_vote=True, key="k")
    browser = world.browser()
    page = browser.get(f"/invitations/{secret}").text
    assert room.title in page
    assert "Rapporteur" in page
    answer = browser.post(f"/invitations/{secret}/account", **NEWCOMER)
    assert answer.headers["Location"] == room.address
    assert "Before you enter" in browser.get(room.address).text
    person = db.session().scalars(select(Person).where(Person.email == "new@example.org")).one()
    held = place_in(room, person)
    assert (held.role, held.actor_id, held.capacity, held.may_vote) == (
        RoomRole.RAPPORTEUR, actor.id, Capacity.OFFICIAL, True)


def test_a_person_with_an_account_accepts_with_one_press(world: World) -> None:
    room, person = world.room(), world.person()
    _made, secret = places.invite(world.convenor, room.id, Guest(), role=RoomRole.OBSERVER, may_vote=False, key="k")
    answer = world.browser(person).post(f"/invitations/{secret}")
    assert answer.headers["Location"] == room.address
    held = place_in(room, person)
    assert held.role is RoomRole.OBSERVER


def test_a_place_already_held_stays_as_it_is(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    _made, secret = places.invite(chair, room.id, Guest(), role=RoomRole.OBSERVER, may_vote=False, key="k")
    assert world.browser(chair).post(f"/invitations/{secret}").status_code == 302
    held = place_in(room, chair)
    assert held.role is RoomRole.CHAIR


def test_a_used_link_leads_nowhere_and_says_so(world: World) -> None:
    secret = invited(world)
    assert world.browser().post(f"/invitations/{secret}/account", **NEWCOMER).status_code == 302
    browser = world.browser(world.person())
    for answer in (browser.get(f"/invitations/{secret}"), browser.post(f"/invitations/{secret}")):
        assert answer.status_code == 409
        assert "This invitation was already used." in answer.text


def test_an_expired_link_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = invited(world, days=1)
    later = now() + timedelta(days=1)
    for module in ("actions", "web"):
        monkeypatch.setattr(f"dialogue.accounts.invitations.{module}.now", lambda: later)
    browser = world.browser()
    assert "This invitation has expired." in browser.get(f"/invitations/{secret}").text
    answer = browser.post(f"/invitations/{secret}/account", **NEWCOMER)
    assert answer.status_code == 409
    assert db.session().scalars(select(Person).where(Person.email == "new@example.org")).all() == []


def test_a_withdrawn_link_says_so(world: World) -> None:
    made, secret = actions.invite(world.convenor, Guest(), key="k")
    browser = world.browser(world.convenor)
    assert browser.post(f"/admin/invitations/{made.id}/revoke").status_code == 302
    assert "This invitation was withdrawn." in world.browser().get(f"/invitations/{secret}").text
    assert browser.post(f"/admin/invitations/{made.id}/revoke").status_code == 409


def test_an_unknown_link_is_not_found_and_guessing_is_slowed_down(world: World) -> None:
    assert world.convenor
    browser = world.browser()
    codes = [browser.get(f"/invitations/{'x' * 43}").status_code for _ in range(21)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_two_who_share_a_link_are_one_account(world: World) -> None:
    secret = invited(world)

    def accept(number: int) -> bool:
        with world.app.app_context():
            try:
                actions.redeem_as_new(secret, name="A", email=f"a{number}@example.org", password=PASSWORD,
                                      language="en", time_zone="UTC")
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(accept, range(3))) == [False, False, True]


@pytest.mark.parametrize(("field", "value"), [
    ("name", ""), ("email", "not an address"), ("password", "short"), ("time_zone", "Nowhere"), ("name", "x" * 121),
])
def test_a_wrong_field_keeps_the_link_usable_and_what_was_typed(world: World, field: str, value: str) -> None:
    secret, browser = invited(world), world.browser()
    answer = browser.post(f"/invitations/{secret}/account", **NEWCOMER | {field: value})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert PASSWORD not in answer.text
    assert browser.get(f"/invitations/{secret}").status_code == 200


def test_an_address_with_an_account_is_refused_at_the_field(world: World) -> None:
    secret, person = invited(world), world.person()
    answer = world.browser().post(f"/invitations/{secret}/account", **NEWCOMER | {"email": str(person.email).upper()})
    assert answer.status_code == 422
    assert "There is an account with this address already." in answer.text
    assert 'value="New Example"' in answer.text


def test_only_a_digest_of_the_link_is_kept_and_nothing_of_it_recorded(world: World) -> None:
    secret = invited(world)
    kept = db.session().scalars(select(Invitation)).one()
    assert secret not in str(vars(kept))
    assert secret not in str([entry.data for entry in entries(HOUSE, after=0)])


def test_no_log_line_tells_the_link(world: World, caplog: pytest.LogCaptureFixture) -> None:
    secret = invited(world)
    with caplog.at_level(logging.INFO):
        world.app.logger.error("Exception on %s [%s]", f"/invitations/{secret}", "GET")
        logging.getLogger("werkzeug").info('"GET /sign-in?next=%%2Finvitations%%2F%s HTTP/1.1"', secret)
    assert len(caplog.messages) == 2
    assert secret not in caplog.text


def test_a_link_lives_one_to_thirty_days(world: World) -> None:
    browser = world.browser(world.convenor)
    for days in ("0", "31", ""):
        answer = browser.post("/admin/invitations", name="Kept", days=days, key="k")
        assert answer.status_code == 422
        assert 'value="Kept"' in answer.text
    assert "/invitations/" in browser.post("/admin/invitations", days="30", key="k").text


def test_a_second_press_hands_out_the_same_invitation(world: World) -> None:
    browser = world.browser(world.convenor)
    for _ in range(2):
        browser.post("/admin/invitations", name="Once", days="7", key="same")
    assert len(db.session().scalars(select(Invitation)).all()) == 1


def test_only_convenors_invite_to_the_house(world: World) -> None:
    person = world.person()
    assert world.browser().get("/admin/invitations").status_code == 401
    assert world.browser(person).post("/admin/invitations", days="7", key="k").status_code == 403
    assert world.browser(person).get("/admin/invitations").status_code == 403


def test_a_guest_of_the_house_page_is_never_told_to_others_by_referrer(world: World) -> None:
    answer = world.browser().get(f"/invitations/{invited(world)}")
    assert answer.headers["Referrer-Policy"] == "same-origin"  # `no-referrer` would make our own forms nameless.
    assert answer.headers["Cache-Control"] == "no-store"
