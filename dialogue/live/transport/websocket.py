"""Reading a WebSocket in the calling greenlet, without a thread, with a flood limit.

Relies on internals of the libraries, whose versions `engine.py` names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simple_websocket import Server
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.utilities import ProtocolError, RemoteProtocolError, generate_accept_token

from dialogue.live.transport.flood_limit import Allowance
from dialogue.live.transport.frames import MAX_FRAME, text_of
from dialogue.live.transport.writer import SocketWriter

# Extensions are ignored: compression costs 300 kB a socket, and a small frame could decompress without bound.
OFFERS = "HTTP_SEC_WEBSOCKET_EXTENSIONS"


class Unneeded:
    """A stand-in for a thread, event or queue that is never waited for."""

    name = ""

    def __init__(self, **_more: Any) -> None:
        pass

    def start(self, *_: Any) -> None:
        pass

    set = put = start


class Metered(Connection):
    """The library's protocol state, with each incoming frame counted against the flood limit."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(ConnectionType.SERVER)
        self._allowance = allowance

    def events(self) -> Iterator[Any]:  # type: ignore[override]
        """Yield frames, pings included, as they arrive. Raises ConnectionAbortedError at a flood."""
        for event in super().events():
            self._allowance.take()
            yield event

    def is_between_messages(self) -> bool:
        """Tell whether the next byte begins a message: no partial frame or message is buffered."""
        frames = self._proto._frame_decoder
        return frames.header is None and not len(frames.buffer) and self._proto._message_decoder.opcode is None


def agreement(environ: Mapping[str, Any]) -> bytes:
    """Return the response to the opening handshake (RFC 6455 §4.2), without extensions. Raises ProtocolError.

    The server has parsed the request's head already; the library would serialise and parse it again.
    """
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    asks = {token.strip().lower() for token in environ.get("HTTP_CONNECTION", "").split(",")}
    if not ("upgrade" in asks and environ.get("HTTP_UPGRADE", "").lower() == "websocket" and key.isascii() and key
            and environ.get("HTTP_SEC_WEBSOCKET_VERSION") == "13" and environ.get("HTTP_HOST")):
        raise RemoteProtocolError("not an opening handshake of WebSocket 13")
    return AGREED % generate_accept_token(key.encode())


AGREED = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          b"Sec-WebSocket-Accept: %s\r\n\r\n")


class Wire(Server):  # type: ignore[misc]
    """A WebSocket read by the caller of `receive`, without a thread of its own."""

    def __init__(self, environ: dict[str, Any]) -> None:
        environ.pop(OFFERS, None)
        self._allowance = Allowance()
        self._is_between_messages = True
        try:
            super().__init__(environ, max_message_size=MAX_FRAME, thread_class=Unneeded, event_class=Unneeded)
        except BaseException:
            if self.mode == "gevent":  # Then it is a duplicate, ours alone.
                self.sock.close()
            raise
        self.sock: Any = SocketWriter(self.sock)  # Only now: from here on `WebSocketTransport` closes it.

    def handshake(self) -> None:
        """Send the handshake's response; frames count against the flood limit from then on. Raises ProtocolError."""
        self.ws = Metered(self._allowance)
        self.sock.sendall(agreement(self.environ))
        self.connected = True

    def receive(self, timeout: float | None = None) -> Any:  # noqa: ARG002 - the library's signature.
        """Return the next message, or None at the end of the connection."""
        while self.connected and not self.input_buffer:
            self._read()
        self._allowance.step()
        return self.input_buffer.pop(0) if self.input_buffer else None

    def _read(self) -> None:
        try:
            data = self.sock.recv(self.receive_bytes)
            if not data:
                raise OSError("the other side is gone")
            self._take(data)
        except (OSError, ProtocolError):
            self.connected = False

    def _take(self, data: bytes) -> None:
        """Process bytes: a whole small message directly, anything else through the library."""
        text = text_of(data) if self._is_between_messages else None
        if text is not None:
            self._allowance.take()
            self.input_buffer.append(text)
            return
        self.ws.receive_data(data)
        self.connected = self._handle_events()
        self._is_between_messages = self.ws.is_between_messages()
