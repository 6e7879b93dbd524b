"""A turn belongs to the row that a write locks: a stalled room or ballot delays only its own writers."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.coalescing import Coalescer
from dialogue.core.errors import DomainError
from dialogue.rooms.contributions import actions, posting
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions as votes
from dialogue.votes import casting
from dialogue.votes.rules import Choice
from tests.world import World

SECONDS = 20  # Until a write that should not wait is taken for one that does.


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A PostgreSQL database: SQLite has one writer, whatever is written."""
    copy: str = request.getfixturevalue("postgres").new_database(like=request.getfixturevalue("blank_postgres"))
    return copy


class Stalled:
    """Work that waits at every request for `a` until it is let go."""

    def __init__(self) -> None:
        self.go, self.begun = threading.Event(), threading.Event()
        self.groups: list[list[str]] = []

    def work(self, asked: Sequence[str]) -> list[str | DomainError]:
        self.groups.append(list(asked))
        if asked[0][0] == "a":
            self.begun.set()
            assert self.go.wait(SECONDS)
        return [one.upper() for one in asked]


def test_a_stalled_turn_delays_only_requests_of_its_own_key() -> None:
    desk = Stalled()
    batch: Coalescer[str, str] = Coalescer(desk.work, turn_of=lambda one: one[0])
    with ThreadPoolExecutor(8) as pool:
        stalled = pool.submit(batch.submit, "a1")
        assert desk.begun.wait(SECONDS)
        others = [pool.submit(batch.submit, one) for one in ("b1", "c1", "b2")]
        assert [one.result(SECONDS) for one in others] == ["B1", "C1", "B2"]
        assert not stalled.done()
        desk.go.set()
        assert stalled.result(SECONDS) == "A1"


def test_requests_of_one_key_share_a_turn_and_no_turn_holds_two_keys() -> None:
    desk = Stalled()
    batch: Coalescer[str, str] = Coalescer(desk.work, turn_of=lambda one: one[0])
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(batch.submit, "a0")]
        assert desk.begun.wait(SECONDS)
        asked += [pool.submit(batch.submit, f"a{n}") for n in range(1, 5)]
        while batch.waiting() < 4:
            threading.Event().wait(0.005)
        desk.go.set()
        assert {one.result(SECONDS) for one in asked} == {f"A{n}" for n in range(5)}
    assert [len(group) for group in desk.groups] == [1, 4]


def test_a_key_without_requests_keeps_no_turn() -> None:
    desk = Stalled()
    desk.go.set()
    batch: Coalescer[str, str] = Coalescer(desk.work, turn_of=lambda one: one)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(batch.submit, (f"a{n}" for n in range(500))))) == 500
    assert batch._turns == {}


def test_a_failed_request_leaves_no_turn_behind() -> None:
    def fail(_asked: Sequence[str]) -> list[str | DomainError]:
        raise OSError("no disk")

    batch: Coalescer[str, str] = Coalescer(fail, turn_of=lambda one: one)
    with pytest.raises(OSError, match="no disk"):
        batch.submit("a")
    assert batch._turns == {}


def in_background(world: World, pool: ThreadPoolExecutor, work: Callable[[], Any]) -> "Future[Any]":
    """Start the work with a session of its own."""
    def run() -> Any:
        try:
            with world.app.app_context():
                return work()
        finally:
            db.release()

    return pool.submit(run)


@contextmanager
def locked(table: str, id: str) -> Iterator[Callable[[], None]]:
    """Lock one row within the block. Yields a function that waits until a transaction waits for the lock."""
    def wait_for_a_waiter() -> None:
        with db.engine().connect() as other:
            while not other.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                threading.Event().wait(0.01)

    with db.engine().connect() as holder:
        holder.execute(text(f"SELECT id FROM {table} WHERE id = :id FOR UPDATE"), {"id": id})
        yield wait_for_a_waiter
        holder.rollback()


def test_a_locked_room_delays_no_other_rooms_posts(world: World) -> None:
    stalled_room, free_room = world.room(), world.room()
    ids = [world.member(room).id for room in (stalled_room, free_room, free_room)]
    stalled_id, free_id = stalled_room.id, free_room.id
    db.release()

    def post(person_id: str, room_id: str) -> int:
        return actions.post(db.session().get_one(Person, person_id), room_id, text="A word").seq

    with ThreadPoolExecutor(4) as pool:
        with locked("room", stalled_id) as wait_for_a_waiter:
            stalled = in_background(world, pool, lambda: post(ids[0], stalled_id))
            wait_for_a_waiter()
            free = [in_background(world, pool, lambda id=id: post(id, free_id)) for id in ids[1:]]
            assert all(one.result(SECONDS) for one in free)
            assert not stalled.done()
        assert stalled.result(SECONDS)
    assert posting._posts()._turns == {}


def test_a_locked_ballot_delays_no_other_ballots_votes(world: World) -> None:
    room = world.room()
    chair, voter = world.member(room, RoomRole.CHAIR), world.member(room, may_vote=True)
    stalled_id, free_id = world.ballot(room, chair).id, world.ballot(room, chair).id
    voter_id = voter.id
    db.release()

    def cast(ballot_id: str) -> str:
        return votes.cast(db.session().get_one(Person, voter_id), ballot_id, choice=Choice.YES)

    with ThreadPoolExecutor(4) as pool:
        with locked("ballot", stalled_id) as wait_for_a_waiter:
            stalled = in_background(world, pool, lambda: cast(stalled_id))
            wait_for_a_waiter()
            assert in_background(world, pool, lambda: cast(free_id)).result(SECONDS)
            assert not stalled.done()
        assert stalled.result(SECONDS)
    assert casting._casting()._turns == {}
