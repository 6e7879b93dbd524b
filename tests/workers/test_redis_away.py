"""Redis stopped, paused or started again: nothing is lost and no client waits for it (catalogue 3 to 5)."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from math import inf

import pytest

from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.frames import run
from tests.faults.history import History
from tests.faults.stage import all_there, stored
from tests.workers.conftest import Cluster, token_of
from tests.world import World

Fault = Callable[[str], None]
Away = Callable[[Cluster], AbstractContextManager[None]]
SPEAKERS = 2
PAUSE = 1.5  # Seconds, on average, between two things one says: thirty at once and thirty a minute are allowed.
NOISE = 0.4  # Seconds that two workers, two servers and all clients on two cores may add.
WRITES = 0.2  # Seconds a write may take longer than with Redis …
LOOK = 2.0  # … and a reader waits until the next look …
LIVE = 1.0  # … and no longer than this once Redis is there …
AGAIN = 5.0  # … for so long.


@contextmanager
def paused(cluster: Cluster) -> Iterator[None]:
    """Redis accepts connections and does not answer."""
    os.kill(cluster.redis.server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(cluster.redis.server.pid, signal.SIGCONT)


@contextmanager
def stopped(cluster: Cluster) -> Iterator[None]:
    """Redis is gone."""
    cluster.redis.server.kill()
    try:
        yield
    finally:
        cluster.restart_redis()


class Conversation:
    """A room in which people speak at one worker and listen at both, so that no word there wakes the other worker."""

    def __init__(self, world: World, speak_at: str, listen_at: str) -> None:
        self.history = History()
        self.room = world.room()
        self.speakers = [self._client(world, speak_at, f"speaker-{n}") for n in range(SPEAKERS)]
        self.everybody = [*self.speakers, self._client(world, listen_at, "listener")]

    def _client(self, world: World, url: str, who: str) -> Client:
        return Client(url, token_of(world.member(self.room)), self.history, who=who)

    async def begin(self) -> None:
        """Let all clients join."""
        for client in self.everybody:
            await (await client.connect()).join(self.room.id, after=0)

    async def go_on(self, over: asyncio.Event) -> None:
        """Each speaker says one thing after another until it is over; then all have it all."""

        async def talk(client: Client) -> None:
            while not over.is_set():
                await asyncio.sleep(client.chance.uniform(0, 2 * PAUSE))
                assert (await client.post(f"{client.who} at {time.monotonic()}"))["ok"]

        await asyncio.gather(*(talk(client) for client in self.speakers))
        await all_there(self.everybody, len(stored(self.room.id)))

    def waits(self, since: float, until: float = inf) -> tuple[list[float], list[float]]:
        """Of what was said in this span: the seconds until each was acknowledged, and until each client had it."""
        said = {line.about["key"]: line.at for line in self.history.of("post", "invoke") if since <= line.at < until}
        told = [(line, said[line.about["key"]]) for line in self.history.of("post", "ok") if line.about["key"] in said]
        began = {line.about["seq"]: at for line, at in told}
        heard = [line for line in self.history.of("record") if line.about["seq"] in began]
        return [line.at - at for line, at in told], [line.at - began[line.about["seq"]] for line in heard]


async def talk_through(conversations: list[Conversation], cluster: Cluster, away: Away, seconds: float) -> list[float]:
    """Let all clients post. Return the moments at which Redis went and came back."""
    over = asyncio.Event()
    await asyncio.gather(*(one.begin() for one in conversations))
    talking = asyncio.gather(*(one.go_on(over) for one in conversations))
    await asyncio.sleep(2 * PAUSE)
    went = time.monotonic()
    with away(cluster):
        await asyncio.sleep(seconds)
    back = time.monotonic()
    await asyncio.sleep(AGAIN + 2 * PAUSE)
    over.set()
    await talking
    return [went, back]


@pytest.mark.parametrize("away", [stopped, paused])
def test_without_redis_nothing_is_lost_no_write_waits_and_no_reader_for_more_than_two_seconds(
        cluster: Cluster, world: World, verdict: Verdict, fault: Fault, away: Away, *, soak: bool) -> None:
    conversations = [Conversation(world, *urls) for urls in (cluster.urls, cluster.urls[::-1])]
    went, back = run(talk_through(conversations, cluster, away, 60.0 if soak else 3.0))
    fault(f"Redis {away.__name__}")
    for one in conversations:
        verdict.delivery(one.history, stored(one.room.id))
        usual, _heard = one.waits(0, went)
        written, heard = one.waits(went, back)
        assert max(written) <= max(usual) + WRITES + NOISE
        assert NOISE < max(heard) <= LOOK + NOISE
        _written, live = one.waits(back + AGAIN)
        assert max(live) <= LIVE
