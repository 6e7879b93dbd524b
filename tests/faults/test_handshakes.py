"""Who may open a socket, and how: another way in is no way in (catalogue 36, 44)."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.client import TurnedAway
from tests.faults.frames import UPGRADE, RawSocket, Refused, run
from tests.faults.stage import Scene, Stage

pytestmark = pytest.mark.usefixtures("nothing_is_logged")
Fault = Callable[..., None]


@pytest.fixture(scope="module")
def scene(stage: Stage) -> Scene:
    """One room for this file."""
    return stage.scene(2)


FOREIGN = ["http://evil.example", "null", "http://localhost:1", "https://localhost", "file://"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_origin_is_refused_whatever_it_brings(
        stage: Stage, scene: Scene, origin: str, fault: Fault) -> None:
    async def play() -> None:
        for player in (None, scene.members[0]):
            with pytest.raises(Refused):
                await stage.client(player, origin=origin).connect()

    run(play())
    fault("foreign origin", 2)


@pytest.mark.parametrize("origin", [None, ""])
def test_without_an_origin_only_a_token_opens(
        stage: Stage, scene: Scene, origin: str | None, fault: Fault) -> None:
    async def play() -> None:
        with pytest.raises(TurnedAway):
            await stage.client(None, origin=origin).connect()
        assert (await stage.client(scene.members[0], origin=origin).connect()).is_connected
        assert (await stage.client(None, origin=stage.url).connect()).is_connected

    run(play())
    fault("absent origin")


@pytest.mark.parametrize("path", [
    "/socket.io/", UPGRADE.replace("EIO=4", "EIO=3"), UPGRADE.replace("websocket", "polling"), f"{UPGRADE}&sid=made-up",
    f"{UPGRADE}&j=x", f"{UPGRADE}&j=0", UPGRADE.replace("websocket", "webtransport")])
def test_another_way_in_is_refused(stage: Stage, path: str, fault: Fault) -> None:
    async def play() -> None:
        with suppress(Refused):
            socket = await RawSocket.open(stage.url, origin=stage.url, path=path)
            assert path.endswith("&j=0"), "only an index nobody uses may be ignored"
            await socket.close()

    run(play())
    fault("other handshake")


@pytest.mark.parametrize("headers", [("Sec-WebSocket-Version: 12",), ("Sec-WebSocket-Extensions: x; y=\x01",),
                                     ("Sec-WebSocket-Protocol: ,,,",)])
@pytest.mark.parametrize("key", ["", "not base64", "dG9vIHNob3J0"])
def test_a_broken_handshake_is_refused(
        stage: Stage, key: str, headers: tuple[str, ...], fault: Fault) -> None:
    async def play() -> None:
        with suppress(Refused):
            socket = await RawSocket.open(stage.url, origin=stage.url, key=key, headers=headers)
            await socket.close()

    run(play())
    fault("broken handshake")


@pytest.mark.parametrize("offer", ["permessage-deflate", "permessage-deflate; client_max_window_bits"])
def test_compression_is_never_agreed_to(stage: Stage, offer: str, fault: Fault) -> None:
    async def play() -> None:
        socket = await RawSocket.open(stage.url, origin=stage.url, headers=(f"Sec-WebSocket-Extensions: {offer}",))
        assert "sec-websocket-extensions" not in socket.head.lower()

    run(play())
    fault("offer of compression")
