"""Who listens and does not read costs the server little and the others nothing, and comes back to all of it."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from dialogue.live.streams.broadcaster import MAX_BYTES
from dialogue.live.transport.writer import MAX_BEHIND
from tests.faults.answers import page
from tests.faults.checker import Verdict, memory_stays_bounded
from tests.faults.client import Client
from tests.faults.frames import RawSocket, run, text
from tests.faults.history import History
from tests.faults.picture import is_what_a_refetch_shows
from tests.faults.stage import Player, Stage, all_there
from tests.faults.stopwatch import Stopwatch

Fault = Callable[..., None]
pytestmark = pytest.mark.usefixtures("nothing_is_logged")
LONG = "🙂" * 3900  # 16 kB on the wire
MOST_POSTS = 28  # a minute, each: within what an account may
PROMPT, AT_WORST = 0.25, 1.0  # seconds from pressing Send until all reading clients have it: usually, and at most


class Deaf(NamedTuple):
    """A client that joined a room, read up to an entry, and stops reading."""

    player: Player
    socket: RawSocket
    seq: int


async def stop_reading(stage: Stage, player: Player, room: str) -> Deaf:
    """Join, take the answer, and leave lying what comes."""
    socket = await RawSocket.open(stage.url, receive_buffer=4096, headers=("Origin: " + stage.url,))
    await socket.write(text("40" + json.dumps({"token": player.token})))
    await socket.write(text("421" + json.dumps(["stream.join", {"stream": room, "after": 0}])))
    while not (packet := (await socket.read())[1].decode()).startswith("431"):
        pass
    socket.stop_reading()
    return Deaf(player, socket, json.loads(packet[3:])[0]["seq"])


class Talk(NamedTuple):
    """How far behind the readers were after each word, in bytes, and how long those who read waited, in seconds."""

    behind: list[float]
    waits: list[float]


async def talk_until_they_are_cut_off(stage: Stage, readers: list[Client]) -> Talk:
    """Long words, one after the other, until only reading clients are connected, or up to the limit of posts."""
    talk = Talk([], [])
    for n in range(MOST_POSTS * len(readers)):
        watch = Stopwatch(stage.server.pid)
        said = await readers[n % len(readers)].post(f"{n} {LONG}")
        await all_there(readers, said["seq"])
        talk.waits.append(watch.seconds())
        talk.behind.append(await asyncio.to_thread(figure, stage, "bytes_outstanding"))
        if await asyncio.to_thread(figure, stage, "sockets") == len(readers):
            break
    return talk


def figure(stage: Stage, name: str) -> float:
    """One of the server's figures."""
    return float(re.findall(rf"^dialogue_{name} (\S+)", page(f"{stage.url}/metrics"), flags=re.M)[0])


async def come_back(stage: Stage, deaf: Deaf, history: History, room: str) -> Client:
    """Another socket of the same person, who goes on after what they last saw."""
    client = await stage.client(deaf.player, history).connect()
    assert (await client.join(room, after=deaf.seq))["more"], "an ack is no place for megabytes"
    return client


def test_who_does_not_read_is_cut_off_alone_and_comes_back_to_all_of_it(
        stage: Stage, history: History, verdict: Verdict, soak: bool, fault: Fault) -> None:
    slow = 12 if soak else 2
    scene = stage.scene(slow + 12)

    async def play() -> None:
        readers = await stage.clients(scene.members[slow:], history, scene.id)
        deaf = [await stop_reading(stage, player, scene.id) for player in scene.members[:slow]]
        before = stage.memory()
        talk = await talk_until_they_are_cut_off(stage, readers)
        verdict.check("I11", memory_stays_bounded(before, stage.memory(), slow))
        assert MAX_BEHIND < max(talk.behind) <= slow * (MAX_BEHIND + MAX_BYTES)
        assert (figure(stage, "sockets"), figure(stage, "bytes_outstanding")) == (len(readers), 0)
        assert sorted(talk.waits)[len(talk.waits) // 2] < PROMPT
        assert max(talk.waits) < AT_WORST
        for one in deaf:
            one.socket.read_on()
            assert await one.socket.is_ended_by_the_server()
        back = await asyncio.gather(*(come_back(stage, one, history, scene.id) for one in deaf))
        entries = await asyncio.to_thread(stage.entries, scene)
        await all_there([*readers, *back], entries[-1]["seq"])
        verdict.delivery(history, entries)
        for client in (*readers, *back):
            verdict.check("refetch", is_what_a_refetch_shows(client.picture, entries))

    run(play())
    fault("reader who does not read", slow)
