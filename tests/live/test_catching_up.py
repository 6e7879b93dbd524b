"""What was missed comes in acks of a size that any line takes, as the letters that were written."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from dialogue.core import db
from dialogue.live.streams.subscribing import MAX_BYTES
from dialogue.live.transport.frames import StrictJson, message, size, text_frame
from tests.live.conftest import Socket
from tests.world import World

pytestmark = pytest.mark.each_database("entries are read by prepared statements, with JSON")

Connect = Callable[..., Socket]
GREETING = ("مرحبا بكم في القاعة " * 15)[:300]


@pytest.fixture
def room(world: World) -> Any:
    """A room in which much was said in Arabic."""
    room = world.room()
    speaker = world.member(room)
    with db.synced_at_the_end():
        for n in range(300):
            world.contribution(room, speaker, f"{n} {GREETING}"[:300])
    return room


def test_all_that_was_said_in_arabic_is_read_through_joins_alone(world: World, socket: Connect, room: Any) -> None:
    there = socket(world.member(room))
    posts, after, more = [], 0, True
    while more:
        answer = there.join(room.id, after=after)
        assert answer["events"]
        assert size(answer) <= MAX_BYTES + 1000
        posts += [event for event in answer["events"] if event["kind"] == "contribution.posted"]
        assert answer["seq"] == answer["events"][-1]["seq"] > after
        after, more = answer["seq"], answer["more"]
    assert [re.findall(r">(\d+) ", post["data"]["html"])[0] for post in posts] == [str(n) for n in range(300)]


def test_an_entry_larger_than_an_ack_comes_alone(
        world: World, socket: Connect, room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogue.live.streams.subscribing.MAX_BYTES", 1)
    answer = socket(world.member(room)).join(room.id, after=0)
    assert len(answer["events"]) == answer["seq"] == 1
    assert answer["more"]


def test_acks_carry_letters_as_they_are() -> None:
    assert StrictJson.dumps(["سلام"]) == '["سلام"]'


def test_half_a_character_breaks_no_frame() -> None:
    for made in (text_frame(StrictJson.dumps(["\ud800"])), message("said", "\udfff").frame):
        assert b"?" in made
        assert made[2:].decode()
    assert size("\ud800") == 3
