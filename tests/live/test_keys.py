"""The same key is one deed through every door; with another content it is refused; old answers are forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select, update

from dialogue.core import clock, db, idempotency
from dialogue.core.clock import now
from dialogue.core.idempotency import KEPT, Receipt
from dialogue.core.transaction import transaction
from dialogue.halls.models import Question
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions as votes
from dialogue.votes.forms import padded
from dialogue.votes.models import Visibility, Vote
from dialogue.votes.rules import Choice
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]


class Deed(NamedTuple):
    """How something is done through each door: the form's address, the API's, the event; two contents; its rows."""

    form: str
    api: str
    event: str
    where: dict[str, str]
    contents: tuple[dict[str, str], dict[str, str]]
    rows: Any


@pytest.fixture(params=["post", "question", "vote"])
def deed(request: pytest.FixtureRequest, world: World) -> tuple[Any, Deed]:
    """A person, and their actions that take a key."""
    place = world.hall() if request.param == "question" else world.room()
    person = world.member(place)
    words = ({"text": "Once"}, {"text": "Something else"})
    if request.param == "post":
        there = f"/rooms/{place.id}/contributions"
        return person, Deed(there, f"/api/v1{there}", "contribution.post", {"stream": place.id}, words, Contribution)
    if request.param == "question":
        there = f"/halls/{place.id}/questions"
        return person, Deed(there, f"/api/v1{there}", "question.ask", {"stream": place.id}, words, Question)
    ballot = world.ballot(place, world.member(place, RoomRole.CHAIR))
    there, choices = f"/ballots/{ballot.id}/votes", ({"choice": padded(c)} for c in (Choice.YES, Choice.NO))
    return person, Deed(there, f"/api/v1{there}", "ballot.cast", {"ballot": ballot.id}, tuple(choices), Vote)


def how_many(rows: Any) -> int:
    """How many there are in the table."""
    db.release()
    return db.session().scalar(select(func.count()).select_from(rows)) or 0


def test_through_the_form(world: World, deed: tuple[Any, Deed]) -> None:
    person, what = deed
    browser = world.browser(person)
    once, other = what.contents
    answers = [browser.post(what.form, key="k", **once) for _twice in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert browser.post(what.form, key="k", **other).status_code == 409
    assert how_many(what.rows) == 1


def test_through_json(world: World, deed: tuple[Any, Deed]) -> None:
    person, what = deed
    browser = world.browser(person)
    token = {"X-CSRFToken": browser.get("/sign-in").text.split('name="csrf-token" content="')[1].split('"')[0]}
    once, other = what.contents
    answers = [browser.client.post(what.api, json={"key": "k", **once}, headers=token) for _twice in range(2)]
    assert answers[0].json["ok"]
    assert answers[0].json == answers[1].json
    refused = browser.client.post(what.api, json={"key": "k", **other}, headers=token)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")
    assert how_many(what.rows) == 1


def test_through_the_socket(deed: tuple[Any, Deed], socket: Connect) -> None:
    person, what = deed
    there = socket(person)
    once, other = what.contents
    answers = [there.ask(what.event, key="k", **what.where, **once) for _twice in range(2)]
    assert answers[0]["ok"]
    assert answers[0] == answers[1]
    assert there.ask(what.event, key="k", **what.where, **other)["error"]["code"] == "conflict"
    assert how_many(what.rows) == 1


def test_one_key_through_two_doors_is_one_deed(deed: tuple[Any, Deed], socket: Connect) -> None:
    person, what = deed
    there = socket(person)
    once, other = what.contents
    assert there.ask(what.event, key="k", **what.where, **once)["ok"]
    assert there.browser.post(what.form, key="k", **once).status_code == 302
    assert there.browser.post(what.form, key="k", **other).status_code == 409
    assert how_many(what.rows) == 1


def test_answers_are_kept_for_two_days_and_forgotten_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "SWEPT_AT_ONCE", 2)
    room = world.room()
    person = world.member(room)
    for n in range(5):
        world.contribution(room, person, f"{n}", key=f"old-{n}")
    with transaction() as tx:
        old = update(Receipt).where(Receipt.key.like("old-%"))
        tx.session.execute(old.values(at=now() - KEPT - timedelta(seconds=1)))
    first = world.contribution(room, person, "recent", key="recent").id
    with clock.held_at(now() + KEPT - timedelta(minutes=1)):
        assert idempotency.sweep() == 5
        assert world.contribution(room, person, "recent", key="recent").id == first
    with clock.held_at(now() + KEPT + timedelta(minutes=1)):
        assert idempotency.sweep() >= 1
    assert how_many(Receipt) == 0
    assert timedelta(hours=48) <= KEPT


def test_a_secret_vote_s_answer_is_kept_as_long_as_its_ballot_is_open(world: World) -> None:
    room = world.room()
    voters = [world.member(room) for _n in range(5)]
    chair = world.member(room, RoomRole.CHAIR)
    ballot = world.ballot(room, chair, Visibility.SECRET)
    receipt = votes.cast(voters[0], ballot.id, choice=Choice.YES, key="k")
    with clock.held_at(now() + 10 * KEPT):
        idempotency.sweep()
        assert votes.cast(voters[0], ballot.id, choice=Choice.YES, key="k") == receipt
        votes.close_ballot(chair, ballot.id)
    db.release()
    assert db.session().scalar(select(func.count()).select_from(Receipt).where(Receipt.key == "k")) == 0
