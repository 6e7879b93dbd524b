"""People in browsers before nginx with TLS, two workers, PostgreSQL and Redis: one acts, another one watches."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from dialogue.accounts.models import Person
from dialogue.agenda import actions as agenda
from dialogue.agenda.models import LegalRoute, Pace, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.rooms.models import RoomRole
from tests.journeys.people import Member, Visitor
from tests.servers import free_port
from tests.workers.front import Front
from tests.workers.front import _worlds as _worlds
from tests.workers.front import cluster as cluster
from tests.workers.front import front as front
from tests.workers.front import nginx as nginx
from tests.world import PASSWORD, World

WORD, QUESTION, ITEM = "Said through nginx and TLS.", "When do we begin?", "An item on the agenda"
ATTACK = """<form id="f" method="post" action="{url}{path}"><input name="text" value="Words of the attacker"></form>
<button form="f">Win a prize</button>"""


@dataclass
class Places:
    """Where the journey leads, and who goes."""

    room: str
    ballot: str
    hall: str
    code: str
    people: tuple[str, str]


@pytest.fixture
def places(world: World) -> Places:
    """A room with an open ballot, an item of the agenda and a town hall with a code."""
    room = world.room()
    acting, watching = (_member(world, room) for _ in range(2))
    chair = world.member(room, RoomRole.CHAIR)
    hall = world.hall(own_role=RoomRole.CHAIR)
    agenda.add_item(world.convenor, theme_id=world.theme.id, title=ITEM, problem="Old", goal="New", forum="Assembly",
                    pace=Pace.FAST, legal_route=LegalRoute.RESOLUTION, stage=Stage.IDEA, review_on=now().date())
    found = Places(room.address, world.ballot(room, chair).address, hall.address, hall.code,
                   (acting.email or "", watching.email or ""))
    db.release()
    return found


def _member(world: World, room: object) -> Person:
    return world.member(room, actor_set=ActorSet.STATE, may_vote=True)


@pytest.fixture
def arrive(front: Front, new_person: Callable[..., Page]) -> Callable[[str], Member]:
    """A function that signs a person in with a browser of their own, which accepts the test's certificate."""

    def sign_in(email: str) -> Member:
        person = Member(new_person(front.url, ignore_https_errors=True))
        person.goes_to("/sign-in").fills_in(email=email, password=PASSWORD).presses("Sign in")
        expect(person.page).to_have_url(f"{front.url}/")
        return person

    return sign_in


@pytest.mark.timeout(300)
def test_all_forms_and_sockets_work_through_nginx_with_tls(
        places: Places, arrive: Callable[[str], Member]) -> None:
    acting, watching = map(arrive, places.people)
    they_talk_and_vote(acting, watching, places)
    acting.opens_place("Agenda").follows("Export")
    assert ITEM in acting.downloads("Markdown").read_text()
    they_meet_in_the_hall(acting, watching, places)
    one_signs_out(acting, watching)


def they_talk_and_vote(acting: Member, watching: Member, places: Places) -> None:
    """What one says and that one voted the other sees at once."""
    watching.goes_to(places.room)
    acting.goes_to(places.room).posts(WORD)
    watching.reads(WORD)
    turnout = watching.goes_to(places.ballot).page.locator('turnout-meter [data-field="value"]')
    expect(turnout).to_have_text("0")
    acting.goes_to(places.ballot).votes("Yes")
    expect(turnout).to_have_text("1")


def they_meet_in_the_hall(acting: Member, watching: Member, places: Places) -> None:
    """Both come in by the code; a question of one is there for the other."""
    for person in (watching, acting):
        person.opens_place("Town halls").follows("Join with a code").fills_in(code=places.code).presses("Continue")
        person.ticks("I understand").presses("Come in")
        expect(person.page).to_have_url(re.compile(f"{places.hall}$"))
    acting.page.get_by_label("Your question").fill(QUESTION)
    acting.presses("Ask")
    expect(acting.page.locator(".hall-question").filter(has_text=QUESTION)).to_be_visible()
    watching.page.reload()
    expect(watching.page.locator(".hall-question").filter(has_text=QUESTION)).to_be_visible()


def one_signs_out(acting: Member, watching: Member) -> None:
    """Each cookie is bound to TLS and this host; signing out ends one browser and no other."""
    cookies = acting.page.context.cookies()
    by_script = "__Host-bookmark"  # Says that the page's script tells what was read, and no more.
    assert {cookie["name"] for cookie in cookies} == {"__Host-dialogue", "__Host-dialogue-device", by_script}
    for cookie in cookies:
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, cookie["name"] != by_script, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "localhost")
    acting.page.locator(".site-tools .only-wide summary").click()
    acting.page.locator(".site-tools .only-wide").get_by_role("button", name="Sign out").click()
    expect(acting.page.locator(".site-tools").get_by_role("link", name="Sign in")).to_be_visible()
    acting.goes_to("/account").is_headed("This was not possible")
    watching.goes_to("/account").is_headed("Account")


@pytest.mark.parametrize("path", ["/sign-out", "/sign-in", ""])
def test_a_form_on_another_site_neither_acts_nor_signs_the_person_out(
        front: Front, places: Places, arrive: Callable[[str], Member], path: str) -> None:
    person = arrive(places.people[0])
    elsewhere = f"http://127.0.0.1:{free_port()}/"
    body = ATTACK.format(url=front.url, path=path or f"{places.room}/contributions")
    person.page.route(elsewhere, lambda route: route.fulfill(body=body, content_type="text/html"))
    before = person.page.context.cookies(front.url)
    person.goes_to(elsewhere).page.get_by_role("button", name="Win a prize").click()
    refused = Visitor(person.page).is_headed("Not sent")
    assert refused.page.locator("a, button, form, input, textarea").count() == 0
    assert person.page.context.cookies(front.url) == before
    person.goes_to("/account").is_headed("Account")
    person.goes_to(places.room)
    expect(person.page.get_by_text("Words of the attacker")).to_have_count(0)
