"""Writes that pile up share a commit; what is wrong with one of them is its own affair."""

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from greenlet import GreenletExit
from sqlalchemy.exc import DataError

from dialogue.accounts.models import Person
from dialogue.core import coalescing, db, record
from dialogue.core.coalescing import MAX_BATCH, Coalescer, _Ticket, _Turn
from dialogue.core.errors import Collided, Conflict, DomainError, NotFound
from dialogue.rooms.contributions import actions, posting
from tests.proposals.test_api import Program
from tests.world import World


class Runner:
    """Work that waits to be let go, and remembers what it was given together."""

    def __init__(self, refuse: Callable[[int], DomainError | None] = lambda _n: None,
                 strikes: Callable[[Sequence[int]], None] = lambda _asked: None) -> None:
        self.groups: list[list[int]] = []
        self.go = threading.Event()
        self.begun = threading.Event()
        self.refuse = refuse
        self.strikes = strikes

    def work(self, asked: Sequence[int]) -> list[int | DomainError]:
        self.groups.append(list(asked))
        self.begun.set()
        self.go.wait(10)
        self.strikes(asked)
        return [self.refuse(n) or n * n for n in asked]


def together(batch: Coalescer[int, int], desk: Runner, numbers: Sequence[int]) -> dict[int, int | BaseException]:
    """Have the first asked, then all others while it is being worked on; what became of each."""
    found: dict[int, int | BaseException] = {}

    def ask(n: int) -> None:
        try:
            found[n] = batch.submit(n)
        except BaseException as error:
            found[n] = error

    threads = [threading.Thread(target=ask, args=(n,)) for n in numbers]
    threads[0].start()
    assert desk.begun.wait(10)
    for thread in threads[1:]:
        thread.start()
    while batch.waiting() < len(numbers) - 1:
        threading.Event().wait(0.005)
    desk.go.set()
    for thread in threads:
        thread.join(20)
    return found


def test_who_comes_alone_is_served_alone() -> None:
    desk = Runner()
    desk.go.set()
    batch = Coalescer(desk.work)
    assert [batch.submit(2), batch.submit(3)] == [4, 9]
    assert desk.groups == [[2], [3]]


def test_what_piles_up_is_done_together_in_its_order() -> None:
    desk = Runner()
    found = together(Coalescer(desk.work), desk, range(20))
    assert found == {n: n * n for n in range(20)}
    assert [len(group) for group in desk.groups] == [1, 19]


def test_one_group_is_never_so_large_that_it_holds_the_loop() -> None:
    desk = Runner()
    found = together(Coalescer(desk.work), desk, range(MAX_BATCH + 50))
    assert found == {n: n * n for n in range(MAX_BATCH + 50)}
    assert max(len(group) for group in desk.groups) == MAX_BATCH


def test_a_refusal_is_for_the_one_it_concerns() -> None:
    desk = Runner(lambda n: NotFound() if n == 3 else None)
    found = together(Coalescer(desk.work), desk, range(6))
    assert isinstance(found.pop(3), NotFound)
    assert found == {n: n * n for n in (0, 1, 2, 4, 5)}


@pytest.mark.parametrize("refusal", [Conflict("somebody else was quicker"),
                                     DataError("SELECT", {}, Exception("no such character"))])
def test_what_the_database_refuses_of_one_does_not_spoil_the_others(refusal: Exception) -> None:
    def strikes(asked: Sequence[int]) -> None:
        if 3 in asked:
            raise refusal

    desk = Runner(strikes=strikes)
    found = together(Coalescer(desk.work), desk, range(6))
    assert found.pop(3) is refusal
    assert found == {n: n * n for n in (0, 1, 2, 4, 5)}


def no_disk(_asked: Sequence[int]) -> None:
    """Fail for all requests."""
    raise OSError("no disk")


def test_a_failure_of_the_work_is_everybodys() -> None:
    desk = Runner(strikes=no_disk)
    found = together(Coalescer(desk.work), desk, range(30))
    assert all(isinstance(error, OSError) for error in found.values())
    longest = max(len(traceback.extract_tb(error.__traceback__)) for error in found.values()
                  if isinstance(error, OSError))
    assert longest < 5  # No traceback keeps those of the other requests.
    with pytest.raises(OSError, match="no disk"):
        Coalescer(desk.work).submit(1)


