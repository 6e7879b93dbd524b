"""Requests at the embedded server: timeouts for what comes in, and answers sent at once."""

import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from gevent import Timeout
from gevent.pywsgi import WSGIHandler

from dialogue.server.request_head import RequestHead

log = logging.getLogger(__name__)
HEAD = 10.0  # Seconds for a request line and, after it, for the headers.
IDLE = 60.0  # Seconds between the requests of one connection.
UNREAD = 1_000_000  # Bytes of a refused body that are still taken, so that the refusal is heard.


class Handler(WSGIHandler):  # type: ignore[misc]
    """Closes connections that are too slow, without an answer; sends the head together with the body."""

    _held: bytearray | None = None

    def __init__(self, sock: Any, *connection: Any) -> None:
        super().__init__(sock, *connection)
        with suppress(OSError):  # No TCP socket.
            # Else a second write waits for the acknowledgement of the first, which the other side delays by 40 ms.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read_requestline(self) -> str:
        """The first line of a request. Raises TimeoutError, at which the server closes the connection."""
        with Timeout(HEAD if self.requestline is None else IDLE, TimeoutError()):
            return str(super().read_requestline())

    def read_request(self, raw_requestline: str) -> bool:
        """The headers. Raises TimeoutError, ValueError."""
        with Timeout(HEAD, TimeoutError()):
            return bool(super().read_request(raw_requestline))

    def MessageClass(self, stream: Any, *_more: Any) -> RequestHead:  # noqa: N802 - The library's name.
        """Read the header fields."""
        return RequestHead(stream)

    def _headers(self) -> Iterator[tuple[str, str]]:
        """The fields as WSGI names them. With an underscore, a name could pass for one with a hyphen."""
        for name, value in self.headers.fields:
            key = name.replace("-", "_").upper()
            if "_" not in name and key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                yield f"HTTP_{key}", value

    def run_application(self) -> None:
        """Answer; of a body that was not read, take a little more, then close the connection."""
        super().run_application()
        if not self.connection_upgraded and self._has_more_than(UNREAD):
            self.close_connection = True
            self.wsgi_input.chunked_input, self.wsgi_input.content_length = False, 0  # There is no more to discard.

    def _has_more_than(self, most: int) -> bool:
        taken = 0
        try:
            while taken <= most and (piece := self.wsgi_input.read(16_384)):
                taken += len(piece)
        except OSError:  # The client is gone, or sent what is no body.
            return True
        return taken > most

    def _handle_client_error(self, ex: Exception) -> Any:
        return None if isinstance(ex, TimeoutError) else super()._handle_client_error(ex)

    def log_error(self, _msg: str, *_args: object) -> None:
        """Say that a request could not be read; the library would quote it."""
        log.info("a request could not be read")

    def _write_with_headers(self, data: Any) -> None:
        self._held = bytearray()
        try:
            super()._write_with_headers(data)
        finally:
            held, self._held = self._held, None
        self._sendall(held)

    def _sendall(self, data: Any) -> None:
        if self._held is None:
            super()._sendall(data)
        else:
            self._held += data
