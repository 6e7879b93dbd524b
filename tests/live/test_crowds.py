"""Limits on the sockets of one account and of the public of one address."""

from collections.abc import Callable, Iterator

import pytest
from limits import parse

from dialogue.accounts.profile.actions import make_token
from dialogue.core import limits
from dialogue.core.buckets import Buckets
from dialogue.core.errors import TooMany
from dialogue.live.transport import connection_limits as of
from dialogue.live.transport.connection_limits import ConnectionCounts, connection_counts
from tests.live.conftest import Socket
from tests.world import World

Connect = Callable[..., Socket]


@pytest.fixture(autouse=True)
def leave_afterwards() -> Iterator[None]:
    """Sockets of these tests are not hung up one by one."""
    yield
    for sid in list(connection_counts()._holders):
        connection_counts().leave(sid)


def test_a_person_holds_so_many_sockets_and_no_more(world: World, socket: Connect) -> None:
    _token, secret = make_token(world.person(), label="program", days=None, key="k")

    def connect() -> Socket:
        return socket(None, headers={}, auth={"token": secret})

    held = [connect() for _ in range(of.MAX_OF_ONE_ACCOUNT)]
    assert all(one.client.is_connected() for one in held)
    assert not connect().client.is_connected()
    assert socket(world.person()).client.is_connected()
    held[0].client.disconnect()
    assert connect().client.is_connected()


def test_the_public_of_an_address_holds_so_many_sockets_and_no_more() -> None:
    crowd = ConnectionCounts()
    for n in range(of.MAX_OF_ONE_ADDRESS):
        crowd.admit(str(n), None, "192.0.2.1")
    with pytest.raises(TooMany):
        crowd.admit("one more", None, "192.0.2.1")
    crowd.admit("elsewhere", None, "192.0.2.2")
    crowd.admit("somebody", "person", "192.0.2.1")


def test_who_was_refused_or_left_is_not_counted() -> None:
    crowd = ConnectionCounts()
    for n in range(of.MAX_OF_ONE_ACCOUNT):
        crowd.admit(str(n), "person", "192.0.2.1")
    for sid in ("never came", *map(str, range(of.MAX_OF_ONE_ACCOUNT)), "0"):
        crowd.leave(sid)
    assert len(crowd) == 0
    crowd.admit("again", "person", "192.0.2.1")


def test_the_public_of_an_address_is_counted_together(
        world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "public_address", parse("3 per minute"))
    answers = [socket().ask("stream.join", stream="agenda") for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True] * 3 + [False]
    assert answers[-1]["error"]["code"] == "too_many"
    assert socket(world.person()).ask("stream.join", stream="agenda")["ok"]


def test_repeated_public_connections_fill_no_memory(
        world: World, socket: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "public_address", parse("2 per minute"))
    limits._buckets.set(Buckets())
    answers = [socket().join("agenda") for _ in range(5)]
    assert [answer["ok"] for answer in answers] == [True, True, False, False, False]
    assert len(limits._buckets()._full_at) == 3, "the address, and the two sockets that were heard"
