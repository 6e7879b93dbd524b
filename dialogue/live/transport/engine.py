"""The WebSocket transport: one greenlet a socket, writes that never wait, outstanding bytes counted.

The libraries give each socket four greenlets and a queue; a frame to thousands of sockets then wakes thousands of
greenlets. Here the greenlet of the request reads the socket, and any greenlet writes to it directly. This relies on
internals of the versions named below; with other versions the libraries' own transport is used. That one is slower and
lacks three things: it does not count bytes, close slow readers or end floods (docs/decisions/0007).
"""

import errno
import logging
import time
from functools import cache
from importlib.metadata import version
from itertools import cycle
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.packet import PING, Packet
from engineio.socket import Socket
from simple_websocket.errors import SimpleWebsocketError
from socketio import Manager
from wsproto.utilities import ProtocolError

from dialogue.core.application import PerApp
from dialogue.live.transport.frames import MAX_FRAME, text_frame
from dialogue.live.transport.websocket import OFFERS, Unneeded, Wire
from dialogue.live.transport.writer import SocketWriter

log = logging.getLogger(__name__)

TENTHS = 10
_tenth = PerApp(lambda: cycle(range(TENTHS)))
PROVEN = {"python-engineio": "4.15.1", "python-socketio": "5.18.1", "flask": "3.1.3", "flask-socketio": "5.7.0",
          "gevent": "26.9.0", "simple-websocket": "1.1.0", "wsproto": "1.3.2"}


@cache
def is_proven() -> bool:
    """Tell whether the installed libraries are the versions this module was written against."""
    return all(version(library) == proven for library, proven in PROVEN.items())


def install(eio: Any) -> None:
    """Make the Engine.IO server use this transport."""
    eio._async = {**eio._async, "websocket": WebSocketTransport}
    connected = eio.handlers["connect"]

    def connect(sid: str, environ: dict[str, Any]) -> Any:
        eio.sockets[sid].__class__ = EngineSocket  # The library has just made it and sent nothing through it yet.
        return connected(sid, environ)

    eio.on("connect", connect)


def bound(eio: Any) -> None:
    """Keep the library's transport, but without compression and with a limit on the size of frames."""
    theirs = eio._async["websocket"]

    class Bounded(theirs):  # type: ignore[misc, valid-type]  # A class known at run time alone.
        def __init__(self, handler: Any, eio: Any) -> None:
            super().__init__(handler, eio)
            self.server_args["max_message_size"] = MAX_FRAME

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            environ.pop(OFFERS, None)
            return super().__call__(environ, start_response)

    eio._async = {**eio._async, "websocket": Bounded}


class ConnectionManager(Manager):  # type: ignore[misc]  # The library has no types.
    """The library's list of connections, each in its own room only.

    The library searches all rooms at each disconnect: 64 million steps when eight thousand sockets disconnect.
    """

    def basic_disconnect(self, sid: str, namespace: str, **_more: Any) -> None:
        """Forget a connection."""
        for room in (sid, None):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]


class WebSocketTransport(SimpleWebSocketWSGI):  # type: ignore[misc]  # The library has no types.
    """The callable of Engine.IO for each request that becomes a WebSocket."""

    def __init__(self, handler: Any, _eio: Any) -> None:
        super().__init__(handler, None)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Serve the socket until it ends."""
        try:
            self.ws = Wire(environ)
        except (ProtocolError, SimpleWebsocketError, OSError):
            start_response("400 Bad Request", [])
            return [b""]
        try:
            return self.app(self)
        finally:
            self.ws.sock.close()
            if self.ws.mode == "gunicorn":
                raise StopIteration  # Tells gunicorn, as the library does, that it must not send a response.
            # Tells the embedded server that the client is gone: no request follows, and none is logged.
            raise BrokenPipeError(errno.EPIPE, "the socket has ended")


class EngineSocket(Socket):  # type: ignore[misc]  # The library has no types.
    """An Engine.IO socket without a queue, writer or timer of its own."""

    writer: SocketWriter | None = None
    last_ping: float | None

    def _websocket_handler(self, ws: Any) -> list[Any]:
        self._wire, self.writer = ws.ws, ws.ws.sock
        self.connected = self.upgraded = True
        waiting, self.queue = self.poll(), Unneeded()
        try:
            for packet in waiting:
                self.send(packet)
            while (text := self._wire.receive()) is not None and not self.closed:
                self._take(text)
        except (ValueError, OSError):
            pass  # An invalid packet, or the client is gone: the socket ends in both cases.
        except Exception:
            log.exception("a socket handler failed")  # The packet is never logged.
        self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        self.server.sockets.pop(self.sid, None)  # The library's own cleanup is not reached.
        return []

    def _take(self, text: Any) -> None:
        """Process one Engine.IO packet (protocol 4). Raises ValueError for a packet that clients may not send."""
        kind = text[:1]
        if kind == "4":
            self.server.handlers["message"](self.sid, text[1:])
        elif kind == "3":
            self.schedule_ping()
        elif kind == "1":
            self.close(wait=False, abort=True, reason=self.server.reason.CLIENT_DISCONNECT)
        else:
            raise ValueError("not a packet a client sends")

    def send(self, packet: Packet) -> None:
        """Write a packet at once, unless the socket is closed."""
        if self.writer is None:
            self.queue.put(packet)  # Still shaking hands.
        elif not self.closed:
            self.send_text(packet.encode())

    def send_text(self, text: str) -> None:
        """Write an encoded packet at once, unless the socket is closed."""
        if self.closed or self.writer is None:
            return
        try:
            self.writer.send(text_frame(text))
        except OSError:
            self.writer.cut()

    def schedule_ping(self) -> None:
        """Note that the client answered a ping; `pulse` sends the next one."""
        self.last_ping = None
        self.heard_at = time.time()

    def beat(self, at: float) -> None:
        """Send a ping when one is due; close the socket if the last one was not answered."""
        if self.last_ping:
            if at - self.last_ping > self.server.ping_timeout:
                self.close(wait=False, reason=self.server.reason.PING_TIMEOUT)
        elif at - self.heard_at >= self.server.ping_interval:
            self.last_ping = at
            self.send(Packet(PING))

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: ARG002
        """Run the disconnect handlers and end the connection without waiting."""
        super().close(wait=False, abort=abort, reason=reason)
        if self.writer is not None:
            self.writer.cut()


def pulse(eio: Any) -> None:
    """Send the pings that are due in a tenth of the sockets, the next tenth each time; called ten times a second.

    Pings to all sockets at once would be answered at once, and delay the next frame.
    """
    at = time.time()
    for one in list(eio.sockets.values())[next(_tenth())::TENTHS]:
        if isinstance(one, EngineSocket):
            one.beat(at)
