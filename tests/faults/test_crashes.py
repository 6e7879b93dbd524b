"""What was acknowledged is there after any crash, once (catalogue 1, 2, 10, 11 on one process, 14, 20, 25)."""

import asyncio
import itertools
import random
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.frames import Gone, run
from tests.faults.history import History
from tests.faults.stage import Player, Scene, Stage, all_there, until

Fault = Callable[..., None]
CHOICES = ("yes", "no", "abstain")
ON_THE_WIRE = 0.1  # seconds in which the last answers of a server arrive that is dead already


@dataclass
class Signs:
    """What is called out to those who talk and vote."""

    now: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until all clients act at once."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.now.wait(), seconds)


async def talk(client: Client, signs: Signs) -> None:
    """Say one thing after the other until told to stop, more slowly where the limits ask for it."""
    for n in itertools.count(1):
        if signs.over.is_set():
            return
        said = await client.post(f"{client.who} says {n}")
        await signs.pause(client.chance.uniform(0.02, 0.4) if said and said["ok"] else 2)


async def waver(client: Client, ballot: str, signs: Signs) -> None:
    """Vote again and again until told to stop, likewise."""
    while not signs.over.is_set():
        cast = await client.vote(ballot, client.chance.choice(CHOICES))
        await signs.pause(client.chance.uniform(0.05, 0.3) if cast and cast["ok"] else 2)


Nemesis = Callable[[Signs], Coroutine[Any, Any, None]]


def killed(stage: Stage, history: History, times: int, seed: int, polite: bool = False) -> Nemesis:
    """End the server at random moments while all clients act, and start it again."""
    chance = random.Random(seed)

    async def kill(signs: Signs) -> None:
        for _ in range(times):
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            signs.now.set()
            await asyncio.sleep(0)
            signs.now.clear()
            await asyncio.sleep(chance.uniform(0, 0.02))
            history.note("nemesis", "kill", "invoke")
            await asyncio.to_thread(stage.server.stop if polite else stage.server.kill)
            history.note("nemesis", "kill", "ok")
            await asyncio.to_thread(stage.server.start)
            await asyncio.sleep(0.5)

    return kill


def under_way(history: History, what: str) -> int:
    """How many deeds had begun when the server was killed and were not answered by the one that was killed."""
    begun = {line.about["key"]: line.at for line in history.of(what, "invoke")}
    ended = {line.about["key"]: line.at for line in history.of(what) if line.outcome != "invoke"}
    kills = zip(history.of("kill", "invoke"), history.of("kill", "ok"), strict=True)
    return sum(begun[key] < kill.at and ended[key] > dead.at + ON_THE_WIRE for kill, dead in kills for key in begun)


