"""Of what Redis delivers, only what is exactly a hint is believed."""

import copy
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.core import metrics
from dialogue.core.attribution import ActorSet
from dialogue.core.record import MAX_SEQ
from dialogue.live.cluster import hints, nudges
from dialogue.live.cluster.hints import MAX_BYTES, MAX_HERE, MAX_NAMED, Hint, read
from dialogue.live.cluster.nudges import Nudges
from dialogue.live.streams import ephemeral, presence, remote_presence
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]
EVENTS = ("tally", "presence")
GOOD = {"from": "other", "streams": {"s": 7}, "states": [["tally", "s"]],
        "here": {"s": [["state", 3], [None, 1]], "t": []}}
WRONG_ID = ("", "x" * 23, "<b>", "a b", "é", "s\n", 7, None, True, [], {})
WRONG_NUMBER = (True, False, -1, MAX_SEQ + 1, 10**400, 1.0, 1e300, "7", None, [], {})
BAD: list[tuple[list[Any], Any]] = [
    *((["from"], value) for value in WRONG_ID), *((["streams", "s"], value) for value in WRONG_NUMBER),
    *((["states", 0, 1], value) for value in WRONG_ID), *((["here", "s", 0, 1], value) for value in WRONG_NUMBER),
    (["here", "s", 0, 1], 0), (["here", "s", 0, 1], MAX_HERE + 1), (["here", "s", 0, 0], "<script>"),
    (["here", "s", 0, 0], 1), (["here", "s", 0, 0], ["state"]), (["here", "s", 0], ["state"]),
    (["here", "s", 0], ["state", 1, 1]), (["here", "s", 1], ["state", 1]), (["here", "s"], {"state": 3}),
    (["here", "<b>"], []), (["here"], []), (["streams"], []), (["streams", "x" * 23], 1), (["states"], {}),
    (["states", 0], ["made.up", "s"]), (["states", 0], [["tally"], "s"]), (["states", 0], "tally"),
    (["states"], [["tally", "s"]] * (MAX_NAMED + 1)), (["streams"], {f"s{n}": 1 for n in range(MAX_NAMED + 1)}),
    (["more"], 1)]
RAW = [b"", b"{", b"\xff", b"null", b"[]", b"7", b"[" * 100_000, b'{"from":' * 50_000, b"NaN", b"-Infinity",
       b" " * (MAX_BYTES + 1), b"9" * 5000, json.dumps(GOOD).replace("7", "NaN").encode(),
       json.dumps(GOOD).replace("7", "Infinity").encode(), json.dumps(GOOD).encode("utf-16"), json.dumps(GOOD), 7, None]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from([*ActorSet]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=24), inner, max_size=4), max_leaves=12)
PLACES = ([], ["from"], ["streams"], ["streams", "s"], ["states"], ["states", 0], ["states", 0, 0], ["states", 0, 1],
          ["here"], ["here", "s"], ["here", "s", 0], ["here", "s", 0, 0], ["here", "s", 0, 1], ["more"], ["here", "u"])


def changed(place: list[Any], value: Any) -> Any:
    """A good message with this value in that place."""
    made: Any = copy.deepcopy(GOOD)
    if not place:
        return value
    inner = made
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return made


def dropped() -> float:
    """How many messages were dropped so far."""
    return float(metrics.dropped._value.get())


@pytest.fixture
def ear() -> Iterator[Nudges]:
    """This worker's nudges, with no Redis to be heard from."""
    nudges.connect("redis://127.0.0.1:1/0")
    remote_presence.remote()._said.clear()
    yield nudges._nudges()[0]
    nudges.connect(None)
    remote_presence.remote()._said.clear()


def test_a_hint_that_is_written_is_read_again() -> None:
    hint = Hint("other", {"s": MAX_SEQ}, [("tally", "s")], {"s": {"state": 3, None: 1}, "t": {}})
    assert read(hint.written().encode(), EVENTS) == hint


