"""Role × route and role × socket event, each against its declared policy (catalogue 35, and 31 for tallies)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import Person
from dialogue.agenda import actions as agenda
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import LegalRoute, Pace, Stage
from dialogue.core import db, limits
from dialogue.core.clock import now
from dialogue.core.json import Declared, Readers
from dialogue.core.permissions import HOUSE, RULES, Permission, Role, allows
from dialogue.halls.polls import actions as polls
from dialogue.halls.questions import actions as questions
from dialogue.live.events import registered
from dialogue.outcomes import actions as outcomes
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.live.conftest import Socket
from tests.live.conftest import socket as socket
from tests.policies import EVENT_THINGS, FILLED, FILLED_IN_JSON, Policy, built, declared
from tests.world import World

pytestmark = pytest.mark.slow("each route and event, for one role")
# Their pages show the most. PostgreSQL refuses queries that SQLite takes, so the queries of all pages run on it once.
WIDE = ("chair", "convenor")
WHO = ("stranger", "outsider", "invited", "revoked", "observer", "participant", "rapporteur", "chair", "convenor",
       "guest")
PLACES = {"observer": RoomRole.OBSERVER, "participant": RoomRole.PARTICIPANT, "rapporteur": RoomRole.RAPPORTEUR,
          "chair": RoomRole.CHAIR}
ROLES = [pytest.param(who, marks=pytest.mark.each_database("all pages read")) if who in WIDE else who for who in WHO]
REFUSED = {401, 403, 404}


class Standing(NamedTuple):
    """A person's roles towards a thing, from the models and the permission table, not from the routes."""

    roles: frozenset[Role]
    sees: bool
    reads: bool


@dataclass
class House:
    """All people's roles towards all things, their secrets, and the ids of the things."""

    app: Flask
    secrets: dict[str, str | None]
    standing: dict[tuple[str, str], Standing]
    ids: dict[str, str]

    def client(self, who: str) -> FlaskClient:
        """Return a browser signed in as a person."""
        client, secret = self.app.test_client(), self.secrets[who]
        if secret is not None:
            with client.session_transaction() as session:
                session["_user_id"] = secret
        return client

    def expected(self, policy: Policy, who: str) -> set[int]:
        """The refusals this person is to get; none if they may."""
        here = self.standing[who, policy.thing]
        nobody = {401} if self.secrets[who] is None else set()
        if policy.word == "read":
            return set() if here.reads else {404} | nobody
        if policy.word == "signed_in":
            return nobody
        if policy.word == "inside":
            return set() if here.roles & {Role.MEMBER, Role.CONVENOR} else {404} | nobody
        if not here.sees:
            return {404} | nobody
        if policy.word in ("see", "open") or allows(here.roles, Permission(policy.word)):
            return set()
        return nobody or {403}


def standing(person: Person | None, thing: Any) -> Standing:
    """Ask the thing."""
    roles = thing.roles_of(person)
    return Standing(roles, thing.is_seen_by(roles), getattr(thing, "is_read_by", thing.is_seen_by)(roles))


@pytest.fixture
def house(app: Flask, world: World) -> House:
    """All of it."""
    return house_of(app, world)


