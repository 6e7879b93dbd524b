"""The ground floor holds: transactions, the record, followers, the thread, keys."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from dialogue.core import db, followers
from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Conflict, Invalid, NotFound, Unavailable
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.record import Audience, Entry, entries, present
from dialogue.core.tasks import SomeFailed
from dialogue.core.thread import Link, Node, Ref, relate, walk
from dialogue.core.transaction import Transaction, transaction
from dialogue.rooms import actions as rooms
from dialogue.rooms.events import MemberJoined
from dialogue.rooms.models import Room, RoomRole
from dialogue.rooms.voices import bylines, voice_id_of
from tests.world import World

pytestmark = pytest.mark.each_database("transactions, the record and its numbers")


def test_a_room_numbers_its_entries_without_gaps(world: World) -> None:
    room = world.room()
    for _ in range(3):
        world.member(room)
    assert [e.seq for e in entries(room.id, after=0)] == [1, 2, 3, 4]


def test_what_serves_waits_for_the_disk_at_each_commit(tmp_path: Path) -> None:
    with db.connect(f"sqlite:///{tmp_path / 'own.sqlite'}").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    db.engine().dispose()


def test_a_refused_action_leaves_no_number_behind(world: World) -> None:
    room = world.room()
    with pytest.raises(Conflict):
        _record_and_refuse(room)
    world.member(room)
    assert [e.seq for e in entries(room.id, after=0)] == [1, 2]


def test_what_follows_a_transaction_runs_after_its_commit_and_only_then(world: World) -> None:
    room, done = world.room(), []
    with transaction() as tx:
        tx.after_commit(lambda: done.append(not _nested()))
        tx.after_commit(lambda: done.append(1 // 0))  # It may not fail what is committed, nor the next follow-up.
        tx.after_commit(lambda: done.append(True))
        assert done == []
    with pytest.raises(Conflict):
        _record_and_refuse(room, lambda: done.append(False))
    assert done == [True, True]


def _nested() -> bool:
    """Whether a transaction is open, so that no other can begin."""
    try:
        with transaction():
            return False
    except RuntimeError:
        return True


def _record_and_refuse(room: Room, follow_up: Callable[[], None] = lambda: None) -> None:
    with transaction() as tx:
        tx.after_commit(follow_up)
        tx.record(MemberJoined(stream_id=room.id))
        raise Conflict("changed my mind")


def test_under_the_chatham_house_rule_a_member_is_a_handle(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    person = world.member(room, name="Nobody May Know")
    voice = voice_id_of(room.id, person)
    assert voice
    line = bylines(room, [voice])[voice]
    assert line.handle
    assert not line.name


def test_a_rule_is_tightened_but_never_loosened(world: World) -> None:
    room = world.room(AttributionRule.CHATHAM_HOUSE)
    with pytest.raises(Invalid):
        room.tighten(AttributionRule.ON_RECORD)


def test_a_place_cannot_be_given_twice(world: World) -> None:
    room = world.room()
    person = world.member(room)
    with pytest.raises(Conflict):
        rooms.give_place(world.convenor, room.id, to=person.id, role=RoomRole.PARTICIPANT)


def test_an_action_may_not_call_an_action(world: World) -> None:
    room = world.room()
    with transaction(), pytest.raises(RuntimeError):
        rooms.acknowledge(world.convenor, room.id, rule=room.attribution)


def test_what_is_not_there_is_not_found(world: World) -> None:
    assert world.convenor
    with pytest.raises(NotFound), transaction() as tx:
        tx.fetch(Room, "no-such-room")


def test_a_lost_database_is_said_in_plain_words(world: World) -> None:
    assert world.convenor
    with pytest.raises(Unavailable), transaction():
        raise OperationalError("select 1", {}, Exception("gone"))


def test_an_audience_gets_a_numbered_blank_for_what_it_may_not_see(world: World) -> None:
    room = world.room()
    world.member(room)
    public = present(entries(room.id, after=0), Audience.PUBLIC)
    assert [(e["seq"], e["kind"]) for e in public] == [(1, "room.opened"), (2, "hidden")]
    assert public[1]["data"] == {}


@pytest.fixture
def answers(app: object) -> Iterator[list[int]]:
    """What a follower of joined members was given; it fails while the list holds a 0."""
    seen: list[int] = []

    def note(_tx: object, entry: Entry) -> None:
        if 0 in seen:
            raise RuntimeError("the process died here")
        seen.append(entry.seq)

    follower = followers.Follower("test.note", frozenset({MemberJoined.kind}), note)
    followers._followers()[follower.name] = follower
    yield seen
    del followers._followers()[follower.name]


def test_a_follower_answers_each_fact_once(world: World, answers: list[int]) -> None:
    room = world.room()
    world.member(room)
    world.member(room)
    followers.catch_up_all()
    assert answers == [2, 3]


def test_a_follower_that_died_answers_later_and_skips_nothing(world: World, answers: list[int]) -> None:
    room = world.room()
    answers.append(0)
    world.member(room)
    answers.clear()
    followers.catch_up_all()
    assert answers == [2]
    assert followers.catch_up_all() == 0


def test_a_follower_that_fails_leaves_the_streams_of_others(world: World, answers: list[int]) -> None:
    rooms = [world.room() for _ in range(2)]
    for room in rooms:
        answers.append(0)
        world.member(room)
    follower = followers._followers()["test.note"]
    first = min(room.id for room in rooms)

    def fail_first(tx: Transaction, entry: Entry) -> None:
        if entry.stream_id == first:
            raise RuntimeError("broken")
        follower.handle(tx, entry)

    answers.clear()
    followers._followers()[follower.name] = replace(follower, handle=fail_first)
    with pytest.raises(SomeFailed):
        followers.catch_up_all()
    assert answers == [2]
    assert followers.are_behind()
    followers._followers()[follower.name] = follower
    assert followers.catch_up_all() == 1
    assert not followers.are_behind()


def test_the_same_key_is_answered_the_same(world: World) -> None:
    owner = world.convenor.id
    with transaction() as tx:
        answer(tx, owner, "k", fingerprint("a"), {"id": 1})
    with transaction() as tx:
        assert answered(tx, owner, "k", fingerprint("a")) == {"id": 1}
        assert answered(tx, owner, "other", fingerprint("a")) is None


def test_a_key_used_for_something_else_is_refused(world: World) -> None:
    owner = world.convenor.id
    with transaction() as tx:
        answer(tx, owner, "k", fingerprint("a"), {"id": 1})
    with pytest.raises(Conflict), transaction() as tx:
        answered(tx, owner, "k", fingerprint("b"))


def test_the_thread_is_walked_both_ways_and_hides_what_is_not_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.convenor
    chain = [Ref("contribution", "c"), Ref("proposal", "p"), Ref("ballot", "b"), Ref("outcome", "o")]
    with transaction() as tx:
        for earlier, later in pairwise(chain):
            relate(tx, earlier, Link.ORIGINATES, later)
            relate(tx, earlier, Link.ORIGINATES, later)
    presenters = {ref.kind: _titled(ref.kind) for ref in chain} | {"contribution": lambda _ids, _reader: {}}
    monkeypatch.setattr("dialogue.core.thread._presenters", lambda: presenters)
    found = walk(Ref("ballot", "b"), None)
    assert list(found) == ["contribution", "proposal", "ballot", "outcome"]
    assert found["contribution"][0].hidden
    assert found["outcome"][0].title == "outcome o"


def _titled(kind: str):  # type: ignore[no-untyped-def]
    return lambda ids, _reader: {id: Node(Ref(kind, id), title=f"{kind} {id}") for id in ids}
