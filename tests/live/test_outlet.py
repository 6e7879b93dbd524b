"""Bytes go out at once, in order, counted; whoever does not read is cut off."""

from collections.abc import Iterator

import gevent
import pytest
from gevent import socket as sockets

from dialogue.live.outlet import MOST_BEHIND, Outlet


def read_on(reader: sockets.socket, size: int) -> bytes:
    """Exactly so many bytes, or all there are before the end."""
    found = b""
    while len(found) < size and (more := reader.recv(65536)):
        found += more
    return found


@pytest.fixture
def ends() -> Iterator[tuple[Outlet, sockets.socket]]:
    """An outlet and who reads it."""
    ours, theirs = sockets.socketpair()
    yield Outlet(ours), theirs
    ours.close()
    theirs.close()
    gevent.sleep(0)  # Whoever was still sending learns of it.


def test_what_fits_goes_out_at_once(ends: tuple[Outlet, sockets.socket]) -> None:
    outlet, reader = ends
    outlet.send(b"one")
    outlet.send(b"two")
    assert outlet.behind == 0
    assert read_on(reader, 6) == b"onetwo"


def test_what_the_reader_leaves_lying_follows_in_order(ends: tuple[Outlet, sockets.socket]) -> None:
    outlet, reader = ends
    sent = b""
    while outlet.behind == 0:
        piece = bytes([len(sent) % 251]) * 40_000
        outlet.send(piece)
        sent += piece
    for n in range(3):
        outlet.send(bytes([n]) * 10)
        sent += bytes([n]) * 10
    assert outlet.behind > 30
    assert read_on(reader, len(sent)) == sent
    gevent.sleep(0.01)
    assert outlet.behind == 0


def test_who_is_too_far_behind_is_cut_off(ends: tuple[Outlet, sockets.socket]) -> None:
    outlet, reader = ends
    sent = 0
    while outlet.behind + 10_000 <= MOST_BEHIND:
        sent += outlet.send(bytes(10_000))
    outlet.send(bytes(10_000))
    assert outlet.behind == 0
    with pytest.raises(OSError, match=r"[Pp]ipe"):
        outlet.send(b"more")
    assert len(read_on(reader, sent)) < sent
