"""A socket that floods is closed and does not delay other clients (catalogue 40)."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.frames import PING, TEXT, Gone, RawSocket, frame, run, text
from tests.faults.stage import Scene, Stage
from tests.faults.stopwatch import Stopwatch

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Fault = Callable[..., None]
FLOODS = {
    "WebSocket pings": frame(PING, b""), "answers nobody asked for": text("3"), "unknown events": text('42["x",{}]'),
    "connects that are refused": text('40{"token":"made up"}'), "connects as nobody": text("40"),
    "empty parts of a message": frame(0, b"", final=False), "what is dropped": text("41"),
}
ASKED = 200  # times at most: an account may ask 240 times a minute, and a slow machine's flood lasts long
MOST = 0.05  # seconds the loop may be held


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """A client for each flood, whose socket must be answered all the time."""
    return stage.scene(len(FLOODS))


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_closes_its_socket_and_delays_no_other(stage: Stage, scene: Scene, name: str, fault: Fault) -> None:
    waits: list[float] = []

    async def play() -> None:
        asking = await stage.client(scene.members[list(FLOODS).index(name)]).connect()
        socket = await RawSocket.open(stage.url, origin=stage.url)
        if name.startswith("empty"):
            await socket.write(frame(TEXT, b"", final=False))
        flood = asyncio.create_task(pour(socket, FLOODS[name] * 4000))
        while (not flood.done() and len(waits) < ASKED) or len(waits) < 20:
            watch = Stopwatch(stage.server.pid)
            assert (await asking.ask("stream.leave", {"stream": scene.id}))["ok"]
            waits.append(watch.seconds())
            await asyncio.sleep(0.005)
        assert await flood, "it was let go on"
        await asking.close()

    run(play())
    assert sorted(waits)[len(waits) // 2] < MOST
    assert max(waits) < 5 * MOST, "whatever else this machine does"
    fault("flood")


async def pour(socket: RawSocket, flood: bytes) -> bool:
    """Send all of it, over and over. Returns whether the server ended that."""
    ends = time.monotonic() + 5
    with suppress(Gone):
        while time.monotonic() < ends:
            await socket.write(flood)
            await asyncio.sleep(0)
    return await socket.is_ended_by_the_server()
