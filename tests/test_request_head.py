"""Header fields at the embedded server: what is accepted, and what is refused because it can be read in two ways."""

import io
import socket
from collections.abc import Callable

import pytest

from dialogue.server.request_head import FIELDS, LINE, RequestHead
from tests.app_server import AppServer


def head(text: bytes) -> RequestHead:
    """Read these lines as the fields of a request."""
    return RequestHead(io.BytesIO(text + b"\r\n"))


def test_fields_are_found_in_any_case_and_kept_in_order() -> None:
    read = head(b"Host: example.org\r\nACCEPT:a/b\r\nX-Two: 1\r\nx-two: \xe9 \t\r\n")
    assert read.status == ""
    assert (read.get("host"), read.get("Accept"), read.get("x-two"), read.get("none")) == (
        "example.org", "a/b", "1", None)
    assert read.fields[-1] == ("x-two", "\xe9")


@pytest.mark.parametrize("lines", [
    b"Content-Length: 3\r\nContent-Length: 3\r\n", b"Host: a\r\nhost: b\r\n",
    b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: +3\r\n", b"Content-Length: 1_0\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: identity\r\n",
    b"Content-Length: \r\n", b"Content-Length : 3\r\n", b"A: 1\r\n folded\r\n", b"no colon\r\n", b": nameless\r\n",
    b"A: 1\rB: 2\r\n", b"A: \x00\r\n", b"\xc3\xa9: 1\r\n", b"A: " + b"x" * LINE + b"\r\n", b"A: 1\r\n" * (FIELDS + 1)])
def test_a_head_that_two_servers_could_read_differently_is_refused(lines: bytes) -> None:
    assert head(lines).status


def test_a_head_that_ends_early_is_refused() -> None:
    assert RequestHead(io.BytesIO(b"Host: a\r\nAcc")).status


def test_as_many_fields_as_allowed_are_read() -> None:
    assert head(b"A: 1\r\n" * FIELDS).status == ""


@pytest.mark.parametrize(("lines", "status"), [
    ("Host: localhost\r\n", b"200"), ("Host: localhost\r\nX_Forwarded: 1\r\n", b"200"),
    ("Host: localhost\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n", b"400"),
    ("Host: localhost\r\nA : 1\r\n", b"400")])
def test_the_server_answers_400_to_a_bad_head(serve: Callable[..., AppServer], lines: str, status: bytes) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", int(server.env["PORT"])), timeout=30) as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\n{lines}\r\n".encode())
        assert connection.recv(4096).split()[1] == status


def test_a_form_in_chunks_is_answered(serve: Callable[..., AppServer]) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", int(server.env["PORT"])), timeout=30) as connection:
        connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\n\r\n3\r\na=b\r\n0\r\n\r\n")
        status = connection.recv(4096).split()[1]
    assert status != b"500"
    assert "TypeError" not in (server.folder / "server.log").read_text()
