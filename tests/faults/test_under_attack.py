"""Each route under attack from eight connections: the process still answers, and others' pages come (invariant I12).

In the ordinary round counts are judged, which do not depend on the machine: how many of the attackers' requests are
answered while another client's request waits. The soak attacks every route and judges by the clock.
"""

import json
import re
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

import pytest

from dialogue.core import limits
from dialogue.core.attribution import AttributionRule
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.faults.frames import run
from tests.faults.siege import ATTACKERS, Attack, Line, attacked, head, probe, sent
from tests.faults.stage import Stage
from tests.policies import FILLED, FILLED_IN_JSON, built, declared
from tests.test_load import fill
from tests.test_matrix import House, house_of
from tests.world import PASSWORD

HEALTH_P99, PAGE = 0.25, 1.0  # Seconds.
OVERTAKING = 4  # Answers to attackers while one request to /healthz waits: the one at work, and the next.
Fault = Callable[..., None]


@pytest.fixture(scope="module")
def besieged(stage: Stage) -> House:
    """A house full of long texts, served."""
    with stage.world() as world, pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "_is_lifted", lambda: True)
        with world.app.app_context():
            made = house_of(world.app, world)
            fill(made)
            world.come_back()
            for place in ("room_id", "hall_id"):  # So that one browser may do everything everywhere.
                rooms.give_place(world.convenor, made.ids[place], to=world.convenor.id, role=RoomRole.CHAIR)
                rooms.acknowledge(world.convenor, made.ids[place], rule=AttributionRule.ON_RECORD)
    return made


async def signed_in(stage: Stage) -> tuple[str, str]:
    """The cookie and the form token of the convenor's browser."""
    line = Line(stage.url)
    _status, page_head, page = await line.ask(head("GET", "/sign-in").encode())
    cookie, token = _cookie(page_head), _token(page)
    form = urlencode({"csrf_token": token, "email": "convenor@example.org", "password": PASSWORD}).encode()
    _status, page_head, _body = await line.ask(sent("POST", "/sign-in", form, FORM, f"Cookie: {cookie}"))
    cookie = _cookie(page_head)
    _status, page_head, page = await line.ask(head("GET", "/rooms", f"Cookie: {cookie}").encode())
    cookie = _cookie(page_head) or cookie
    line.close()
    return cookie, _token(page)


FORM = "application/x-www-form-urlencoded"


def _cookie(page_head: bytes) -> str:
    found = re.search(rb"(?i)set-cookie: (dialogue=[^;\r]+)", page_head)  # Not the one that knows the device.
    return found[1].decode() if found else ""


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1].decode()


def attacks(house: House, method: str, address: str, cookie: str, token: str) -> list[Attack]:
    """What is sent to one route: what it takes, and as much as it takes."""
    where = built(address, house.ids)
    mine = (f"Cookie: {cookie}", f"X-CSRFToken: {token}")
    if method == "GET":
        return [Attack(head(method, f"{where}?from=1&to=3&limit=250&page=1", *mine).encode())]
    if address.startswith("/api/"):
        body = json.dumps(FILLED_IN_JSON | {"text": "[" * 3_900, "key": "attack"}).encode()
        return [Attack(sent(method, where, body, "application/json", *mine))]
    form = urlencode(FILLED | {"text": "[" * 1_200, "email": "convenor@example.org", "password": "wrong", "key": "a"})
    huge = b"&".join(b"f%d=" % n for n in range(60_000))
    return [Attack(sent(method, where, form.encode(), FORM, *mine)), Attack(sent(method, where, huge, FORM, *mine))]


def test_a_page_under_attack_does_not_keep_the_others_waiting_for_all_attackers(
        stage: Stage, besieged: House, fault: Fault) -> None:
    async def play() -> None:
        cookie, token = await signed_in(stage)
        for address in ("/themes/<theme_id>", "/agenda", "/proposals/<proposal_id>/changes"):
            [attack] = attacks(besieged, "GET", address, cookie, token)
            async with attacked(stage.url, attack):
                health = await probe(stage.url, stage.server.pid, "/healthz", attack, 15)
                page = await probe(stage.url, stage.server.pid, "/rooms", attack, 5)
            assert attack.statuses <= {200, 429}
            assert median(health.overtaken) <= OVERTAKING, address
            assert median(page.overtaken) <= 3 * ATTACKERS, address
            fault("attack")

    run(play())


def test_no_route_under_attack_keeps_the_others_waiting(
        stage: Stage, besieged: House, soak: bool, fault: Fault) -> None:
    if not soak:
        pytest.skip("judged by the clock: make soak")
    slow = []

    async def play() -> None:
        cookie, token = await signed_in(stage)
        for method, address in sorted(declared(), key=lambda route: "sign-out" in route[1]):
            for attack in attacks(besieged, method, address, cookie, token):
                async with attacked(stage.url, attack):
                    health = await probe(stage.url, stage.server.pid, "/healthz", attack, 100)
                    page = await probe(stage.url, stage.server.pid, "/rooms", attack, 5)
                worst, slowest = sorted(health.seconds)[-2], max(page.seconds)
                if worst > HEALTH_P99 or slowest > PAGE:
                    slow.append(f"{method} {address} ({len(attack.request)} bytes, {attack.statuses}): "
                                f"{worst:.3f} s, {slowest:.3f} s")
                fault("attack")

    run(play())
    assert slow == []
