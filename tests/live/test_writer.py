"""Bytes are written at once, in order and counted; a reader that is too slow is closed."""

from collections.abc import Iterator

import gevent
import pytest
from gevent import socket as sockets

from dialogue.live.transport.writer import MAX_BEHIND, SocketWriter, closings, send_to_all


def read_on(reader: sockets.socket, size: int) -> bytes:
    """Exactly so many bytes, or all there are before the end."""
    found = b""
    while len(found) < size and (more := reader.recv(65536)):
        found += more
    return found


def assert_nothing_to_read(end: sockets.socket) -> None:
    """The socket is open, and silent."""
    end.setblocking(False)
    with pytest.raises(BlockingIOError):
        end.recv(1)


@pytest.fixture
def ends() -> Iterator[tuple[SocketWriter, sockets.socket]]:
    """An outlet and who reads it."""
    ours, theirs = sockets.socketpair()
    yield SocketWriter(ours), theirs
    ours.close()
    theirs.close()
    gevent.sleep(0)  # The sending greenlet notices it.


def test_what_fits_goes_out_at_once(ends: tuple[SocketWriter, sockets.socket]) -> None:
    writer, reader = ends
    writer.send(b"one")
    writer.send(b"two")
    assert writer.behind == 0
    assert read_on(reader, 6) == b"onetwo"


def test_what_the_reader_leaves_lying_follows_in_order(ends: tuple[SocketWriter, sockets.socket]) -> None:
    writer, reader = ends
    sent = b""
    while writer.behind == 0:
        piece = bytes([len(sent) % 251]) * 40_000
        writer.send(piece)
        sent += piece
    for n in range(3):
        writer.send(bytes([n]) * 10)
        sent += bytes([n]) * 10
    assert writer.behind > 30
    assert read_on(reader, len(sent)) == sent
    gevent.sleep(0.01)
    assert writer.behind == 0


def test_who_is_too_far_behind_is_cut_off(ends: tuple[SocketWriter, sockets.socket]) -> None:
    writer, reader = ends
    sent = 0
    while writer.behind <= MAX_BEHIND:
        sent += writer.send(bytes(10_000))
    assert writer.behind <= MAX_BEHIND + 10_000
    writer.send(bytes(10_000))
    assert writer.behind == 0
    with pytest.raises(OSError, match=r"[Pp]ipe"):
        writer.send(b"more")
    assert len(read_on(reader, sent)) < sent


def test_a_frame_larger_than_all_that_may_pile_up_reaches_who_reads(ends: tuple[SocketWriter, sockets.socket]) -> None:
    writer, reader = ends
    frame = bytes(range(200)) * 5000
    reading = gevent.spawn(read_on, reader, len(frame))
    gevent.sleep(0)
    writer.send(frame)
    assert writer.behind > MAX_BEHIND
    assert reading.get(timeout=10) == frame


def test_all_outlets_get_the_same_bytes_and_slow_ones_get_them_in_order() -> None:
    pairs = [sockets.socketpair() for _ in range(3)]
    outlets = [SocketWriter(ours) for ours, _ in pairs]
    late = b""
    while outlets[1].behind == 0:
        late += bytes(outlets[1].send(bytes(40_000)))
    pairs[2][1].close()
    for _ in range(2):
        send_to_all([writer.number for writer in outlets], b"news")
    assert read_on(pairs[0][1], 8) == b"newsnews"
    assert read_on(pairs[1][1], len(late) + 8) == late + b"newsnews"
    for writer, (_, theirs) in zip(outlets, pairs, strict=True):
        writer.close()
        theirs.close()
    gevent.sleep(0)


def test_a_number_is_nobodys_once_its_socket_is_closed() -> None:
    (ours, theirs), before = sockets.socketpair(), closings()
    writer = SocketWriter(ours)
    number = writer.number
    writer.close()
    assert closings() == before + 1
    others = sockets.socketpair()
    try:
        assert number in {end.fileno() for end in others}  # The system gives numbers again at once.
        send_to_all([writer.number], b"meant for somebody else")
        with pytest.raises(OSError, match="descriptor"):
            writer.send(b"meant for somebody else")
        assert theirs.recv(1) == b""
        for end in others:
            assert_nothing_to_read(end)
    finally:
        for end in (theirs, *others):
            end.close()
