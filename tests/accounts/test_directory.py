"""What convenors do with people and actors."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dialogue.accounts.directory import actions
from dialogue.core import db
from dialogue.core.attribution import Capacity
from dialogue.core.errors import Conflict, NotPermitted
from tests.world import World

pytestmark = pytest.mark.each_database("searches and sorts names")

PAGES = ("/admin", "/admin/actors", "/admin/actors/new", "/admin/themes", "/admin/rooms", "/admin/invitations")
ACTOR = {"name": "Example Institute", "actor_set": "civil_society", "subtype": "scholar", "country": "Exampleland",
         "regional_group": ""}


@pytest.mark.parametrize("address", PAGES)
def test_administration_is_for_convenors(world: World, address: str) -> None:
    assert world.browser(world.convenor).get(address).status_code == 200
    assert world.browser(world.person()).get(address).status_code == 403
    assert world.browser().get(address).status_code == 401


def test_only_convenors_change_people(world: World) -> None:
    other = world.person()
    for verb in ("disable", "enable", "convenor/appoint", "convenor/dismiss", "actor"):
        assert world.browser(world.person()).post(f"/admin/people/{other.id}/{verb}").status_code == 403
        assert world.browser().post(f"/admin/people/{other.id}/{verb}").status_code == 401
    assert world.browser(world.convenor).post("/admin/people/nobody/disable").status_code == 404


def test_a_disabled_person_is_out_and_stays_out(world: World) -> None:
    person = world.person()
    browser = world.browser(person)
    assert world.browser(world.convenor).post(f"/admin/people/{person.id}/disable").status_code == 302
    assert browser.get("/account").status_code == 401
    assert world.browser().post("/sign-in", email=person.email, password="correct horse battery staple"
                                ).status_code == 422


def test_a_disabled_account_opens_again(world: World) -> None:
    person = world.person()
    actions.disable(world.convenor, person.id)
    actions.enable(world.convenor, person.id)
    assert world.browser(person).get("/account").status_code == 200


def test_the_last_convenor_stays(world: World) -> None:
    browser = world.browser(world.convenor)
    for verb in ("disable", "convenor/dismiss"):
        answer = browser.post(f"/admin/people/{world.convenor.id}/{verb}")
        assert answer.status_code == 409
        assert "This is the last convenor." in answer.text


def test_two_convenors_who_disable_each_other_leave_one(world: World) -> None:
    one, two = world.convenor, world.person()
    actions.appoint_convenor(one, two.id)
    pairs = [(one, two.id), (two, one.id)]

    def disable(pair: tuple[object, str]) -> bool:
        with world.app.app_context():
            try:
                actions.disable(db.session().merge(pair[0]), pair[1])
            except (Conflict, NotPermitted):  # A disabled convenor has no role any more.
                return False
            finally:
                db.release()
            return True

    db.session().expunge_all()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, pairs)) == [False, True]


def test_a_convenor_sets_a_persons_actor(world: World) -> None:
    person, actor = world.person(), world.actor()
    browser = world.browser(world.convenor)
    assert browser.post(f"/admin/people/{person.id}/actor", actor=actor.id, capacity="official").status_code == 302
    assert actor.name in world.browser(person).get("/account").text
    assert browser.post(f"/admin/people/{person.id}/actor", actor="nothing", capacity="official").status_code == 422


def test_an_official_has_an_actor(world: World) -> None:
    person = actions.assign_actor(world.convenor, world.person().id, actor_id=None, capacity=Capacity.OFFICIAL)
    assert person.capacity is Capacity.PERSONAL


def test_people_are_found_by_a_part_of_name_or_address(world: World) -> None:
    world.person(name="Unmistakable Example")
    browser = world.browser(world.convenor)
    assert "Unmistakable" in browser.get("/admin?q=mistak").text
    assert "Unmistakable" not in browser.get("/admin?q=%25").text
    assert "No account found" in browser.get("/admin?q=zzz").text


def test_an_actor_is_added_corrected_and_listed(world: World) -> None:
    browser = world.browser(world.convenor)
    assert "No actors yet" in browser.get("/admin/actors").text
    assert browser.post("/admin/actors/new", **ACTOR).status_code == 302
    page = browser.get("/admin/actors").text
    assert "Example Institute" in page
    assert "Research and scholarship" in page
    address = "/admin/actors/" + page.split("/admin/actors/")[2].split('"')[0]
    assert browser.post(address, **ACTOR | {"name": "Renamed Institute"}).status_code == 302
    assert "Renamed Institute" in browser.get("/admin/actors").text


@pytest.mark.parametrize(("field", "value"), [
    ("name", ""), ("name", "x" * 201), ("actor_set", "martian"), ("subtype", ""), ("regional_group", "north"),
])
def test_a_wrong_actor_is_answered_at_the_field(world: World, field: str, value: str) -> None:
    answer = world.browser(world.convenor).post("/admin/actors/new", **ACTOR | {field: value})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert "Exampleland" in answer.text


def test_a_name_belongs_to_one_actor(world: World) -> None:
    browser = world.browser(world.convenor)
    browser.post("/admin/actors/new", **ACTOR)
    answer = browser.post("/admin/actors/new", **ACTOR)
    assert answer.status_code == 422
    assert "There is an actor with this name already." in answer.text


def test_the_lists_take_a_bounded_number_of_queries(world: World, statements: list[str]) -> None:
    browser = world.browser(world.convenor)
    for _ in range(5):
        world.person(actor=world.actor())
    for address in ("/admin", "/admin/actors", "/admin/invitations", "/admin/rooms", "/admin/themes"):
        statements.clear()
        assert browser.get(address).status_code == 200
        assert len([s for s in statements if s.startswith("SELECT")]) <= 12
