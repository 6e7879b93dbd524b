"""A WebSocket spoken by hand (RFC 6455), so that a test can say what no library would say for it."""

import asyncio
import base64
import os
import socket as sockets
import struct
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
UPGRADE = "/socket.io/?EIO=4&transport=websocket"
PATIENCE = 60.0  # seconds until a wait is given up: only a server that hangs needs them, however busy the machine


class Refused(Exception):
    """The server did not agree to speak WebSocket; `status` is what it answered (0: nothing)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the handshake was answered with {status}")
        self.status = status


class Gone(Exception):
    """The other side ended the connection."""


def frame(opcode: int, payload: bytes = b"", *, final: bool = True, masked: bool = True, reserved: int = 0,
          claimed: int | None = None) -> bytes:
    """One frame as a client sends it; `claimed` is the length its head tells, if not the true one."""
    length = len(payload) if claimed is None else claimed
    first = (0x80 if final else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head = bytes((first, mask_bit | length))
    elif length < 65536:
        head = bytes((first, mask_bit | 126)) + struct.pack("!H", length)
    else:
        head = bytes((first, mask_bit | 127)) + struct.pack("!Q", length)
    return head + (_masked(payload) if masked else payload)


def text(content: str) -> bytes:
    """A text frame."""
    return frame(TEXT, content.encode())


def _masked(payload: bytes) -> bytes:
    mask = os.urandom(4)
    size = len(payload)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return mask + (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")


_open: set["RawSocket"] = set()


def run(play: Coroutine[Any, Any, Any]) -> Any:
    """Run a play to its end, and hang up whatever it left open, also when it fails."""

    async def whole() -> Any:
        try:
            return await play
        finally:
            await asyncio.gather(*(socket.close() for socket in list(_open)))

    return asyncio.run(whole())


class RawSocket:
    """One connection: frames in, any bytes out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader, self._writer, self.head = reader, writer, head
        _open.add(self)

    @classmethod
    async def open(cls, url: str, *, origin: str | None = None, path: str = UPGRADE,
                   headers: tuple[str, ...] = (), key: str | None = None,
                   receive_buffer: int | None = None) -> "RawSocket":
        """Knock and be let in; `receive_buffer` is how many bytes the system takes unread. Raises Refused, OSError."""
        place = urlsplit(url)
        reader, writer = await _called(place.hostname or "", place.port or 80, receive_buffer)
        nonce = base64.b64encode(os.urandom(16)).decode() if key is None else key
        lines = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}", "Connection: Upgrade", "Upgrade: websocket",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {nonce}", *headers]
        lines += [f"Origin: {origin}"] if origin is not None else []
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode())
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
        except (asyncio.IncompleteReadError, OSError):
            await _shut(writer)
            raise Refused(0) from None
        except BaseException:
            await _shut(writer)
            raise
        status = int(head.split(" ", 2)[1])
        if status != 101:
            await _shut(writer)
            raise Refused(status)
        return cls(reader, writer, head)

    async def write(self, data: bytes) -> None:
        """Send bytes as they are. Raises Gone."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise Gone from error

    async def read(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload. Raises Gone."""
        try:
            first, second = await self._reader.readexactly(2)
            length = second & 0x7F
            if length == 126:
                length = int.from_bytes(await self._reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self._reader.readexactly(8), "big")
            return first & 0x0F, await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Gone from error

    async def is_ended_by_the_server(self, within: float = PATIENCE) -> bool:
        """Whether the server ends the connection, whatever else it says first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                with suppress(Gone):
                    while (await self.read())[0] != CLOSE:
                        pass
                return True
        return False

    def stop_reading(self) -> None:
        """Leave everything lying that comes from now on."""
        self._writer.transport.pause_reading()

    def read_on(self) -> None:
        """Take it after all."""
        self._writer.transport.resume_reading()

    async def close(self) -> None:
        """Hang up."""
        _open.discard(self)
        await _shut(self._writer)


async def _called(host: str, port: int,
                  receive_buffer: int | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection; how much it receives unread must be said before it stands."""
    if receive_buffer is None:
        return await asyncio.open_connection(host, port, limit=2**20)
    socket = sockets.socket()
    socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, receive_buffer)
    socket.setblocking(False)
    await asyncio.get_running_loop().sock_connect(socket, (host, port))
    return await asyncio.open_connection(sock=socket, limit=2**20)


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()
