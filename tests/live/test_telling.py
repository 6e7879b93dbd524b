"""A frame to many, while some of them leave and strangers take the numbers of their sockets."""

from collections.abc import Iterator

import pytest
from gevent import socket as sockets

from dialogue.core.record import Audience
from dialogue.live.connections import Connection, connections
from dialogue.live.streams import broadcaster
from dialogue.live.streams.registry import Subscription
from dialogue.live.transport.frames import message
from dialogue.live.transport.writer import SocketWriter
from tests.live.test_writer import assert_nothing_to_read

STREAM = "a-stream"
NEWS = message("news", {})


class Listener:
    """A subscriber of a stream, and the frames it received."""

    def __init__(self, sid: str, audience: Audience = Audience.MEMBERS) -> None:
        self.sid = sid
        ours, self._theirs = sockets.socketpair()
        self._theirs.setblocking(False)
        self.writer = SocketWriter(ours)
        connections().add(Connection(sid, writer=self.writer))
        connections().subscribe(sid, STREAM, Subscription(audience))

    def heard(self) -> int:
        """How many frames came in."""
        try:
            return self._theirs.recv(65536).count(b"42[")
        except BlockingIOError:
            return 0

    def leave(self) -> None:
        """Go, and give the socket's number back."""
        connections().drop(self.sid)
        self.writer.close()

    def close(self) -> None:
        """Leave nothing behind."""
        self.leave()
        self._theirs.close()


@pytest.fixture
def three() -> Iterator[list[Listener]]:
    """Three who listen."""
    found = [Listener(sid) for sid in "abc"]
    yield found
    for listener in found:
        listener.close()


def test_each_listener_receives_it_once(three: list[Listener]) -> None:
    broadcaster.tell(STREAM, Audience.MEMBERS, NEWS)
    assert [listener.heard() for listener in three] == [1, 1, 1]
    broadcaster.tell(STREAM, Audience.PUBLIC, NEWS)
    assert [listener.heard() for listener in three] == [0, 0, 0]


@pytest.mark.parametrize("with_goodbye", [True, False])
def test_who_takes_the_number_of_one_who_left_meanwhile_hears_nothing(
        three: list[Listener], monkeypatch: pytest.MonkeyPatch, *, with_goodbye: bool) -> None:
    strangers: list[sockets.socket] = []

    def meanwhile() -> None:
        if not strangers:
            number = three[1].writer.number
            three[1].leave() if with_goodbye else three[1].writer.close()
            strangers.extend(sockets.socketpair())
            assert number in {end.fileno() for end in strangers}

    monkeypatch.setattr(broadcaster, "AT_A_STRETCH", 1)
    monkeypatch.setattr(broadcaster, "yield_now", meanwhile)
    broadcaster.tell(STREAM, Audience.MEMBERS, NEWS)
    assert [three[0].heard(), three[2].heard()] == [1, 1]
    for end in strangers:
        assert_nothing_to_read(end)
    for end in strangers:
        end.close()


def test_who_only_stopped_listening_meanwhile_hears_no_more(
        three: list[Listener], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcaster, "AT_A_STRETCH", 1)
    monkeypatch.setattr(broadcaster, "yield_now", lambda: connections().unsubscribe("c", STREAM))
    broadcaster.tell(STREAM, Audience.MEMBERS, NEWS)
    assert [listener.heard() for listener in three] == [1, 1, 0]
