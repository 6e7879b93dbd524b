"""The transport under the door: one greenlet a socket, writes that never wait, bytes outstanding counted.

The libraries give each socket four greenlets and a queue; a frame to thousands then costs thousands of wake-ups.
Here a socket is read in the greenlet of its request and written at once, by whoever has something for it. This
leans on the inside of the versions named below; with any others the libraries' own transport is used. It says the
same and is slower, and it lacks what is only here: bytes are not counted, a slow reader is not cut off, a flood not
ended (docs/decisions/0007).
"""

import errno
import logging
import time
from importlib.metadata import version
from itertools import cycle
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.packet import PING, Packet
from engineio.socket import Socket
from simple_websocket.errors import SimpleWebsocketError
from socketio import Manager
from wsproto.utilities import ProtocolError

from dialogue.live.outlet import Outlet
from dialogue.live.reading import OFFERS, Unneeded, Wire
from dialogue.live.wire import MAX_FRAME, text_frame

log = logging.getLogger(__name__)

TENTHS = 10
_tenth = cycle(range(TENTHS))
PROVEN = {"python-engineio": "4.15.1", "python-socketio": "5.18.1", "flask": "3.1.3", "flask-socketio": "5.7.0",
          "gevent": "26.9.0", "simple-websocket": "1.1.0", "wsproto": "1.3.2"}


def is_proven() -> bool:
    """Whether the libraries are the versions this module was written against."""
    return all(version(library) == proven for library, proven in PROVEN.items())


def install(eio: Any) -> None:
    """Have the Engine.IO server carry its sockets this way."""
    eio._async = {**eio._async, "websocket": Driver}
    connected = eio.handlers["connect"]

    def connect(sid: str, environ: dict[str, Any]) -> Any:
        eio.sockets[sid].__class__ = Attended  # Made by the library just now; nothing was sent through it yet.
        return connected(sid, environ)

    eio.on("connect", connect)


def bound(eio: Any) -> None:
    """Leave the library its own transport, without compression, and with frames measured before they are in memory."""
    theirs = eio._async["websocket"]

    class Bounded(theirs):  # type: ignore[misc, valid-type]
        def __init__(self, handler: Any, eio: Any) -> None:
            super().__init__(handler, eio)
            self.server_args["max_message_size"] = MAX_FRAME

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            environ.pop(OFFERS, None)
            return super().__call__(environ, start_response)

    eio._async = {**eio._async, "websocket": Bounded}


class Roster(Manager):  # type: ignore[misc]
    """Who is connected, where nobody is in any room of the library's but their own.

    The library looks through everybody's rooms when one goes: eight thousand times eight thousand when all go.
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


class Driver(SimpleWebSocketWSGI):  # type: ignore[misc]
    """What Engine.IO calls for each request that becomes a WebSocket."""

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
                raise StopIteration  # As the library tells that server that the response is not its business.
            # … and as this one is told that there is nobody to read from: what is left is no request, nor for the log.
            raise BrokenPipeError(errno.EPIPE, "the socket has ended")


class Attended(Socket):  # type: ignore[misc]
    """An Engine.IO socket that is read and written without a queue, a writer or a timer of its own."""

    outlet: Outlet | None = None
    last_ping: float | None

    def _websocket_handler(self, ws: Any) -> list[Any]:
        self._wire, self.outlet = ws.ws, ws.ws.sock
        self.connected = self.upgraded = True
        waiting, self.queue = self.poll(), Unneeded()
        try:
            for packet in waiting:
                self.send(packet)
            while (text := self._wire.receive()) is not None and not self.closed:
                self._take(text)
        except (ValueError, OSError):
            pass  # Nonsense, or gone: either way it ends here.
        except Exception:
            log.exception("a socket broke")  # Never with what was sent.
        self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
        self.server.sockets.pop(self.sid, None)  # The library's own clearing up is not reached.
        return []

    def _take(self, text: Any) -> None:
        """Work on one Engine.IO packet (protocol 4). Raises ValueError for what a client has no business sending."""
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
        """Write a packet at once; to who is gone, nothing."""
        if self.outlet is None:
            self.queue.put(packet)  # Still shaking hands.
        elif not self.closed:
            self.send_text(packet.encode())

    def send_text(self, text: str) -> None:
        """Write an encoded packet at once; to a socket that is closed, nothing."""
        if self.closed or self.outlet is None:
            return
        try:
            self.outlet.send(text_frame(text))
        except OSError:
            self.outlet.cut()

    def schedule_ping(self) -> None:
        """The answer to a ping is here; `pulse` asks again when it is time."""
        self.last_ping = None
        self.heard_at = time.time()

    def beat(self, at: float) -> None:
        """Ask whether the other side is there, if it is time; close when it did not answer."""
        if self.last_ping:
            if at - self.last_ping > self.server.ping_timeout:
                self.close(wait=False, reason=self.server.reason.PING_TIMEOUT)
        elif at - self.heard_at >= self.server.ping_interval:
            self.last_ping = at
            self.send(Packet(PING))

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: ARG002
        """Tell everybody concerned and end the connection; nothing is waited for."""
        super().close(wait=False, abort=abort, reason=reason)
        if self.outlet is not None:
            self.outlet.cut()


def pulse(eio: Any) -> None:
    """Ping whose time it is among a tenth of the sockets, the next tenth each time; called ten times a second.

    All at once would be answered all at once, and a frame to everybody would wait behind the answers.
    """
    at = time.time()
    for one in list(eio.sockets.values())[next(_tenth)::TENTHS]:
        if isinstance(one, Attended):
            one.beat(at)
