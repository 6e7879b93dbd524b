"""Answers on a kept connection: sent at once, head and body in one segment."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from gevent.pywsgi import WSGIServer
from gunicorn.config import Config
from gunicorn.sock import TCPSocket

from dialogue.server.timeouts import Handler
from tests.app_server import AppServer

SEGMENTS_WITH_DATA = 152  # Where Linux' struct tcp_info keeps how many of them came in, as 32 bits.


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that listens on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def is_sent_at_once(accepted: socket.socket) -> bool:
    """Whether what is written to it does not wait for the acknowledgement of what was written before."""
    return bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_the_embedded_server_sends_answers_at_once(listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()):
        accepted, address = listener.accept()
        with closing(accepted):
            assert not is_sent_at_once(accepted)
            Handler(accepted, address, WSGIServer(listener))
            assert is_sent_at_once(accepted)


def test_a_handler_serves_a_socket_that_is_no_tcp_socket() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        assert Handler(ours, "", None).socket is ours


def test_a_gunicorn_worker_sends_answers_at_once() -> None:
    listening = TCPSocket(("127.0.0.1", 0), Config(), None)
    try:
        with socket.create_connection(listening.sock.getsockname()), closing(listening.sock.accept()[0]) as accepted:
            assert is_sent_at_once(accepted)
    finally:
        listening.close()


def segments(connection: socket.socket) -> int:
    """Count the segments with data that came in."""
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, SEGMENTS_WITH_DATA + 4)
    return int(struct.unpack_from("I", info, SEGMENTS_WITH_DATA)[0])


def answer_to(connection: socket.socket, path: str) -> bytes:
    """Ask for a page on a kept connection and read it to its end."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _end, body = read.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head


@pytest.mark.parametrize("path", ["/healthz", "/sign-in"])
def test_an_answer_on_a_kept_connection_is_one_segment(serve: Callable[..., AppServer], path: str) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", int(server.env["PORT"])), timeout=30) as connection:
        for _again in range(3):
            before = segments(connection)
            assert answer_to(connection, path).startswith(b"HTTP/1.1 200")
            assert segments(connection) == before + 1
