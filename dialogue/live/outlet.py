"""Where the sockets' bytes go out: at once, counted, and never waited for.

A frame to thousands is written by the numbers the system gave their sockets, one after the other (`send_to_all`):
to touch three objects more for each costs a third of the time. A number says whose socket it is only until that
is closed; so whoever keeps numbers while others run asks `closings` whether they still hold.
"""

import os
import socket as sockets
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import gevent

MOST_BEHIND = 256 * 1024  # Bytes a reader may be behind when more comes, or it is cut off, to catch up by itself.
NONE = -1  # The number of a socket that is closed.


class Outlet:
    """A socket whose writer never waits.

    What the kernel does not take at once is kept, counted in `behind` (bytes) and sent on; a reader that lets too
    much pile up is cut off. One frame may be larger than that: nobody is behind only because of its size.
    """

    __slots__ = ("_kept", "_raw", "_socket", "behind", "number")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._raw = getattr(socket, "_sock", socket)  # Beneath gevent, which would wait for a full buffer.
        self._kept: deque[bytes] = deque()
        self.behind = 0
        self.number: int = self._raw.fileno()
        _open[self.number] = self
        os.set_blocking(self.number, False)
        with suppress(OSError):  # Not a network socket: there is nothing to hold back.
            self._raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)  # Or a frame may wait for an ack.

    def send(self, data: bytes) -> int:
        """Send now or keep for later. Raises OSError when the socket is gone."""
        try:
            sent = 0 if self.behind else os.write(self.number, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self.keep(data[sent:])
        return len(data)

    def keep(self, data: bytes) -> None:
        """Send these bytes when the reader has taken those before them."""
        if self.behind > MOST_BEHIND:
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
        except (OSError, IndexError):  # Gone, or cut off meanwhile and nothing kept.
            self.cut()

    def recv(self, size: int) -> bytes:
        """The next bytes; none when the other side is gone."""
        return bytes(self._socket.recv(size))

    def cut(self) -> None:
        """End the connection without a word: whoever reads it learns that it is over."""
        self._kept.clear()
        self.behind = 0
        _behind.discard(self.number)
        with suppress(OSError):  # The other side may have been quicker.
            self._raw.shutdown(sockets.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket, and with it its number, back."""
        global _closings  # noqa: PLW0603 - numbers are given by the system to the whole process.
        _closings += 1
        _behind.discard(self.number)
        _open.pop(self.number, None)
        self.number = NONE
        self._socket.close()


_open: dict[int, Outlet] = {}
_behind: set[int] = set()
_closings = 0


def closings() -> int:
    """How many outlets have been closed. While it does not change, numbers mean what they meant."""
    return _closings


def outstanding() -> int:
    """Bytes that readers have not taken yet, together."""
    return sum(_open[number].behind for number in _behind)


def send_to_all(numbers: Iterable[int], data: bytes) -> None:
    """Send the same bytes through the outlets of these numbers, as `Outlet.send` does; one that is gone is cut."""
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
