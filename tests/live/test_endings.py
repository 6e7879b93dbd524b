"""Whatever way a socket ends, nothing of it stays; and what fails on the way is seen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from dialogue.live import idle_sockets
from dialogue.live.connections import Connection, connections
from dialogue.live.streams import broadcaster
from dialogue.live.transport.connection_limits import connection_counts
from dialogue.live.transport.engine import EngineSocket
from tests.live.conftest import ORIGIN, Socket
from tests.world import World

Connect = Callable[..., Socket]


@pytest.fixture
def carried(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A socket that shook hands and said nothing yet; `.closed` tells of it being closed."""
    server, closed = broadcaster.socket().server, []
    made = SimpleNamespace(closing=False, writer=None, closed=closed, writer_of_ours=object())
    with world.app.test_request_context("/", headers=ORIGIN) as request:
        monkeypatch.setitem(server.environ, "carried", request.request.environ)
    monkeypatch.setitem(server.eio.sockets, "carried", made)
    monkeypatch.setattr(server.eio, "disconnect", closed.append)
    monkeypatch.setattr(server, "_send_packet", lambda *_: None)
    with nothing_more_is_known():
        yield made
    assert server.manager.sid_from_eio_sid("carried", "/") is None


@contextmanager
def nothing_more_is_known() -> Iterator[None]:
    """Than before."""
    before = len(connections()), len(connection_counts())
    yield
    assert (len(connections()), len(connection_counts())) == before


def say(packet: str) -> None:
    """What the transport does with a message."""
    broadcaster.socket().server.eio.handlers["message"]("carried", packet)


def test_who_is_gone_when_the_database_answers_is_not_let_in(
        carried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(_connection: Connection) -> None:
        carried.closing = True

    monkeypatch.setattr(Connection, "person", slowly)
    say("0")


def test_a_failure_after_admission_leaves_no_trace_of_the_socket(
        carried: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(broadcaster.socket().server.manager, "connect", broken)
    say("0")
    assert carried.closed == ["carried"]
    assert [record.message for record in caplog.records] == ["a packet could not be processed"]


def test_a_connection_whose_socket_is_gone_is_forgotten(world: World, socket: Connect) -> None:
    room = world.room()
    with nothing_more_is_known():
        assert socket(world.member(room)).join(room.id)["ok"]  # Carried by nothing: there is no socket in a test.
        idle_sockets.reap()
    assert connections().in_stream(room.id) == []


def test_a_failing_packet_closes_its_socket_and_is_logged_without_its_words(
        carried: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(broadcaster.socket().server, "_handle_eio_message", broken)
    say('21["contribution.post",{"text":"private words"}]')
    assert carried.closed == ["carried"]
    (logged,) = caplog.records
    assert logged.exc_info
    assert "private" not in logged.getMessage()


def test_a_goodbye_that_fails_is_logged(
        world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    there = socket(world.member(world.room()))
    with monkeypatch.context() as patched:
        patched.setattr(connection_counts(), "leave", broken)
        there.client.disconnect()
    assert [record.message for record in caplog.records] == ["a socket could not be removed"]


def broken(*_: Any) -> None:
    """Fails as only a mistake of ours would."""
    raise LookupError("a mistake")


def test_a_socket_of_our_own_transport_is_written_to_by_its_writer(
        carried: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each frame would go through the library, which takes many times as long."""
    ours = EngineSocket.__new__(EngineSocket)
    ours.writer, ours.closed, ours.closing = carried.writer_of_ours, False, False
    monkeypatch.setitem(broadcaster.socket().server.eio.sockets, "carried", ours)
    added: list[Connection] = []
    monkeypatch.setattr(connections(), "add", added.append)
    say("0")
    assert [connection.writer for connection in added] == [carried.writer_of_ours]
    connection_counts().leave(added[0].sid)
    broadcaster.socket().server.disconnect(added[0].sid)
