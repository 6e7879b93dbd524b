"""Who is looked up again, when, and in how many queries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from dialogue.accounts import actions as accounts
from dialogue.accounts import queries as people
from dialogue.accounts.profile.actions import make_token, revoke_token
from dialogue.core import db, tasks
from dialogue.core.application import PerApp
from dialogue.core.clock import held_at, now
from dialogue.core.tasks import Task
from dialogue.live.connections import Connection, connections, recognise
from dialogue.live.streams import broadcaster, subscribing
from dialogue.server import background
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("sign-ins are looked up together, by a list")

Connect = Callable[..., Socket]
Publish = Callable[[], None]


@contextmanager
def lookups() -> Iterator[list[str]]:
    """The queries that identify a person."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "sign_in" in statement or "access_token" in statement:
            found.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    yield found
    event.remove(db.engine(), "before_cursor_execute", note)


def test_a_sign_out_looks_up_no_other_person(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    listener = socket(world.member(room))
    listener.join(room.id)
    accounts.end_all_sign_ins(world.member(room))
    publish()
    with lookups() as found:
        assert listener.ask("stream.leave", stream=room.id)["ok"]
    assert found == []


def test_many_who_are_doubted_are_looked_up_together(world: World, socket: Connect) -> None:
    room = world.room()
    people = [world.member(room) for _ in range(5)]
    for person in people:
        socket(person).join(room.id)
    connections().invalidate()
    with lookups() as found:
        subscribing.reauthorize(room.id)
    assert len(found) == 1
    assert {c.known_as.id for c in connections().in_stream(room.id) if c.known_as} == {person.id for person in people}


def test_a_cookie_s_secret_is_no_token_and_the_other_way_round(world: World) -> None:
    person = world.person()
    token, secret = make_token(person, label="script", days=None, key="k")
    cookie = accounts.start_sign_in(person)
    rows = [Connection("a", secret, True), Connection("b", secret, False), Connection("c", cookie, False),
            Connection("d", cookie, True), Connection("e", secret, True), Connection("f")]
    recognise(rows)
    assert [row.known_as is not None for row in rows] == [True, False, True, False, True, False]
    revoke_token(person, token.id)
    recognise(rows)
    assert [row.known_as is not None for row in rows] == [False, False, True, False, False, False]


def test_a_token_that_grows_too_old_speaks_no_more(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    _token, secret = make_token(person, label="script", days=1, key="k")
    there = socket(auth={"token": secret})
    assert there.ask("contribution.post", stream=room.id, key="1", text="Still young")["ok"]
    with held_at(now() + timedelta(days=1, seconds=1)):
        answer = there.ask("contribution.post", stream=room.id, key="2", text="Too old")
    assert answer["error"]["code"] == "not_signed_in"


def test_who_listens_is_taken_out_when_their_token_grows_too_old(world: World, socket: Connect) -> None:
    room = world.room()
    person = world.member(room)
    _token, secret = make_token(person, label="script", days=1, key="k")
    stays, goes = socket(person), socket(auth={"token": secret})
    for there in (stays, goes):
        assert there.join(room.id)["ok"]
    with held_at(now() + timedelta(days=1, seconds=1)), lookups() as found:
        background.look_for_ends()
    assert (stays.client.is_connected(), goes.client.is_connected()) == (True, False)
    assert len(found) == 1  # For the one alone.


def test_an_answer_that_was_overtaken_counts_no_more(world: World) -> None:
    there = Connection("a", "secret")
    there.know(None, 20.0)
    there.know(world.person(), 10.0)
    assert there.known_as is None


@pytest.fixture
def signed_out(world: World, socket: Connect) -> Socket:
    """A socket in a room whose person's sign-ins were just ended; it was not told yet."""
    room = world.room()
    person = world.member(room)
    there = socket(person)
    there.join(room.id)
    accounts.end_all_sign_ins(person)
    return there


def away(*_asked: object) -> None:
    """No database."""
    raise OperationalError("SELECT", {}, Exception("away"))


def test_who_cannot_be_looked_up_for_now_is_looked_up_later(
        signed_out: Socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(background, "recognise", away)
        with pytest.raises(OperationalError):
            background.look_out_for_strangers()
    background.look_out_for_strangers()
    assert not signed_out.client.is_connected()


def test_who_cannot_be_looked_up_is_not_taken_for_who_they_were(
        signed_out: Socket, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(people, "people_signed_in", away)
        assert signed_out.ask("stream.leave", stream="any")["error"]["code"] == "unavailable"
    assert signed_out.ask("stream.leave", stream="any")["error"]["code"] == "not_signed_in"


@pytest.fixture
def seldom(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Task:
    """A process whose one background task runs every ten minutes."""
    task = next(task for task in tasks.registered() if task.work is background.forget_old_answers)
    monkeypatch.setattr(tasks, "registered", lambda: [task])
    monkeypatch.setattr(background, "_progress", PerApp(background._Progress))
    monkeypatch.setattr(background, "preload", lambda _app: None)
    monkeypatch.setattr(broadcaster, "socket", Idle)
    background.begin(app)
    return task


def test_a_task_that_comes_seldom_does_not_make_the_process_unwell(
        seldom: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    now = background.time.monotonic()
    monkeypatch.setattr(background.time, "monotonic", lambda: now + 601)
    assert background.is_up()
    monkeypatch.setattr(background.time, "monotonic", lambda: now + 661)
    assert not background.is_up()


def test_a_long_try_within_its_deadline_leaves_the_process_well_and_a_repeated_one_does_not(
        seldom: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, now = [], background.time.monotonic()
    clock = [now]
    monkeypatch.setattr(background.time, "monotonic", lambda: clock[0])

    def fail(_task: Task) -> bool:
        clock[0] += 70
        seen.append(background.is_up())
        raise RuntimeError("broken")

    monkeypatch.setattr(background.tasks, "run", fail)
    long = replace(seldom, deadline=100.0)
    for clock[0] in (now + 600, now + 700):
        with pytest.raises(RuntimeError):
            background._run(long, background._progress().health[seldom.name])
        seen.append(background.is_up())
    assert seen == [True, False, False, False]


def test_a_task_that_fails_at_another_worker_makes_this_one_unwell(
        client: FlaskClient, seldom: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    now = background.time.monotonic()
    monkeypatch.setattr(background.time, "monotonic", lambda: now + 661)
    for is_well, status in ((False, 503), (True, 200)):
        monkeypatch.setattr(background.tasks, "run", lambda _task, said=is_well: said)
        background._run(seldom, background._progress().health[seldom.name])
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["upkeep"]) == (status, is_well)


class Idle:
    """A server that begins nothing."""

    def start_background_task(self, *_task: object) -> None:
        """Let it be."""