def house_of(app: Flask, world: World) -> House:
    """Make all of it through actions."""
    room, hall, me = world.room(), world.hall(), world.convenor
    people: dict[str, Person | None] = {"stranger": None, "outsider": world.person(), "convenor": me,
                                        "invited": world.member(room, entered=False), "revoked": world.revoked(room)}
    for who, role in PLACES.items():
        people[who] = person = world.member(room, role, may_vote=role is not RoomRole.OBSERVER)
        rooms.give_place(me, hall.id, to=person.id, role=role)
        rooms.acknowledge(person, hall.id, rule=hall.attribution)
    people["guest"] = world.guest(hall)
    chair, speaker = people["chair"], people["participant"]
    said, text = world.contribution(room, speaker), world.proposal(room, speaker)
    asked = questions.ask(people["guest"], hall.id, text="Why?", key="why")
    item, milestone = _agenda(world)
    things = {"house": HOUSE, "room": room, "hall": hall, "contribution": said, "proposal": text,
              "ballot": world.ballot(room, chair), "item": item,
              "outcome": outcomes.draft_session(chair, room.id, title="Sitting", key="sitting")}
    ids = {f"{name}_id": thing.id for name, thing in things.items() if thing is not HOUSE}
    ids |= {"stream_id": room.id, "question_id": asked.id, "theme_id": world.theme.id, "person_id": speaker.id,
            "actor_id": world.actor().id, "segment_id": hall.segments[0].id, "milestone_id": milestone,
            "poll_id": polls.prepare(chair, hall.id, question="Who is here?", options=["We", "They"]).id}
    secrets = {who: start_sign_in(person) if person else None for who, person in people.items()}
    stands = {(who, name): standing(person, thing) for who, person in people.items() for name, thing in things.items()}
    db.release()
    return House(app, secrets, stands, ids)


def _agenda(world: World) -> tuple[Any, str]:
    item = agenda.add_item(world.convenor, theme_id=world.theme.id, title="Item", problem="Old", goal="New",
                           forum="Assembly", pace=Pace.FAST, legal_route=LegalRoute.RESOLUTION, stage=Stage.IDEA,
                           review_on=now().date())
    due = milestones.add_milestone(world.convenor, item.id, statement="A draft", due=now().date(), owner_id=None)
    return item, due.id


@pytest.fixture
def nothing_lasts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A function after which every change is judged and answered as ever, and then taken back."""

    def begin() -> None:
        monkeypatch.setattr(limits, "_is_lifted", lambda: True)
        monkeypatch.setattr(Session, "commit", Session.flush)

    yield begin
    db.release()


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every method of every route."""
    methods = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    return {(method, rule) for method, rule in methods if method not in ("HEAD", "OPTIONS")}


def test_every_route_has_a_declared_policy_and_none_is_declared_that_is_gone(app: Flask) -> None:
    assert routes(app) == set(declared())


