"""Who loses a place in the very moment of sitting down on it is not overlooked."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.live.connections import connections
from dialogue.live.streams import broadcaster, registry, subscribing
from dialogue.rooms import actions as rooms
from dialogue.rooms.voices import voice_id_of
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("requests share a query over a list of ids")

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
    ask = subscribing.authorize

    def authorize(stream_id: str, person: object) -> object:
        found = ask(stream_id, person)
        if not asked:
            asked.append(found)
            rooms.remove(world.convenor, room.id, member_id=goes.id)
            publish()
        return found

    monkeypatch.setattr(subscribing, "authorize", authorize)
    assert there.join(room.id)["error"]["code"] == "not_found"
    assert len(connections().in_stream(room.id)) == others
    world.contribution(room, stays, "Among ourselves")
    publish()
    assert there.heard("record") == []


def test_who_is_removed_just_after_sitting_down_first_is_taken_out(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    goes = world.member(room)
    there = socket(goes)
    ask = subscribing.authorize

    def authorize(stream_id: str, person: object) -> object:
        found = ask(stream_id, person)
        rooms.remove(world.convenor, room.id, member_id=goes.id)
        monkeypatch.undo()
        return found

    monkeypatch.setattr(subscribing, "authorize", authorize)
    assert there.ask("stream.join", stream=room.id)["ok"]  # The removal is committed, and not published yet.
    db.release()
    publish()
    assert [told["reason"] for told in there.heard("evicted")] == ["removed"]


def test_a_join_asks_for_a_seat_once(world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    room = world.room()
    asked, ask = [], subscribing.authorize
    monkeypatch.setattr(subscribing, "authorize", lambda *who: asked.append(who) or ask(*who))
    first, second = socket(world.member(room)), socket(world.member(room))
    assert first.join(room.id)["ok"]
    assert second.join(room.id)["ok"]
    assert len(asked) == 2
    assert room.id in broadcaster._progress().sent


def test_seats_asked_for_at_once_are_looked_up_together_and_each_gets_their_own(
        world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    room, other = world.room(), world.room()
    members = [world.member(room) for _ in range(5)]
    wishes = [(room.id, person) for person in members] + [(other.id, members[0]), (room.id, None)]
    looked_up, go, ask = [], threading.Event(), registry.authorize_all

    def held(stream_id: str, people: Sequence[Person | None]) -> list[registry.Subscription | None]:
        looked_up.append(len(people))
        go.wait(10)
        return ask(stream_id, people)

    def voice(wish: tuple[str, Person | None]) -> str | None:
        with world.app.app_context():
            try:
                return registry.authorize(*wish).voice
            except NotFound:
                return "no seat"

    monkeypatch.setattr(registry, "authorize_all", held)
    with ThreadPoolExecutor(8) as everybody:
        first = everybody.submit(voice, wishes[0])
        while not looked_up:
            threading.Event().wait(0.005)
        others = [everybody.submit(voice, wish) for wish in wishes[1:]]
        # The other room's waits for nothing.
        while registry._wishes().waiting() < len(others) - 1 or len(looked_up) < 2:
            threading.Event().wait(0.005)
        go.set()
        found = [first.result(), *(asked.result() for asked in others)]
    own = [voice_id_of(room.id, person) for person in members]
    assert found == [*own, "no seat", "no seat"]
    assert sorted(looked_up) == [1, 1, 5]


def test_who_goes_while_their_seat_is_looked_up_sits_nowhere(
        world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    room = world.room()
    there, ask = socket(world.member(room)), subscribing.authorize

    def authorize(stream_id: str, person: object) -> object:
        connections().drop(*(connection.sid for connection in connections()))
        return ask(stream_id, person)

    monkeypatch.setattr(subscribing, "authorize", authorize)
    there.ask("stream.join", stream=room.id)
    assert connections().in_stream(room.id) == []
    assert caplog.records == []
