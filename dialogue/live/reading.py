"""A WebSocket as it is read: by whoever waits for its next message, without a thread, and within an allowance.

Leans on the inside of the libraries, as `driver` does, which names their versions.
"""

from collections.abc import Iterator
from typing import Any

from simple_websocket import Server
from wsproto import ConnectionType, WSConnection
from wsproto.utilities import ProtocolError

from dialogue.live.allowance import Allowance
from dialogue.live.outlet import Outlet
from dialogue.live.wire import MAX_FRAME

# What a client offers is not looked at: compression costs 300 kB a socket, and a frame could unfold without end.
OFFERS = "HTTP_SEC_WEBSOCKET_EXTENSIONS"


class Unneeded:
    """In the place of a thread, an event or a queue that nothing waits for."""

    name = ""

    def __init__(self, **_more: Any) -> None:
        pass

    def start(self, *_: Any) -> None:
        pass

    set = put = start


class Metered(WSConnection):
    """What comes in, each frame within its sender's allowance."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(ConnectionType.SERVER)
        self._allowance = allowance

    def events(self) -> Iterator[Any]:  # type: ignore[override]
        """Frames, pings among them, as they come. Raises ConnectionAbortedError when they are too many."""
        for event in super().events():
            self._allowance.take()
            yield event


class Wire(Server):  # type: ignore[misc]
    """A WebSocket read by whoever asks for the next message, without a thread of its own."""

    def __init__(self, environ: dict[str, Any]) -> None:
        environ.pop(OFFERS, None)
        self._allowance = Allowance()
        try:
            super().__init__(environ, max_message_size=MAX_FRAME, thread_class=Unneeded, event_class=Unneeded)
        except BaseException:
            if self.mode == "gevent":  # Then it is a duplicate, ours alone.
                self.sock.close()
            raise
        self.sock: Any = Outlet(self.sock)  # Once it is sure that somebody will close it.

    def handshake(self) -> None:
        """Agree to speak WebSocket, from the first frame on within an allowance."""
        self.ws = Metered(self._allowance)
        super().handshake()

    def receive(self, timeout: float | None = None) -> Any:  # noqa: ARG002 - the library's signature.
        """The next message; none when there will be no more."""
        while self.connected and not self.input_buffer:
            self._read()
        self._allowance.step()
        return self.input_buffer.pop(0) if self.input_buffer else None

    def _read(self) -> None:
        try:
            data = self.sock.recv(self.receive_bytes)
            if not data:
                raise OSError("the other side is gone")
            self.ws.receive_data(data)
            self.connected = self._handle_events()
        except (OSError, ProtocolError):
            self.connected = False