def declared_in_code(app: Flask) -> dict[tuple[str, str], Declared | None]:
    """What each JSON route declares where it is written."""
    return {(method, rule.rule): getattr(app.view_functions[rule.endpoint], "declared", None)
            for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_json_route_declares_the_policy_of_the_table(app: Flask) -> None:
    table = declared()
    wrong = {route: said for route, said in declared_in_code(app).items()
             if said is None or not _is_the_word(said.policy, table[route].word)}
    assert wrong == {}


def _is_the_word(policy: Permission | Readers, word: str) -> bool:
    is_open = isinstance(policy, Permission) and Role.PUBLIC in RULES[policy]
    return word in ("rare", str(policy)) or (word == "open" and is_open)


def test_every_json_route_that_changes_something_declares_a_limit(app: Flask) -> None:
    for (method, address), said in declared_in_code(app).items():
        assert said is not None
        assert isinstance(said.policy, Readers) == (method == "GET"), address
        assert said.limit in limits.LIMITS if method != "GET" else said.limit is None, address


def test_a_json_route_is_limited_as_its_socket_event(app: Flask) -> None:
    by_policy = {said.policy: said.limit for said in declared_in_code(app).values() if said and said.limit}
    for event, answered in registered().items():
        assert by_policy.get(answered.policy, answered.limit) == answered.limit, event


@pytest.mark.usefixtures("app")
def test_every_event_is_judged_by_a_declared_thing() -> None:
    assert set(EVENT_THINGS) == set(registered())


@pytest.mark.parametrize("who", ROLES)
def test_every_route_answers_each_role_as_declared(
        house: House, who: str, nothing_lasts: Callable[[], None]) -> None:
    client = house.client(who)
    page = client.get("/rooms").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    with client.session_transaction() as session:
        as_it_began = dict(session)
    nothing_lasts()
    wrong = []
    for (method, address), policy in declared().items():
        if policy.word == "rare":
            continue
        with client.session_transaction() as session:  # Whatever the last one did to it.
            session.clear()
            session.update(as_it_began)
        expected = house.expected(policy, who)
        answer = client.open(built(address, house.ids), method=method, headers={"X-CSRFToken": token[1]},
                             **_body(house, method, address, policy))
        status = answer.status_code
        answer.close()
        if status >= 500 or (status not in expected if expected else status in REFUSED):
            wrong.append(f"{method} {address}: {status}, not {expected or 'let in'}")
    assert not wrong, "\n".join(wrong)


def _body(house: House, method: str, address: str, policy: Policy) -> dict[str, Any]:
    """What is sent: nothing to pages and to what is open to all, else what gets past the parsing."""
    if address.startswith("/api/") and method != "GET":
        return {"json": {} if policy.word == "open" else FILLED_IN_JSON}
    if method == "GET" or policy.word == "open":
        return {}
    form = FILLED | {"segment": house.ids["segment_id"]} | ({"rule": "on_record"} if address.endswith("/enter") else {})
    if address.endswith("/proposals"):
        del form["question"]  # There it names what the text grew from.
    return {"data": form}


CODES = {401: "not_signed_in", 403: "not_permitted", 404: "not_found"}


@pytest.mark.parametrize("who", ROLES)
def test_every_event_answers_each_role_as_declared(
        house: House, world: World, who: str, socket: Callable[..., Socket],
        nothing_lasts: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    browser = house.client(who)
    monkeypatch.setattr(world, "browser", lambda _person: type("B", (), {"client": browser}))
    there = socket(None)
    nothing_lasts()
    wrong = []
    for event, thing in EVENT_THINGS.items():
        answer = there.ask(event, **_payload(house, event))
        expected = _codes(house, event, thing, who)
        got = answer.get("error", {}).get("code")
        if got not in expected if expected else got in (*CODES.values(), "failed"):
            wrong.append(f"{event}: {got}, not {expected or 'let in'}")
    assert wrong == []


def _payload(house: House, event: str) -> dict[str, Any]:
    stream = house.ids["hall_id" if event.startswith("question") else "room_id"]
    return {"stream": stream, "contribution": house.ids["contribution_id"], "question": house.ids["question_id"],
            "ballot": house.ids["ballot_id"], "text": "Words", "key": "k", "reason": "So", "choice": "yes",
            "support": True, "on": True, "seq": 1}


def _codes(house: House, event: str, thing: str, who: str) -> set[str]:
    """The refusals expected of an event. Joining is reading; leaving is always possible."""
    if thing == "nothing":
        return set()
    if thing == "own place":
        return {CODES[401]} if house.secrets[who] is None else set()
    policy = registered()[event].policy
    word = "read" if policy is Permission.ROOM_READ else str(policy)
    return {CODES[status] for status in house.expected(Policy(word, thing), who)}


def test_no_role_learns_a_tally_before_the_end(house: House, world: World) -> None:
    for who in WHO:
        answer = house.client(who).get(f"/api/v1/ballots/{house.ids['ballot_id']}")
        told = answer.get_json().get("ballot") or {}
        assert {told.get("yes"), told.get("no"), told.get("abstain"), told.get("verdict")} == {None}, who


def test_the_matrix_knows_every_role_of_the_house() -> None:
    # Champions and focal points are so of one item or actor: tests/agenda and tests/accounts/test_claims.py ask them.
    left_out = {Role.PUBLIC, Role.SIGNED_IN, Role.MEMBER, Role.CO_CHAIR, Role.AUTHOR, Role.CHAMPION, Role.FOCAL_POINT}
    assert {role.value for role in Role if role not in left_out} <= set(WHO)
