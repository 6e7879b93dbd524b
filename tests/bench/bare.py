"""A bare loop of writes: what a frame to thousands of sockets takes on this machine when nothing else is done.

It speaks as much of the protocol as the generator needs, authorises nothing and stores nothing. `python -m
tests.bench.bare PORT BYTES` serves it.
"""

import json
import os
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from dialogue.live.transport.frames import message, text_frame, text_of
from tests.bench.machine import ROOT, pinned
from tests.bench.ours import Running
from tests.guardian import Server
from tests.servers import free_port, wait_until

BYTES = 692  # of a frame, where ours was not measured
AGREED = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
          + text_frame('0{"sid":"bare"}'))
ANSWERS = {"40": text_frame('40{"sid":"bare"}'), "421": text_frame('431[{"ok":true}]'),
           "422": text_frame('432[{"ok":true}]')}


class Bare:
    """The loop as it is measured: in a process of its own, on the server's core, with frames of so many bytes."""

    name = "bare"

    def __init__(self, folder: Path, core: int) -> None:
        self._log, self._core, self.frame_bytes = folder / "bare.log", core, BYTES

    @contextmanager
    def serve(self, *, stored: bool) -> Iterator[Running]:
        """Serve within the block."""
        port = free_port()
        command = [sys.executable, "-m", "tests.bench.bare", str(port), str(self.frame_bytes)]
        server = Server(pinned(command, self._core), env=dict(os.environ), log=self._log, cwd=ROOT)
        try:
            wait_until(lambda: _listens(port), server, "The bare loop")
            yield Running(port, server.pid, stream="bench", ballot="bench", server=server)
        finally:
            server.kill()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Loop:
    """The loop itself: its sockets and the number of the last frame."""

    def __init__(self, listener: socket.socket, frame_bytes: int) -> None:
        self._listener, self._bytes = listener, frame_bytes
        self._sockets: dict[int, socket.socket] = {}
        self._numbers = count(1)
        self._poller = select.epoll()
        self._poller.register(listener, select.EPOLLIN)

    def run(self) -> None:
        """Serve for ever."""
        while True:
            for number, _event in self._poller.poll():
                if number == self._listener.fileno():
                    self._accept()
                else:
                    self._read(number)

    def _accept(self) -> None:
        accepted, _address = self._listener.accept()
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sockets[accepted.fileno()] = accepted
        self._poller.register(accepted, select.EPOLLIN)

    def _read(self, number: int) -> None:
        data = self._sockets[number].recv(65536)
        if not data:
            self._sockets.pop(number).close()
        elif data.startswith(b"GET "):
            os.write(number, AGREED)
        else:
            self._answer(number, text_of(data) or "")

    def _answer(self, number: int, text: str) -> None:
        answer = next((answer for start, answer in ANSWERS.items() if text.startswith(start)), None)
        if answer:
            os.write(number, answer)
        if text.startswith("422"):
            frame = self.frame(json.loads(text[3:])[1]["text"])
            for each in self._sockets:
                os.write(each, frame)

    def frame(self, said: str) -> bytes:
        """The frame that tells a post, as long as ours."""
        told = {"seq": next(self._numbers), "text": said, "more": ""}
        told["more"] = "." * max(0, self._bytes - len(message("record", {"events": [told]}).frame))
        return message("record", {"events": [told]}).frame


def main() -> None:
    """Serve on a port."""
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096) as listener:
        Loop(listener, int(sys.argv[2])).run()


if __name__ == "__main__":
    main()