@pytest.mark.parametrize("obstacle", [Conflict("somebody else was quicker"), Collided("a deadlock")])
def test_who_was_in_anothers_way_is_tried_again(obstacle: DomainError) -> None:
    tries: list[Sequence[int]] = []

    def work(asked: Sequence[int]) -> list[int | DomainError]:
        tries.append(asked)
        if len(tries) == 1:
            raise obstacle
        return [n * n for n in asked]

    assert Coalescer(work).submit(3) == 9
    assert tries == [[3], [3]]


def test_an_interrupted_batch_releases_its_waiters() -> None:
    def strikes(asked: Sequence[int]) -> None:
        if len(asked) > 1:
            raise GreenletExit

    desk = Runner(strikes=strikes)
    found = together(Coalescer(desk.work), desk, range(4))
    assert found.pop(0) == 0
    assert kinds(found) == ["GreenletExit", "Unavailable", "Unavailable"]


def test_an_interrupted_retry_of_a_batch_releases_its_waiters() -> None:
    def strikes(asked: Sequence[int]) -> None:
        if len(asked) > 1:
            raise Conflict("somebody else was quicker")
        if asked == [2]:
            raise GreenletExit

    desk = Runner(strikes=strikes)
    found = together(Coalescer(desk.work), desk, range(5))
    assert found.pop(0) == 0
    assert kinds(found) == ["GreenletExit", *["Unavailable"] * 3]


def kinds(found: dict[int, int | BaseException]) -> list[str]:
    """What became of each, in the order of the alphabet."""
    return sorted(type(error).__name__ for error in found.values())


def test_who_is_ended_while_waiting_leaves_nothing_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Runner()
    batch = Coalescer(desk.work)
    monkeypatch.setattr(db, "pause", ended)
    with pytest.raises(GreenletExit):
        batch.submit(1)
    assert batch.waiting() == len(batch._turns) == 0
    assert desk.groups == []


def ended() -> None:
    """From outside."""
    raise GreenletExit


@pytest.mark.parametrize("way", ["form", "program"])
def test_posts_by_page_that_share_a_commit_are_each_answered(world: World, way: str) -> None:
    room = world.room()
    members = [world.member(room) for _ in range(8)]
    browsers = [world.browser(member) for member in members]
    programs = [Program(world.app.test_client(), member) for member in members]
    address, path = room.address, f"/rooms/{room.id}/contributions"
    db.release()

    def say(n: int) -> tuple[int, str]:
        try:
            if way == "form":
                answer = browsers[n].post(path, text=f"Word {n}", key=f"key-{n}")
                return answer.status_code, answer.headers["Location"].partition("?")[0]
            answer = programs[n]("POST", path, text=f"Word {n}", key=f"key-{n}")
            return answer.status_code, address if answer.json["seq"] > 0 and answer.json["supports"] == 0 else ""
        finally:
            db.release()

    slow = posting._posts()._work
    with ThreadPoolExecutor(max_workers=8) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(posting._posts(), "_work", lambda asked: (time.sleep(0.2), slow(asked))[1])
        answers = set(pool.map(say, range(8)))
    assert answers == {(302 if way == "form" else 201, address)}


def test_more_may_wait_for_their_turn_than_there_are_connections(world: World) -> None:
    """Who waits holds no connection: the one whose turn it is needs one."""
    room = world.room()
    ids = [world.member(room).id for _ in range(40)]
    room_id = room.id
    db.release()

    def speak(person_id: str) -> str:
        try:
            return actions.post(db.session().get_one(Person, person_id), room_id, text="All at once").id
        finally:
            db.release()

    with ThreadPoolExecutor(max_workers=40) as pool:
        assert len(set(pool.map(speak, ids))) == 40


def test_each_group_is_told_how_things_are_by_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    author = world.member(room)
    before = record.last_seq(room.id)

    def look(asked: Sequence[str]) -> list[int]:
        found = [record.last_seq(room.id) for _ in asked]
        if asked == ["first"]:
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(say, "Meanwhile").result()
        return found

    def say(text: str) -> None:
        with world.app.app_context():
            actions.post(author, room.id, text=text)

    monkeypatch.setattr(coalescing, "MAX_BATCH", 1)
    batch = Coalescer(look)
    first: _Ticket[str, int] = _Ticket("first")
    batch._turns[""] = _Turn()
    batch._turns[""].waiting.append(first)
    assert batch.submit("second") == before + 1
    assert first.answer == before
