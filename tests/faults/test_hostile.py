"""Nonsense and malice at the socket: refused without a trace, and nobody else notices (catalogue 36, 38 to 41, 44)."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.checker import Verdict, memory_stays_bounded, the_rest_goes_on
from tests.faults.client import Client, TurnedAway, get
from tests.faults.corpus import EVIL_FRAMES, EVIL_PACKETS, HARMLESS_FRAMES, mutants
from tests.faults.frames import CONTINUATION, TEXT, UPGRADE, Gone, RawSocket, Refused, frame, run, text
from tests.faults.history import History
from tests.faults.stage import Player, Scene, Stage, all_there

Fault = Callable[..., None]
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """One room for this file."""
    return stage.scene(8)


@pytest.fixture(autouse=True)
def nothing_is_logged(stage: Stage) -> object:
    """The server takes none of this for a mistake of its own."""
    before = stage.exceptions()
    yield
    assert stage.exceptions() == before


async def knock(stage: Stage, player: Player | None = None) -> RawSocket:
    """An attacker's socket: signed in, or only upgraded."""
    socket = await RawSocket.open(stage.url, origin=None if player else stage.url)
    await socket.read()
    if player:
        await socket.write(text("40" + json.dumps({"token": player.token})))
        assert (await socket.read())[1].startswith(b"40")
    return socket


@asynccontextmanager
async def others_go_on(stage: Stage, scene: Scene, verdict: Verdict) -> AsyncIterator[Client]:
    """While the block runs somebody listens and the pulse is taken; at its end they hear a post."""
    bystander, speaker = await stage.clients(scene.members[-2:], History(), scene.id)
    waits: list[float] = []

    async def take_the_pulse() -> None:
        while True:
            began = time.monotonic()
            await asyncio.to_thread(get, f"{stage.url}/healthz")
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    pulse = asyncio.create_task(take_the_pulse())
    yield bystander
    said = await speaker.post(f"Still here at {time.monotonic()}", key=f"at-{time.monotonic()}")
    assert said["ok"], said
    await all_there([bystander], said["seq"])
    pulse.cancel()
    with suppress(asyncio.CancelledError):
        await pulse
    if len(waits) >= 100:
        verdict.check("I12", the_rest_goes_on(waits))
    await speaker.close()
    await bystander.close()


@pytest.mark.parametrize("identified", [True, False], ids=["signed in", "nobody"])
def test_every_known_evil_packet_is_refused_or_dropped(
        stage: Stage, scene: Scene, verdict: Verdict, fault: Fault, identified: bool) -> None:
    async def play() -> None:
        async with others_go_on(stage, scene, verdict):
            for packet in EVIL_PACKETS.values():
                socket = await knock(stage, scene.members[0] if identified else None)
                with suppress(Gone):
                    await socket.write(text(packet))
                    await socket.write(text("3"))
                    await socket.is_ended_by_the_server(0.05)
                await socket.close()

    run(play())
    fault("evil packet", len(EVIL_PACKETS))


@pytest.mark.parametrize("name", EVIL_FRAMES)
def test_a_frame_that_breaks_the_protocol_ends_the_socket(
        stage: Stage, scene: Scene, fault: Fault, name: str) -> None:
    async def play() -> None:
        socket = await knock(stage, scene.members[0])
        await socket.write(EVIL_FRAMES[name])
        assert await socket.is_ended_by_the_server(5)

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
def test_an_event_nobody_registered_is_not_answered(stage: Stage, scene: Scene, event: str, fault: Fault) -> None:
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
            sent = await asyncio.gather(*(flood() for _ in range(6)))
            assert max(sent) < size // 4, "the kernel's buffers, no more"
            verdict.check("I11", memory_stays_bounded(before, stage.memory(), 6))

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


@pytest.mark.parametrize("offer", ["permessage-deflate", "permessage-deflate; client_max_window_bits"])
def test_compression_is_never_agreed_to(stage: Stage, offer: str, fault: Fault) -> None:
    async def play() -> None:
        socket = await RawSocket.open(stage.url, origin=stage.url, headers=(f"Sec-WebSocket-Extensions: {offer}",))
        assert "sec-websocket-extensions" not in socket.head.lower()

    run(play())
    fault("offer of compression")


def test_mutated_packets_harm_nobody(
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


FOREIGN = ["http://evil.example", "null", "http://localhost:1", "https://localhost", "file://"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_origin_is_refused_whatever_it_brings(
        stage: Stage, scene: Scene, origin: str, fault: Fault) -> None:
    async def play() -> None:
        for player in (None, scene.members[0]):
            with pytest.raises(Refused):
                await stage.client(player, origin=origin).connect()

    run(play())
    fault("foreign origin", 2)


@pytest.mark.parametrize("origin", [None, ""])
def test_without_an_origin_only_a_token_opens(
        stage: Stage, scene: Scene, origin: str | None, fault: Fault) -> None:
    async def play() -> None:
        with pytest.raises(TurnedAway):
            await stage.client(None, origin=origin).connect()
        assert (await stage.client(scene.members[0], origin=origin).connect()).is_connected
        assert (await stage.client(None, origin=stage.url).connect()).is_connected

    run(play())
    fault("absent origin")


@pytest.mark.parametrize("path", [
    "/socket.io/", UPGRADE.replace("EIO=4", "EIO=3"), UPGRADE.replace("websocket", "polling"), f"{UPGRADE}&sid=made-up",
    f"{UPGRADE}&j=x", f"{UPGRADE}&j=0", UPGRADE.replace("websocket", "webtransport")])
def test_another_way_in_is_refused(stage: Stage, path: str, fault: Fault) -> None:
    async def play() -> None:
        with suppress(Refused):
            socket = await RawSocket.open(stage.url, origin=stage.url, path=path)
            assert path.endswith("&j=0"), "only an index nobody uses may be ignored"
            await socket.close()

    run(play())
    fault("other handshake")


@pytest.mark.parametrize("headers", [("Sec-WebSocket-Version: 12",), ("Sec-WebSocket-Extensions: x; y=\x01",),
                                     ("Sec-WebSocket-Protocol: ,,,",)])
@pytest.mark.parametrize("key", ["", "not base64", "dG9vIHNob3J0"])
def test_a_broken_handshake_is_refused(
        stage: Stage, key: str, headers: tuple[str, ...], fault: Fault) -> None:
    async def play() -> None:
        with suppress(Refused):
            socket = await RawSocket.open(stage.url, origin=stage.url, key=key, headers=headers)
            await socket.close()

    run(play())
    fault("broken handshake")