def test_the_fullest_hint_is_read() -> None:
    ids = ["x" * 18 + f"{n:04}" for n in range(MAX_NAMED)]
    full = Hint("other", dict.fromkeys(ids, MAX_SEQ), [("presence", id) for id in ids],
                {id: dict.fromkeys([None, *(each.value for each in ActorSet)], MAX_HERE) for id in ids})
    assert len(full.written()) < MAX_BYTES
    assert read(full.written().encode(), EVENTS) == full


@pytest.mark.parametrize(("place", "value"), BAD)
def test_a_message_of_another_shape_is_dropped_and_counted(place: list[Any], value: Any) -> None:
    before = dropped()
    assert read(json.dumps(changed(place, value)).encode(), EVENTS) is None
    assert dropped() == before + 1


@pytest.mark.parametrize("raw", RAW)
def test_what_is_no_message_at_all_is_dropped_and_counted(raw: object) -> None:
    before = dropped()
    assert read(raw, EVENTS) is None
    assert dropped() == before + 1


@pytest.mark.parametrize("missing", [*GOOD])
def test_a_message_without_a_part_is_dropped(missing: str) -> None:
    assert read(json.dumps({part: GOOD[part] for part in GOOD if part != missing}).encode(), EVENTS) is None


@settings(max_examples=400)
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_whatever_stands_in_a_message_reading_it_gives_a_hint_or_nothing(place: list[Any], value: Any) -> None:
    hint = read(json.dumps(changed(place, value)).encode(), EVENTS)
    if hint is not None:
        assert read(hint.written().encode(), EVENTS) == hint
        assert all(type(seq) is int for seq in hint.streams.values())
        assert {name for sets in hint.here.values() for name in sets} <= {None, *(each.value for each in ActorSet)}


@settings(max_examples=400)
@given(raw=st.binary(max_size=200))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    read(raw, EVENTS)


def test_forged_messages_neither_reach_a_page_nor_keep_anyone_from_joining(
        world: World, socket: Connect, ear: Nudges) -> None:
    room = world.room()
    person = world.member(room)
    forged: list[Any] = [
        {"from": "x", "streams": {}, "states": [], "here": {room.id: sets}}
        for sets in ([["<b>text</b>", 5]], [["state", "5"]], [["state", None]], [["state", [1]]], [["state", 1e9]])]
    forged += [{"from": "x", "streams": {}, "states": [[event, room.id]], "here": {}} for event in ("x", 7, None)]
    for message in forged:
        ear.hear(json.dumps(message).encode())
    assert presence.count(room.id) == {"stream": room.id, "here": 0, "by_set": None}
    there = socket(person)
    assert there.join(room.id)["ok"]


def test_a_flood_of_forged_messages_is_logged_once_a_minute(ear: Nudges, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            ear.hear(b"nonsense")
    assert [record.message for record in caplog.records] == ["invalid message from redis"]


def test_invented_workers_and_streams_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_presence, "MAX_STREAMS", 50)
    known = remote_presence.RemotePresence()
    for n in range(remote_presence.MAX_WORKERS + 50):
        known.heard(f"w{n}", "s", {"state": 1})
    for n in range(remote_presence.MAX_STREAMS + 50):
        known.heard("w0", f"s{n}", {"state": 1})
    assert len(known._said) == remote_presence.MAX_WORKERS
    assert len(known._said["w0"]) == remote_presence.MAX_STREAMS
    assert known.heard("w1", "s", {"state": 2})


def test_a_hint_on_a_stream_without_listeners_wakes_nothing(ear: Nudges, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(nudges.broadcaster, "wake", woken.extend)
    ear.hear(Hint("other", {"invented": 1}, [], {}).written().encode())
    assert woken == []


def test_every_declared_state_may_be_named() -> None:
    assert {"presence", "tally"} <= set(ephemeral.events())
    assert hints.read(json.dumps(GOOD).encode(), ephemeral.events())
