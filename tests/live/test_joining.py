"""Who loses a place in the very moment of sitting down on it is not overlooked."""

from collections.abc import Callable

import pytest

from dialogue.core import db
from dialogue.live import broadcast, joining
from dialogue.live.connections import connections
from dialogue.rooms import actions as rooms
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]
Publish = Callable[[], None]


@pytest.mark.parametrize("others", [0, 1])
def test_who_is_removed_while_they_sit_down_hears_nothing(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch, others: int) -> None:
    room = world.room()
    goes, stays = world.member(room), world.member(room)
    for _ in range(others):
        socket(stays).join(room.id)
    there, asked = socket(goes), []
    ask = joining.seat

    def seat(stream_id: str, person: object) -> object:
        found = ask(stream_id, person)
        if not asked:
            asked.append(found)
            rooms.remove(world.convenor, room.id, member_id=goes.id)
            publish()
        return found

    monkeypatch.setattr(joining, "seat", seat)
    assert there.join(room.id)["error"]["code"] == "not_found"
    assert len(connections.in_stream(room.id)) == others
    world.contribution(room, stays, "Among ourselves")
    publish()
    assert there.heard("record") == []


def test_who_is_removed_just_after_sitting_down_first_is_taken_out(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    goes = world.member(room)
    there = socket(goes)
    ask = joining.seat

    def seat(stream_id: str, person: object) -> object:
        found = ask(stream_id, person)
        rooms.remove(world.convenor, room.id, member_id=goes.id)
        monkeypatch.undo()
        return found

    monkeypatch.setattr(joining, "seat", seat)
    assert there.ask("stream.join", stream=room.id)["ok"]  # The removal is committed, and not published yet.
    db.release()
    publish()
    assert [told["reason"] for told in there.heard("evicted")] == ["removed"]


def test_a_join_asks_for_a_seat_once(world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    asked, ask = [], joining.seat
    monkeypatch.setattr(joining, "seat", lambda *who: asked.append(who) or ask(*who))
    first, second = socket(world.member(room)), socket(world.member(room))
    assert first.join(room.id)["ok"]
    assert second.join(room.id)["ok"]
    assert len(asked) == 2
    assert room.id in broadcast._sent
