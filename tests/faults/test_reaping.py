"""Sockets that never identify themselves or subscribe are closed, and do not slow other clients (catalogue 46)."""

import asyncio
import os
import random
import re
import socket as sockets
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.faults.attackers import pulse_of
from tests.faults.checker import Verdict, memory_stays_bounded, the_rest_goes_on
from tests.faults.frames import PATIENCE, UPGRADE, Gone, RawSocket, Refused, run, text
from tests.faults.stage import Stage, until
from tests.faults.stopwatch import Stopwatch

Fault = Callable[..., None]
REAPED = 30.0  # Seconds that a busy machine may take; a socket that answers no ping ends after 45.
WITHIN = 11.0  # … and those it may take by the stopwatch, the last look included.


def test_idle_sockets_are_closed_within_ten_seconds_and_others_stay(
        stage: Stage, fault: Fault) -> None:
    scene = stage.scene(2)

    async def play() -> None:
        silent, public, leaver = [await RawSocket.open(stage.url, origin=stage.url) for _ in range(3)]
        await public.write(text("40"))
        for packet in ("40", '421["stream.join",{"stream":"agenda"}]', "41"):
            await leaver.write(text(packet))
        reader = await stage.client(None, origin=stage.url, who="reader").connect()
        assert (await reader.join("agenda"))["ok"]
        idle, member = await stage.clients(scene.members, reader.history)
        assert (await member.join(scene.id))["ok"]
        watch = Stopwatch(stage.server.pid)
        ended = await asyncio.gather(*(s.is_ended_by_the_server(REAPED) for s in (silent, public, leaver)))
        assert ended == [True, True, True]
        assert watch.seconds() < WITHIN
        assert reader.is_connected
        assert idle.is_connected
        assert (await member.post("Still here"))["ok"]

    run(play())
    fault("socket nobody stands behind", 3)


def test_nothing_is_kept_of_those_who_are_gone(stage: Stage, fault: Fault) -> None:
    """Whichever way they came and went."""

    async def play() -> None:
        for n in range(40):
            with suppress(Gone, Refused):
                socket = await RawSocket.open(stage.url, origin=stage.url, key="" if n % 4 == 3 else None)
                await socket.write(text(("40", '40{"token":"made up"}', "9", "41")[n % 4]))
                await socket.is_ended_by_the_server(0.05)
                await socket.close()
        await until(lambda: open_sockets(stage) == 0, within=2 * REAPED)

    run(play())
    fault("coming and going", 40)


@pytest.mark.parametrize("way", ["without a key", "of another version", "reset"])
def test_a_handshake_that_fails_leaves_no_descriptor(stage: Stage, way: str, fault: Fault) -> None:
    before = descriptors(stage)
    for _ in range(50):
        fail(stage, way)
    run(until(lambda: descriptors(stage) <= before + 2, within=2 * REAPED))
    assert open_sockets(stage) == 0
    fault("failed handshake", 50)


def fail(stage: Stage, way: str) -> None:
    """Begin to shake hands, and do not end it."""
    place, version = urlsplit(stage.url), 12 if way == "of another version" else 13
    key = "" if way == "without a key" else "Sec-WebSocket-Key: c2l4dGVlbiBieXRlcyEhIQ==\r\n"
    request = (f"GET {UPGRADE} HTTP/1.1\r\nHost: x\r\nOrigin: {stage.url}\r\nConnection: Upgrade\r\n"
               f"Upgrade: websocket\r\nSec-WebSocket-Version: {version}\r\n{key}\r\n").encode()
    with sockets.create_connection((place.hostname, place.port)) as socket:
        socket.sendall(request)
        if way == "reset":
            socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            assert b" 400 " in socket.recv(999)


def descriptors(stage: Stage) -> int:
    """What the serving process holds open."""
    return len(os.listdir(f"/proc/{stage.server.pid}/fd"))


def open_sockets(stage: Stage) -> int:
    """What the server counts."""
    with urlopen(f"{stage.url}/metrics", timeout=PATIENCE) as answer:
        counted = re.findall(r"^dialogue_sockets (\d+)", answer.read().decode(), flags=re.M)
    return int(counted[0])


def test_who_connects_and_does_not_ask_is_hung_up_on(stage: Stage, fault: Fault) -> None:
    place = urlsplit(stage.url)

    async def lasting(first: bytes, then: bytes) -> float:
        """How long a connection stays that sends something, and then drips."""
        began = time.monotonic()
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(first)
            while not reader.at_eof() and time.monotonic() < began + 3 * REAPED:
                writer.write(then)
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(4096), 0.3)
        except OSError:
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return time.monotonic() - began

    async def play() -> list[float]:
        stays = asyncio.create_task(lasting(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b""))
        found = await asyncio.gather(lasting(b"", b""), lasting(b"G", b"E"), lasting(b"GET / HTTP/1.1\r\nX: ", b"x"))
        assert not stays.done(), "it has asked, and may ask again for a minute"
        stays.cancel()
        with suppress(asyncio.CancelledError):
            await stays
        return found

    assert all(9 < seconds < 2 * REAPED for seconds in run(play()))
    fault("silent connection", 3)


def test_slow_requests_and_idle_sockets_slow_no_other_client(
        stage: Stage, verdict: Verdict, soak: bool, seed: int, fault: Fault) -> None:
    slow, people, windows, lasting = (1000, 125, 16, 60.0) if soak else (150, 10, 15, 3.0)
    scene, idle = stage.scene(people), people * windows
    waits: list[float] = []

    async def play() -> None:
        before, chance, over = stage.memory(), random.Random(seed), asyncio.Event()
        sitting = [stage.client(player) for player in scene.members for _ in range(windows)]
        for n in range(0, idle, windows):
            await asyncio.gather(*(client.connect() for client in sitting[n:n + windows]))
        crowd = [asyncio.create_task(slowly(stage, chance.uniform(0, 2), over)) for _ in range(slow)]
        await until(lambda: descriptors(stage) >= slow + idle)
        ends = time.monotonic() + lasting
        while time.monotonic() < ends:
            waits.append(await asyncio.to_thread(pulse_of, stage))
            await asyncio.sleep(0.02)
        assert descriptors(stage) >= 0.9 * slow + idle, "they are there to the end"
        assert [client for client in sitting if not client.is_connected] == []
        verdict.check("I11", memory_stays_bounded(before, stage.memory(), slow + idle))
        over.set()
        await asyncio.gather(*crowd, *(client.close() for client in sitting))

    run(play())
    verdict.check("I12", the_rest_goes_on(waits))
    fault("slow request", slow)
    fault("idle socket", idle)


async def slowly(stage: Stage, after: float, over: asyncio.Event) -> None:
    """Send a request byte by byte, and begin again when hung up on."""
    place = urlsplit(stage.url)
    await asyncio.sleep(after)
    while not over.is_set():
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 1000:
                if over.is_set() or reader.at_eof():
                    break
                writer.write(bytes((byte,)))
                await asyncio.sleep(0.2)
            writer.close()
            await writer.wait_closed()
