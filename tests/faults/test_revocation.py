"""A room's entries reach its members only, and no former member (catalogue 37, 45)."""

import asyncio
from collections.abc import Callable

import pytest

from dialogue.accounts.directory import actions as directory
from dialogue.accounts.profile.actions import revoke_token
from dialogue.core.attribution import Capacity
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import Access, RoomRole
from tests.faults.answers import get
from tests.faults.checker import Verdict, nobody_else_heard
from tests.faults.client import TurnedAway
from tests.faults.frames import Gone, run
from tests.faults.history import History
from tests.faults.stage import Player, Scene, Stage, all_there, until
from tests.faults.stopwatch import Stopwatch

Fault = Callable[..., None]
DEAF_WITHIN = 5.0  # seconds, as docs/protocol.md says


def test_a_stranger_receives_nothing_and_is_answered_not_found(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(2)
    outsiders = [stage.player(lambda world: world.person(name="Stranger")),
                 stage.player(lambda world: world.revoked(scene.room)),
                 stage.player(lambda world: world.member(scene.room, entered=False))]

    async def play() -> None:
        strangers = [stage.client(player, history, who=f"outside {n}") for n, player in enumerate(outsiders)]
        strangers.append(stage.client(None, history, who="outside 3", origin=stage.url))
        for client in strangers:
            await client.connect()
            refused = await client.join(scene.id, after=0)
            assert refused["error"] == (await client.join("A" * 22))["error"], "as if there were none"
            refused = await asyncio.to_thread(
                get, f"{stage.url}/api/v1/streams/{scene.id}/events", client.token)
            assert refused["error"]["code"] == "not_found"
        speaker, listener = await stage.clients(scene.members, history, scene.id)
        said = await speaker.post("Among ourselves")
        await all_there([listener], said["seq"])
        await asyncio.sleep(1.2)  # Presence goes out within a second.
        verdict.check("I9", nobody_else_heard(history, [client.who for client in strangers]))

    run(play())
    fault("join of a foreign room", 4)


def sign_out(stage: Stage, scene: Scene, out: Player) -> None:
    """Revoke the token of a client."""
    tokens = stage.rows("SELECT id FROM access_token WHERE person_id = :id", id=out.person.id)
    with stage.world():
        revoke_token(out.person, tokens[0]["id"])


def disable(stage: Stage, scene: Scene, out: Player) -> None:
    """Shut the account."""
    with stage.world() as world:
        directory.disable(world.convenor, out.person.id)


def remove(stage: Stage, scene: Scene, out: Player) -> None:
    """Take the place away."""
    with stage.world() as world:
        rooms.remove(world.convenor, scene.id, member_id=out.person.id)


@pytest.mark.parametrize("loss", [sign_out, disable, remove])
def test_a_removed_member_neither_receives_nor_posts_after_five_seconds(
        stage: Stage, history: History, verdict: Verdict, fault: Fault,
        loss: Callable[[Stage, Scene, Player], None]) -> None:
    scene = stage.scene(3)

    async def play() -> None:
        out, speaker, listener = await stage.clients(scene.members, history, scene.id)
        await asyncio.to_thread(loss, stage, scene, scene.members[0])
        watch = Stopwatch(stage.server.pid)
        await until(lambda: "evicted" in {event for event, _payload in out.heard})
        assert watch.seconds() < DEAF_WITHIN
        heard = len(out.heard)
        history.lines = [line for line in history.lines if line.who != out.who]
        said = await speaker.post("Among ourselves")
        await all_there([listener], said["seq"])
        await asyncio.sleep(1.2)
        verdict.check("I9", nobody_else_heard(history, [out.who]))
        assert len(out.heard) == heard
        try:
            refused = await out.ask("contribution.post", {"stream": scene.id, "key": "late", "text": "Me too"})
            assert refused["error"]["code"] in ("not_found", "not_signed_in")
        except (Gone, TimeoutError):
            assert loss is not remove, "who lost one room keeps the connection"
        if loss is not remove:
            with pytest.raises(TurnedAway):
                await stage.client(scene.members[0], history).connect()

    run(play())
    fault(f"open socket of somebody out ({loss.__name__})")


def test_a_dismissed_convenor_loses_the_seat_in_an_invited_hall(
        stage: Stage, history: History, fault: Fault) -> None:
    appointed = stage.player(lambda world: world.person(name="Appointed"))
    with stage.world() as world:
        hall = world.hall(access=Access.INVITED)
        directory.appoint_convenor(world.convenor, appointed.person.id)

    def dismiss() -> None:
        with stage.world() as world:
            directory.dismiss_convenor(world.convenor, appointed.person.id)

    async def play() -> None:
        client = stage.client(appointed, history)
        await client.connect()
        assert (await client.join(hall.id))["ok"]
        await asyncio.to_thread(dismiss)
        watch = Stopwatch(stage.server.pid)
        await until(lambda: ("evicted", {"reason": "removed", "stream": hall.id}) in client.heard)
        assert watch.seconds() < DEAF_WITHIN
        assert (await client.join(hall.id))["error"]["code"] == "not_found"
        await client.close()

    run(play())
    fault("loss of the convenor's role with an open socket")


def test_a_member_made_observer_still_listens_and_cannot_post(
        stage: Stage, history: History, fault: Fault) -> None:
    scene = stage.scene(2)

    def demote() -> None:
        with stage.world() as world:
            rooms.change_place(world.convenor, scene.id, member_id=scene.members[0].person.id,
                               role=RoomRole.OBSERVER, actor_id=None, capacity=Capacity.PERSONAL, may_vote=False)

    async def play() -> None:
        client, _other = await stage.clients(scene.members, history, scene.id)
        assert (await client.post("May I"))["ok"]
        await asyncio.to_thread(demote)
        refused = await client.ask("contribution.post", {"stream": scene.id, "key": "late", "text": "And now"})
        assert refused["error"]["code"] == "not_permitted"

    run(play())
    fault("loss of a role with an open socket")
