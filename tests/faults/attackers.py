"""What attacks have in common: a socket to attack from, and what is looked at meanwhile."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.faults.answers import get
from tests.faults.checker import Verdict, the_rest_goes_on
from tests.faults.client import Client
from tests.faults.frames import RawSocket, text
from tests.faults.history import History
from tests.faults.stage import Player, Scene, Stage, all_there, until
from tests.faults.stopwatch import Stopwatch

ENOUGH = 100  # times the pulse is taken, at least


async def knock(stage: Stage, player: Player | None = None) -> RawSocket:
    """An attacker's socket: signed in, or only upgraded."""
    socket = await RawSocket.open(stage.url, origin=None if player else stage.url)
    await socket.read()
    if player:
        await socket.write(text("40" + json.dumps({"token": player.token})))
        assert (await socket.read())[1].startswith(b"40")
    return socket


def pulse_of(stage: Stage) -> float:
    """Ask the server how it is; return the seconds that took."""
    watch = Stopwatch(stage.server.pid)
    get(f"{stage.url}/healthz")
    return watch.seconds()


@asynccontextmanager
async def others_go_on(stage: Stage, scene: Scene, verdict: Verdict) -> AsyncIterator[Client]:
    """While the block runs a client listens and the pulse is measured; at its end it receives a post.

    An attack may be over soon: the pulse is taken until it can be judged.
    """
    bystander, speaker = await stage.clients(scene.members[-2:], History(), scene.id)
    waits: list[float] = []

    async def take_the_pulse() -> None:
        while True:
            waits.append(await asyncio.to_thread(pulse_of, stage))
            await asyncio.sleep(0.02)

    pulse = asyncio.create_task(take_the_pulse())
    yield bystander
    said = await speaker.post(f"Still here at {time.monotonic()}", key=f"at-{time.monotonic()}")
    assert said["ok"], said
    await all_there([bystander], said["seq"])
    await until(lambda: len(waits) >= ENOUGH)
    pulse.cancel()
    with suppress(asyncio.CancelledError):
        await pulse
    verdict.check("I12", the_rest_goes_on(waits))
    await speaker.close()
    await bystander.close()


@asynccontextmanager
async def peak(stage: Stage) -> AsyncIterator[list[int]]:
    """The resident bytes of the server, looked at all the while the block runs."""
    seen = [stage.memory()]

    async def look() -> None:
        while True:
            await asyncio.sleep(0.005)
            seen.append(stage.memory())

    looking = asyncio.create_task(look())
    yield seen
    looking.cancel()
    seen.append(stage.memory())
