"""With libraries we do not know the library's own transport carries the same conversation."""

import sys
from collections.abc import Callable

from tests.faults.checker import Verdict
from tests.faults.frames import RawSocket, run
from tests.faults.history import History
from tests.faults.stage import Stage, all_there

STRANGE = """
import gevent.monkey; gevent.monkey.patch_all()
from dialogue.live.transport import engine
engine.PROVEN = {"wsproto": "of another time"}
from dialogue.server import embedded
embedded.serve()
"""
Fault = Callable[..., None]


def test_without_our_transport_the_same_is_said_and_heard(
        mortal_stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = mortal_stage.scene(4)
    mortal_stage.server.command = lambda: [sys.executable, "-c", STRANGE]  # type: ignore[method-assign]
    mortal_stage.server.start()

    async def play() -> None:
        offering = await RawSocket.open(mortal_stage.url, origin=mortal_stage.url,
                                        headers=("Sec-WebSocket-Extensions: permessage-deflate",))
        assert "sec-websocket-extensions" not in offering.head.lower()
        await offering.close()
        clients = await mortal_stage.clients(scene.members, history, scene.id)
        said = [await client.post(f"{client.who} says so") for client in clients]
        await all_there(clients, max(answer["seq"] for answer in said))

    run(play())
    fault("unknown libraries")
    verdict.delivery(history, mortal_stage.entries(scene))
    assert "their own, slower transport is used" in (mortal_stage.server.folder / "server.log").read_text()
