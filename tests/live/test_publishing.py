"""One stream that cannot be sent keeps no other waiting, and no frame is too long for its readers."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dialogue.core import record
from dialogue.core.record import Audience, Entry
from dialogue.live.streams import broadcaster
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("changes of other processes are found by a query")

Connect = Callable[..., Socket]
Publish = Callable[[], None]


def test_what_cannot_be_sent_is_sent_later_and_the_others_at_once(
        world: World, socket: Connect, publish: Publish, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture) -> None:
    rooms = [world.room() for _ in range(3)]
    person = [world.member(room) for room in rooms]
    sockets = [socket(who) for who in person]
    for there, room in zip(sockets, rooms, strict=True):
        there.join(room.id)
    publish()
    present = record.present
    tried = []

    def fail(found: Sequence[Entry], audience: Audience) -> list[dict[str, Any]]:
        if found[0].stream_id == rooms[1].id:
            tried.append(found)
            raise LookupError
        return present(found, audience)

    monkeypatch.setattr(record, "present", fail)
    for who, room in zip(person, rooms, strict=True):
        world.contribution(room, who, "Hello")
    publish()
    broadcaster.wake([rooms[1].id])
    publish()
    assert [len(there.heard("record")) for there in sockets] == [1, 0, 1]
    assert len(tried) == 1, "and not again at once"
    assert "Hello" not in caplog.text
    monkeypatch.undo()
    progress = broadcaster._progress()
    progress.looked_at, progress.put_off = 0.0, dict.fromkeys(progress.put_off, 0.0)
    publish()
    assert [len(there.heard("record")) for there in sockets] == [0, 1, 0]


def test_nudges_do_not_put_off_the_look_for_what_other_processes_did(
        world: World, publish: Publish) -> None:
    room = world.room()
    publish()
    began = time.monotonic()
    broadcaster._progress().looked_at = began - broadcaster.LOOK_EVERY + 0.5
    broadcaster.wake([room.id])
    broadcaster.wait()
    assert time.monotonic() - began < 0.4, "the nudge is heeded at once"
    broadcaster.wait()
    assert 0.4 < time.monotonic() - began < 1.5, "and the look is not put off by it"


def test_long_texts_come_in_several_frames(world: World, socket: Connect, publish: Publish) -> None:
    room = world.room()
    person = world.member(room)
    there = socket(person)
    joined = there.join(room.id)
    for _ in range(40):
        world.contribution(room, person, "a long word " * 300)
    for _ in range(10):
        publish()
    frames = there.heard("record")
    seqs = [entry["seq"] for frame in frames for entry in frame["events"]]
    assert seqs == list(range(joined["seq"] + 1, seqs[-1] + 1))
    assert len(seqs) >= 40
    assert max(len(json.dumps(frame)) for frame in frames) <= broadcaster.MAX_BYTES + 100
