"""Where a socket's bytes go out: at once, counted, and never waited for."""

import socket as sockets
from collections import deque
from contextlib import suppress
from typing import Any

import gevent

MOST_BEHIND = 256 * 1024  # Bytes a reader may be behind before it is cut off, to catch up by itself.


class Outlet:
    """A socket whose writer never waits.

    What the kernel does not take at once is kept, counted in `behind` (bytes) and sent on; a reader that lets too
    much pile up is cut off.
    """

    __slots__ = ("_kept", "_raw", "_socket", "behind")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._raw = getattr(socket, "_sock", socket)  # Beneath gevent, which would wait for a full buffer.
        self._kept: deque[bytes] = deque()
        self.behind = 0
        with suppress(OSError):  # Not a network socket: there is nothing to hold back.
            self._raw.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)  # Or a frame may wait for an ack.

    def send(self, data: bytes) -> int:
        """Send now or keep for later. Raises OSError when the socket is gone."""
        sent = 0
        if not self.behind:
            try:
                sent = self._raw.send(data, sockets.MSG_DONTWAIT)
            except BlockingIOError:
                sent = 0
        if sent < len(data):
            self._keep(data[sent:])
        return len(data)

    def _keep(self, data: bytes) -> None:
        self.behind += len(data)
        if self.behind > MOST_BEHIND:
            self.cut()
            return
        self._kept.append(data)
        if len(self._kept) == 1:
            gevent.spawn(self._send_on)

    def _send_on(self) -> None:
        try:
            while self._kept:
                self._socket.sendall(self._kept[0])
                self.behind -= len(self._kept.popleft())
        except (OSError, IndexError):  # Gone, or cut off meanwhile and nothing kept.
            self.cut()

    def recv(self, size: int) -> bytes:
        """The next bytes; none when the other side is gone."""
        return bytes(self._socket.recv(size))

    def cut(self) -> None:
        """End the connection without a word: whoever reads it learns that it is over."""
        self._kept.clear()
        self.behind = 0
        with suppress(OSError):  # The other side may have been quicker.
            self._raw.shutdown(sockets.SHUT_RDWR)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()
