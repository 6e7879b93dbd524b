"""Invalid and hostile packets: refused without a trace, and without effect on other clients (catalogue 38 to 41)."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.attackers import knock, others_go_on, peak
from tests.faults.checker import Verdict, memory_stays_bounded
from tests.faults.client import TurnedAway
from tests.faults.corpus import EVIL_FRAMES, EVIL_PACKETS, HARMLESS_FRAMES, TOLERATED, mutants
from tests.faults.frames import CONTINUATION, PATIENCE, TEXT, Gone, Refused, frame, run, text
from tests.faults.stage import Player, Scene, Stage

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Fault = Callable[..., None]
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """One room for this file."""
    return stage.scene(8)


@pytest.mark.parametrize("identified", [True, False], ids=["signed in", "nobody"])
def test_every_known_evil_packet_ends_its_socket_unless_it_is_only_senseless(
        stage: Stage, scene: Scene, verdict: Verdict, fault: Fault, identified: bool) -> None:
    async def play() -> None:
        async with others_go_on(stage, scene, verdict):
            for name, packet in EVIL_PACKETS.items():
                socket = await knock(stage, scene.members[0] if identified else None)
                with suppress(Gone):
                    await socket.write(text(packet))
                    await socket.write(text("3"))
                tolerated = name in TOLERATED
                assert await socket.is_ended_by_the_server(0.05 if tolerated else PATIENCE) != tolerated, name
                await socket.close()

    run(play())
    fault("evil packet", len(EVIL_PACKETS))


@pytest.mark.parametrize("name", EVIL_FRAMES)
def test_a_frame_that_breaks_the_protocol_ends_the_socket(
        stage: Stage, scene: Scene, fault: Fault, name: str) -> None:
    async def play() -> None:
        socket = await knock(stage, scene.members[0])
        await socket.write(EVIL_FRAMES[name])
        assert await socket.is_ended_by_the_server()

    run(play())
    fault("evil frame")


def test_what_only_looks_odd_is_taken(stage: Stage, scene: Scene) -> None:
    async def play() -> None:
        client = await stage.client(scene.members[0]).connect()
        for made in HARMLESS_FRAMES.values():
            await client._socket.write(made)
        assert (await client.join(scene.id))["ok"]

    run(play())


@pytest.mark.parametrize("event", ["made.up", "message", "json", "__class__"])
def test_an_unregistered_event_is_not_answered(stage: Stage, scene: Scene, event: str, fault: Fault) -> None:
    async def play() -> None:
        client = await stage.client(scene.members[0]).connect()
        with pytest.raises(TimeoutError):
            await client.ask(event, {}, within=0.3)
        assert (await client.ask("stream.leave", {"stream": scene.id}))["ok"]

    run(play())
    fault("unknown event")


@pytest.mark.parametrize("event", ["connect", "disconnect", "*"])
def test_the_library_s_own_words_end_the_socket_that_sends_them(
        stage: Stage, scene: Scene, event: str, fault: Fault) -> None:
    async def play() -> None:
        client = await stage.client(scene.members[0]).connect()
        with pytest.raises(Gone):
            await client.ask(event, {})

    run(play())
    fault("reserved event")


def test_events_before_saying_who_one_is_are_dropped(stage: Stage, scene: Scene, fault: Fault) -> None:
    async def play() -> None:
        socket = await knock(stage)
        await socket.write(text('421["stream.join",{"stream":"agenda"}]'))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await socket.read()

    run(play())
    fault("event before the connect")


@pytest.mark.parametrize("parts", [1, 100_000], ids=["one frame", "fragments"])
def test_a_message_of_a_hundred_megabytes_is_cut_off_and_leaves_no_trace_in_memory(
        stage: Stage, scene: Scene, verdict: Verdict, fault: Fault, parts: int) -> None:
    size = 100 * MEGABYTE

    async def flood() -> int:
        socket = await knock(stage, scene.members[0])
        sent, chunk = 0, size // max(parts, 1600)
        try:
            await socket.write(frame(TEXT, b"", claimed=size) if parts == 1 else frame(TEXT, b"4", final=False))
            while sent < size:
                part = b"a" * chunk if parts == 1 else frame(CONTINUATION, b"a" * chunk, final=False)
                await socket.write(part)
                sent += chunk
        except Gone:
            pass
        await socket.close()
        return sent

    async def play() -> None:
        async with others_go_on(stage, scene, verdict):
            before = stage.memory()
            async with peak(stage) as seen:
                sent = await asyncio.gather(*(flood() for _ in range(6)))
            assert max(sent) < size // 4, "the kernel's buffers, no more"
            verdict.check("I11", memory_stays_bounded(before, max(seen), 6))

    run(play())
    fault("100 MB message", 6)


def test_a_message_of_endless_empty_parts_is_only_its_own_sender_s_concern(
        stage: Stage, scene: Scene, verdict: Verdict, fault: Fault) -> None:
    async def play() -> None:
        async with others_go_on(stage, scene, verdict):
            socket, before = await knock(stage, scene.members[0]), stage.memory()
            with suppress(Gone):
                await socket.write(frame(TEXT, b"", final=False))
                for _ in range(200):
                    await socket.write(frame(CONTINUATION, b"", final=False) * 100)
            verdict.check("I11", memory_stays_bounded(before, stage.memory(), 1))

    run(play())
    fault("endless empty parts")


def test_mutated_packets_affect_no_other_client(
        stage: Stage, scene: Scene, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    chance, tried = random.Random(seed), 0
    ends = time.monotonic() + (600 if soak else 6)

    async def attack(player: Player | None) -> None:
        nonlocal tried
        while time.monotonic() < ends:
            with suppress(Gone, Refused, TurnedAway, OSError):
                socket = await knock(stage, player)
                for made in mutants(chance, 20):
                    await socket.write(made)
                    tried += 1
                await socket.is_ended_by_the_server(0.01)
                await socket.close()

    async def play() -> None:
        async with others_go_on(stage, scene, verdict):
            before = stage.memory()
            await asyncio.gather(attack(scene.members[0]), attack(scene.members[1]), attack(None))
            verdict.check("I11", memory_stays_bounded(before, stage.memory(), 3))

    run(play())
    assert tried > 500
    fault("mutated packet", tried)
