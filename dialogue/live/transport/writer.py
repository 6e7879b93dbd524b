"""Writing to sockets without waiting, with outstanding bytes counted.

`send_to_all` writes a frame to thousands of sockets by their descriptor numbers: touching three more objects for each
costs a third of the time. The system reuses a number once its socket is closed, so a caller that keeps numbers while
other greenlets run compares `closings` before and after.
"""

import os
import socket as sockets
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import gevent

MAX_BEHIND = 256 * 1024  # Outstanding bytes at which a slow reader is closed; it reconnects and catches up.
NONE = -1  # The number of a socket that is closed.


class SocketWriter:
    """A socket whose writer never waits.

    Bytes that the kernel does not take at once are buffered, counted in `behind`, and sent later. A reader with too
    many outstanding bytes is closed. One frame may be larger than that limit.
    """

    __slots__ = ("_kept", "_raw", "_socket", "behind", "number")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._raw = getattr(socket, "_sock", socket)  # The raw socket: gevent's would wait for a full buffer.
        self._kept: deque[bytes] = deque()
        self.behind = 0
        self.number: int = self._raw.fileno()
        _open[self.number] = self
        os.set_blocking(self.number, False)
        with suppress(OSError):  # Not a TCP socket.
            self._raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)  # Else a frame may wait for an ack.

    def send(self, data: bytes) -> int:
        """Send now or buffer. Raises OSError when the socket is gone."""
        try:
            sent = 0 if self.behind else os.write(self.number, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self.keep(data[sent:])
        return len(data)

    def keep(self, data: bytes) -> None:
        """Buffer these bytes until the reader has taken those before them."""
        if self.behind > MAX_BEHIND:
            self.cut()
            return
        self.behind += len(data)
        _behind.add(self.number)
        self._kept.append(data)
        if len(self._kept) == 1:
            gevent.spawn(self._send_on)

    def _send_on(self) -> None:
        try:
            while self._kept:
                self._socket.sendall(self._kept[0])
                self.behind -= len(self._kept.popleft())
            _behind.discard(self.number)
        except (OSError, IndexError):  # Gone, or cut meanwhile with its buffer cleared.
            self.cut()

    def recv(self, size: int) -> bytes:
        """Return the next bytes, or none when the other side is gone."""
        return bytes(self._socket.recv(size))

    def cut(self) -> None:
        """Shut the connection down; the greenlet that reads it then ends."""
        self._kept.clear()
        self.behind = 0
        _behind.discard(self.number)
        with suppress(OSError):  # The other side may have closed it already.
            self._raw.shutdown(sockets.SHUT_RDWR)

    def close(self) -> None:
        """Close the socket; the system may reuse its number."""
        global _closings  # noqa: PLW0603 - numbers are given by the system to the whole process.
        _closings += 1
        _behind.discard(self.number)
        _open.pop(self.number, None)
        self.number = NONE
        self._socket.close()


# Of the process, not of an application: the system numbers the open files of a process.
_open: dict[int, SocketWriter] = {}
_behind: set[int] = set()
_closings = 0


def closings() -> int:
    """Return the number of closed writers. While it stays the same, descriptor numbers are valid."""
    return _closings


def outstanding() -> int:
    """Return the bytes that all readers together have not taken yet."""
    return sum(_open[number].behind for number in _behind)


def send_to_all(numbers: Iterable[int], data: bytes) -> None:
    """Send the same bytes to these descriptor numbers, as `SocketWriter.send` does; cut sockets that are gone."""
    size, write = len(data), os.write
    for number in numbers:
        try:
            sent = 0 if number in _behind else write(number, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            _cut(number)
            continue
        if sent != size:
            _open[number].keep(data[sent:])


def _cut(number: int) -> None:
    if number in _open:
        _open[number].cut()
