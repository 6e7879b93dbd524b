"""Whatever is typed into an address, a form or JSON, the answer is a page or a refusal: never a failure of ours."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from dialogue.agenda import actions as agenda
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import LegalRoute, Pace, Stage
from dialogue.core import limits
from dialogue.core.clock import now
from dialogue.outcomes import actions as outcomes
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Access, RoomRole
from tests.world import Browser, World

pytestmark = pytest.mark.slow("each route, with all that is odd")

ASKED = ("\x00", "-1", "9" * 30, "0001-01-01", "9999-12-31", "\u202e<script>")
TYPED = ("\x00", "9" * 30, "٣", "0001-01-01T00:00", "9999-12-31T23:59", "a@b@c", "//evil.example\r\nX: y",
         "x" * 2000)
ARGUMENTS = ("page", "before", "after", "at", "sort", "since", "state", "version", "from", "to", "theme", "kind",
             "next", "code", "limit", "q", "wu", "outcome", "what", "room", "stage", "question", "show",
             "updated_since", "reply_to", "language")
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*?\bname="([\w-]+)"')
RARE = ("choice", "segment", "after", "support", "text", "revision", "base", "option", "poll", "item", "reason", "rule")
DATES = b'{"question": "Shall we meet?", "rule": "consensus", "visibility": "recorded", "closes_at": "%s"}'
BODIES = (
    b"", b"[]", b"NaN", b"[" * 100_000, b'{"text": "\\ud800", "key": "\\u0000", "choice": [], "question": {}}',
    b'{"text": [], "title": {}, "clauses": [{"kind": [], "text": {}, "key": "\\ud800"}], "key": 1e999, "what": NaN}',
    b'{"text": "a", "reply_to": "\\ud800", "key": "k", "base": 1e999, "version": -1, "reason": "\\u0000"}',
    b'{"text": "a", "title": "a", "clauses": [{"kind": "operative", "text": "a", "key": "\\ud800"}], "key": "l",'
    b' "from": ["\\ud800"], "questions": [[]], "base": 1}',
    DATES % b"0001-01-01T00:00:00+14:00", DATES % b"9999-12-31T23:59:59-12:00", DATES % b"9999-12-31T23:59:59Z",
)
LEAVES = frozenset({"static", "accounts.sign_out", "accounts.sign_out_everywhere", "accounts.profile.change_password"})


@pytest.fixture
def parts(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A thing of each kind, all of them led by the convenor, for the parts of addresses; nothing comes too often."""
    monkeypatch.setattr(limits, "_is_lifted", lambda: True)
    me, room, hall = world.convenor, world.room(access=Access.OPEN), world.hall()
    for place in (room, hall):
        rooms.give_place(me, place.id, to=me.id, role=RoomRole.CHAIR, may_vote=True)
        rooms.acknowledge(me, place.id, rule=place.attribution)
    item = agenda.add_item(me, theme_id=world.theme.id, title="Item", problem="Old", goal="New", forum="Assembly",
                           pace=Pace.FAST, legal_route=LegalRoute.RESOLUTION, stage=Stage.IDEA, review_on=now().date())
    due = milestones.add_milestone(me, item.id, statement="A draft", due=now().date(), owner_id=None)
    return {"room_id": room.id, "hall_id": hall.id, "theme_id": world.theme.id, "stream_id": room.id,
            "contribution_id": world.contribution(room, me).id, "proposal_id": world.proposal(room, me).id,
            "ballot_id": world.ballot(room, me).id, "person_id": world.member(room).id, "actor_id": world.actor().id,
            "outcome_id": outcomes.draft_session(me, room.id, title="Sitting", key="s").id, "item_id": item.id,
            "milestone_id": due.id}


@pytest.fixture
def chair(world: World) -> Browser:
    """The convenor's browser, far east of Greenwich, where the first day of the calendar began too early."""
    browser = world.browser(world.convenor)
    answer = browser.post("/account", name="Chair Example", language="en", time_zone="Pacific/Kiritimati")
    assert answer.status_code == 302
    return browser


def addresses(app: Flask, parts: dict[str, str], *methods: str) -> list[tuple[str, str]]:
    """(method, address) of each route, with a thing that is there wherever one is known."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LEAVES]
    return sorted((method, _built(rule, parts)) for rule in rules for method in methods
                  if method in (rule.methods or ()))


def _built(rule: Rule, parts: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts.get(part[1], "not-there"), rule.rule)


def failures(answers: Iterable[tuple[str, Any]]) -> list[str]:
    """What failed on our side."""
    failed = []
    for what, answer in answers:
        if answer.status_code >= 500:
            failed.append(f"{what}: {answer.status_code}")
        answer.close()
    return failed


def token_of(browser: Browser) -> str:
    """What a page gives its forms, so that they are taken for ours."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/rooms").text)
    assert found
    return found[1]


def test_no_page_fails_whatever_its_address_asks(app: Flask, parts: dict[str, str], chair: Browser) -> None:
    assert failures((f"{address} {odd!r}", chair.get(address, query_string=dict.fromkeys(ARGUMENTS, odd)))
                    for _method, address in addresses(app, parts, "GET") for odd in ASKED) == []


def test_no_page_fails_for_an_address_of_nothing(app: Flask, world: World, chair: Browser) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.arguments and "GET" in (rule.methods or ())]
    assert failures((f"{rule} {odd[:9]}", chair.get(re.sub(r"<[^>]+>", odd, rule)))
                    for rule in rules for odd in ("%00", "%ED%A0%80", "x" * 3000)) == []


def test_no_form_fails_whatever_is_typed(app: Flask, parts: dict[str, str], chair: Browser) -> None:
    pages = [chair.get(address) for _method, address in addresses(app, parts, "GET") if "." not in address]
    fields = {name for page in pages for name in FIELD.findall(page.text)}
    assert {"title", "closes_at", "due", "email"} <= fields
    token = token_of(chair)

    def form(odd: str) -> MultiDict[str, str]:
        twice = MultiDict([(name, odd) for name in sorted({*fields, *RARE}) for _again in range(2)])
        twice.setlist("csrf_token", [token])
        return twice

    assert failures((f"{address} {odd[:20]!r}", chair.client.post(address, data=form(odd)))
                    for _method, address in addresses(app, parts, "POST") for odd in TYPED) == []


def test_a_form_too_large_to_read_is_refused(world: World, chair: Browser) -> None:
    answer = chair.client.post("/rooms/new", data={"csrf_token": token_of(chair), "purpose": "x" * 1_100_000})
    assert answer.status_code == 413


def test_no_door_for_programs_fails_whatever_is_sent(app: Flask, parts: dict[str, str], chair: Browser) -> None:
    token = {"X-CSRFToken": token_of(chair)}
    doors = [(method, address) for method, address in addresses(app, parts, "POST", "PUT", "PATCH", "DELETE")
             if address.startswith("/api/")]
    assert failures((f"{method} {address} {body[:60]!r}", chair.client.open(
                        address, method=method, data=body, content_type="application/json", headers=token))
                    for method, address in doors for body in BODIES) == []


def test_a_name_and_password_in_the_address_do_not_open_a_form(parts: dict[str, str], chair: Browser) -> None:
    answer = chair.client.post(f"/rooms/{parts['room_id']}/settings/close", headers={"Authorization": "Basic eDp5"})
    assert answer.status_code == 400
