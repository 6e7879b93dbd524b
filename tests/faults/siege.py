"""Eight connections that repeat one request, and another client's requests meanwhile."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.faults.stopwatch import Stopwatch

ATTACKERS = 8


@dataclass
class Attack:
    """One kind of request, and how often it was answered."""

    request: bytes
    answered: int = 0
    statuses: set[int] = field(default_factory=set)


class Line:
    """One kept connection."""

    def __init__(self, url: str) -> None:
        self._port = urlsplit(url).port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer."""
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        assert self._reader is not None
        self._writer.write(request)
        await self._writer.drain()
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        body = await self._reader.readexactly(int(length[1])) if length else b""
        if b"connection: close" in head.lower():
            self._writer.close()
        return int(head.split(b" ", 2)[1]), head, body

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()


def head(method: str, address: str, *lines: str) -> str:
    """The beginning of a request."""
    return "\r\n".join([f"{method} {address} HTTP/1.1", "Host: localhost", *lines, "", ""])


def sent(method: str, address: str, body: bytes, kind: str, *lines: str) -> bytes:
    """A request with a body."""
    return head(method, address, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *lines).encode() + body


@asynccontextmanager
async def attacked(url: str, attack: Attack) -> AsyncIterator[None]:
    """Within the block eight connections send the same request over and over."""

    async def hit() -> None:
        line = Line(url)
        try:
            while True:
                try:
                    attack.statuses.add((await line.ask(attack.request))[0])
                    attack.answered += 1
                except (OSError, asyncio.IncompleteReadError):
                    line.close()
                    line = Line(url)
        finally:
            line.close()

    hitting = [asyncio.create_task(hit()) for _ in range(ATTACKERS)]
    try:
        while attack.answered < ATTACKERS:
            await asyncio.sleep(0.01)
            assert not any(task.done() for task in hitting)
        yield
    finally:
        for task in hitting:
            task.cancel()
        await asyncio.gather(*hitting, return_exceptions=True)


@dataclass
class Probe:
    """The seconds of another client's requests, and the attackers' answers meanwhile."""

    seconds: list[float] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)


async def probe(url: str, pid: int, address: str, attack: Attack, times: int) -> Probe:
    """Ask for something so many times, on a new connection each time, while the attack goes on."""
    found = Probe()
    for _ in range(times):
        line, watch, before = Line(url), Stopwatch(pid), attack.answered
        status, _head, _body = await line.ask(head("GET", address).encode())
        found.seconds.append(watch.seconds())
        found.overtaken.append(attack.answered - before)
        line.close()
        assert status == 200
    return found