async def storm(stage: Stage, scene: Scene, history: History, seed: int, nemesis: Nemesis) -> None:
    """People talk and vote while the nemesis is at work; then all come to rest."""
    speakers = scene.members[:len(scene.members) // 2]
    voters = scene.members[len(speakers):]
    clients = await stage.clients([*speakers, *voters], history, scene.id, seed=seed)
    signs = Signs()
    staying = [asyncio.create_task(client.stay()) for client in clients]
    deeds = [asyncio.create_task(talk(client, signs)) for client in clients[:len(speakers)]]
    deeds += [asyncio.create_task(waver(client, scene.ballot, signs)) for client in clients[len(speakers):]]
    await nemesis(signs)
    signs.over.set()
    await asyncio.gather(*deeds)
    last = len(await asyncio.to_thread(stage.entries, scene))
    await all_there(clients, last)
    for task in staying:
        task.cancel()


def judge(stage: Stage, scene: Scene, history: History, verdict: Verdict) -> None:
    """I1 to I6, and that the file is whole."""
    assert any(history.of("post", "ok"))
    assert any(history.of("vote", "ok"))
    verdict.delivery(history, stage.entries(scene))
    verdict.votes(history, stage.close_ballot(scene), stage.votes(scene.ballot))
    with sqlite3.connect(stage.server.folder / "dialogue.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_nothing_acknowledged_is_lost_to_kill_9(
        mortal_stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    times = 100 if soak else 2
    scene = mortal_stage.scene(24)
    mortal_stage.open_ballot(scene)
    mortal_stage.server.start()
    run(storm(mortal_stage, scene, history, seed, killed(mortal_stage, history, times, seed)))
    cut_off = {what: under_way(history, what) for what in ("post", "vote")}
    assert min(cut_off.values()) >= times, f"under way when it was killed: {cut_off}"
    fault("kill -9", times)
    fault("post amid a kill -9", cut_off["post"])
    fault("vote amid a kill -9", cut_off["vote"])
    judge(mortal_stage, scene, history, verdict)


def test_a_polite_end_loses_no_acknowledged_word(
        mortal_stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    times = 20 if soak else 1
    scene = mortal_stage.scene(16)
    mortal_stage.open_ballot(scene)
    mortal_stage.server.start()
    run(storm(mortal_stage, scene, history, seed, killed(mortal_stage, history, times, seed, polite=True)))
    fault("SIGTERM", times)
    judge(mortal_stage, scene, history, verdict)


def test_what_was_written_but_not_acknowledged_is_answered_the_same_when_sent_again(
        mortal_stage: Stage, history: History, fault: Fault) -> None:
    scene = mortal_stage.scene(2)
    ballot = mortal_stage.open_ballot(scene)
    mortal_stage.server.start()

    async def play() -> None:
        await hang_up_on(scene.members[0])
        await until(lambda: bool(mortal_stage.votes(ballot)) and spoken() == 1)
        await asyncio.to_thread(mortal_stage.server.kill)
        await asyncio.to_thread(mortal_stage.server.start)
        client = mortal_stage.client(scene.members[0], history)
        await (await client.connect()).join(scene.id, after=0)
        said, cast = await client.post("Written", key="said"), await client.vote(ballot, "yes", key="cast")
        assert (said["ok"], said["seq"]) == (True, client.last)
        assert cast["receipt"] == (await client.vote(ballot, "yes", key="cast"))["receipt"]

    async def hang_up_on(player: Player) -> None:
        """Send a post and a vote, and be gone before either is answered."""
        client = mortal_stage.client(player, history)
        await (await client.connect()).join(scene.id, after=0)
        post = {"stream": scene.id, "key": "said", "text": "Written"}
        sent = [asyncio.create_task(client.ask("contribution.post", post)),
                asyncio.create_task(client.ask("ballot.cast", {"ballot": ballot, "key": "cast", "choice": "yes"}))]
        await asyncio.sleep(0)
        await client.close()
        assert all(isinstance(end, Gone) for end in await asyncio.gather(*sent, return_exceptions=True))

    def spoken() -> int:
        return sum(entry["kind"] == "contribution.posted" for entry in mortal_stage.entries(scene))

    run(play())
    fault("kill -9 between commit and second try")
    assert spoken() == 1
    assert len(mortal_stage.votes(ballot)) == 1


def test_a_client_that_was_away_catches_up_completely(
        stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    scene = stage.scene(20 if soak else 10)

    async def play() -> None:
        away, *others = await stage.clients(scene.members, history, scene.id, seed=seed)
        await away.close()
        for n in range(28):
            await asyncio.gather(*(client.post(f"{client.who} meanwhile {n}") for client in others))
        await away.connect()
        await away.join(scene.id, after=away.last)
        await all_there([away, *others], len(await asyncio.to_thread(stage.entries, scene)))

    run(play())
    fault("absence of hundreds of entries")
    verdict.delivery(history, stage.entries(scene))


def test_a_client_ahead_of_the_record_is_reset(stage: Stage, history: History, verdict: Verdict,
                                                         fault: Fault) -> None:
    """As after an older copy of the database was restored."""
    scene = stage.scene(2)

    async def play() -> None:
        ahead, other = await stage.clients(scene.members, history, scene.id)
        assert (await other.post("All there is"))["ok"]
        answer = await ahead.join(scene.id, after=100_000)
        assert answer["reset"]
        assert answer["snapshot"]["contributions"][-1]["posted_seq"] == answer["seq"]
        said = await other.post("And what comes")
        await all_there([ahead, other], said["seq"])

    run(play())
    fault("number from another history")
    verdict.delivery(history, stage.entries(scene))


def test_all_clients_are_back_soon_after_a_restart(
        mortal_stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    windows, people = 16, 125 if soak else 12
    scene = mortal_stage.scene(people)
    mortal_stage.server.start()

    async def play() -> None:
        clients = [mortal_stage.client(player, history, who=f"{player.person.name} {n}", seed=seed)
                   for player in scene.members for n in range(windows)]
        for client in clients:
            await client.connect()
            await client.join(scene.id, after=0)
        await asyncio.to_thread(mortal_stage.server.kill)
        await asyncio.to_thread(mortal_stage.server.start)
        staying = [asyncio.create_task(client.stay()) for client in clients]
        said = await clients[0].post("We are back")
        await all_there(clients, said["seq"])
        for task in staying:
            task.cancel()

    run(play())
    fault("reconnect at the same moment", people * windows)
    verdict.delivery(history, mortal_stage.entries(scene))
