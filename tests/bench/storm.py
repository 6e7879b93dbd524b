"""Clients that come back by themselves, as docs/protocol.md tells them to: for the storm after a server's end.

Only as much of the protocol as that takes: connect, say who one is, join, notice the loss, wait at random, again.
"""

import asyncio
import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.bench.backoff import wait_before
from tests.bench.generator import Failed

ATTEMPT = 10.0  # seconds for one attempt
PATIENCE = 90.0  # seconds for all clients to join
ARRIVALS = 300  # a second, the first time: people do not all come at once
GONE = (OSError, asyncio.IncompleteReadError, TimeoutError)
HANDSHAKE = ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:{port}\r\n"
             "Origin: http://localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")


class Storm(NamedTuple):
    """Seconds from the server's end, and from its first accepted connection, until all clients had joined again."""

    since_end: float
    since_listening: float


def framed(text: str) -> bytes:
    """A masked text frame of less than 64 KB (RFC 6455 §5.2); the mask is nought."""
    data = text.encode()
    head = bytes((0x81, 0x80 | len(data))) if len(data) < 126 else b"\x81\xfe" + len(data).to_bytes(2, "big")
    return head + bytes(4) + data


async def read_text(reader: asyncio.StreamReader) -> str:
    """The next frame's text. Raises IncompleteReadError at the end, and OSError for a close frame."""
    first, second = await reader.readexactly(2)
    length = second & 127
    if length > 125:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
    data = await reader.readexactly(length)
    if first & 15 == 8:
        raise ConnectionResetError("closed")
    return data.decode()


@dataclass
class Crowd:
    """Clients of one stream. `joined` counts those that are in now; the moments are of the monotonic clock."""

    port: int
    stream: str
    tokens: list[str]
    joined: int = 0
    last_join: float = 0.0
    first_contact: float | None = None
    lot: random.Random = field(default_factory=lambda: random.Random(3))

    async def live_through(self, restart: Callable[[], None]) -> Storm:
        """Join, have the server restarted, join again. `restart` blocks until it serves. Raises Failed."""
        tasks = [asyncio.create_task(self._stay(token, n / ARRIVALS)) for n, token in enumerate(self.tokens)]
        try:
            await self._everybody()
            ended, self.first_contact = time.monotonic(), None
            await asyncio.to_thread(restart)
            await self._everybody()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return Storm(self.last_join - ended, self.last_join - (self.first_contact or ended))

    async def _everybody(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.joined < len(self.tokens):
            if time.monotonic() > deadline:
                raise Failed(f"only {self.joined} of {len(self.tokens)} joined within {PATIENCE:.0f} s")
            await asyncio.sleep(0.01)

    async def _stay(self, token: str, arrival: float) -> None:
        await asyncio.sleep(arrival)
        attempt = 0
        while True:
            attempt = 0 if await self._was_in(token) else attempt + 1
            await asyncio.sleep(wait_before(attempt, self.lot))

    async def _was_in(self, token: str) -> bool:
        """Join and listen until the connection is lost; False where it did not come to that."""
        try:
            reader, writer = await asyncio.wait_for(self._come(token), ATTEMPT)
        except GONE:
            return False
        self.joined, self.last_join = self.joined + 1, time.monotonic()
        try:
            while True:
                if await read_text(reader) == "2":
                    writer.write(framed("3"))
        except GONE:
            return True
        finally:
            self.joined -= 1
            writer.close()

    async def _come(self, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(HANDSHAKE.format(port=self.port).encode())
            await reader.readuntil(b"\r\n\r\n")
            self.first_contact = self.first_contact or time.monotonic()
            writer.write(framed("40" + json.dumps({"token": token})))
            await _until(reader, "40")
            writer.write(framed("421" + json.dumps(["stream.join", {"stream": self.stream, "after": 0}])))
            if '"ok":true' not in await _until(reader, "431"):
                raise ConnectionRefusedError("join refused")
        except BaseException:
            writer.close()
            raise
        return reader, writer


async def _until(reader: asyncio.StreamReader, start: str) -> str:
    while not (text := await read_text(reader)).startswith(start):
        if text.startswith("44"):
            raise ConnectionRefusedError(text)
    return text


def storm(port: int, stream: str, tokens: list[str], restart: Callable[[], None]) -> Storm:
    """Have a client for each token live through a restart of the server. Raises Failed."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return asyncio.run(Crowd(port, stream, tokens).live_through(restart))
