"""Bodies that are too large or never end: refused, not read on and on."""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.app_server import AppServer

ENDLESS = 10**10
GIVEN_UP_BEFORE = 32_000_000  # Bytes: what fits into both ends' buffers is far less.
PIECE = b"a=&" * 10_000
HEAD = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def answered(server: AppServer, head: str, piece: bytes) -> tuple[bytes, int]:
    """What a client that sends pieces until the server hangs up is answered first, and how much it could send."""
    parts = urlsplit(server.url)
    sent = 0
    with socket.create_connection(("127.0.0.1", parts.port or 0), timeout=30) as line:
        line.sendall(head.encode())
        try:
            while sent < GIVEN_UP_BEFORE:
                line.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            return line.recv(100), sent
        except ConnectionResetError:
            return b"", sent


@pytest.mark.parametrize(("head", "piece"), [
    (f"Content-Length: {ENDLESS}\r\n\r\n", PIECE),
    ("Transfer-Encoding: chunked\r\n\r\n", f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n")])
def test_a_body_without_end_is_not_read_without_end(
        serve: Callable[..., AppServer], head: str, piece: bytes) -> None:
    server = serve()
    for method in ("POST", "GET"):
        _answer, sent = answered(server, HEAD.replace("POST", method) + head, piece)
        assert sent < GIVEN_UP_BEFORE


def test_a_body_somewhat_too_large_is_answered_before_the_line_is_closed(serve: Callable[..., AppServer]) -> None:
    server = serve()
    body = PIECE * 3
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0), timeout=30) as line:
        line.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert line.recv(100).startswith(b"HTTP/1.1 413")
