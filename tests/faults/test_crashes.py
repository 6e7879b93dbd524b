"""What was acknowledged is there after any crash, once (catalogue 1, 2, 10, 11 on one process, 14, 20, 25)."""

import asyncio
import itertools
import random
import sqlite3
from collections.abc import Callable

from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.frames import Gone, run
from tests.faults.history import History
from tests.faults.stage import Player, Scene, Stage, all_there, until

Fault = Callable[..., None]
CHOICES = ("yes", "no", "abstain")


async def talk(client: Client, until: asyncio.Event) -> None:
    """Say one thing after the other until told to stop, more slowly where the limits ask for it."""
    for n in itertools.count(1):
        if until.is_set():
            return
        said = await client.post(f"{client.who} says {n}")
        await asyncio.sleep(client.chance.uniform(0.02, 0.4) if said and said["ok"] else 2)


async def waver(client: Client, ballot: str, until: asyncio.Event) -> None:
    """Vote again and again until told to stop, likewise."""
    while not until.is_set():
        cast = await client.vote(ballot, client.chance.choice(CHOICES))
        await asyncio.sleep(client.chance.uniform(0.05, 0.3) if cast and cast["ok"] else 2)


async def killed(stage: Stage, times: int, chance: random.Random, polite: bool = False) -> None:
    """End the server at moments nobody knows, and start it again."""
    for _ in range(times):
        await asyncio.sleep(chance.uniform(0.3, 1.5))
        await asyncio.to_thread(stage.server.stop if polite else stage.server.kill)
        await asyncio.to_thread(stage.server.start)
        await asyncio.sleep(0.5)


async def storm(stage: Stage, scene: Scene, history: History, seed: int, nemesis: Callable[[], asyncio.Future[None]],
                ) -> None:
    """People talk and vote while the nemesis is at work; then all come to rest."""
    speakers = scene.members[:len(scene.members) // 2]
    voters = scene.members[len(speakers):]
    clients = await stage.clients([*speakers, *voters], history, scene.id, seed=seed)
    over = asyncio.Event()
    staying = [asyncio.create_task(client.stay()) for client in clients]
    deeds = [asyncio.create_task(talk(client, over)) for client in clients[:len(speakers)]]
    deeds += [asyncio.create_task(waver(client, scene.ballot, over)) for client in clients[len(speakers):]]
    await nemesis()
    over.set()
    await asyncio.gather(*deeds)
    last = len(await asyncio.to_thread(stage.entries, scene))
    await all_there(clients, last, within=30)
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
    nemesis = lambda: killed(mortal_stage, times, random.Random(seed))  # noqa: E731
    run(storm(mortal_stage, scene, history, seed, nemesis))
    fault("kill -9", times)
    judge(mortal_stage, scene, history, verdict)


def test_a_polite_end_loses_no_acknowledged_word(
        mortal_stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    times = 20 if soak else 1
    scene = mortal_stage.scene(16)
    mortal_stage.open_ballot(scene)
    mortal_stage.server.start()
    nemesis = lambda: killed(mortal_stage, times, random.Random(seed), polite=True)  # noqa: E731
    run(storm(mortal_stage, scene, history, seed, nemesis))
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


def test_whoever_was_away_comes_back_to_all_of_it(
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


def test_whoever_knows_of_more_than_there_is_begins_anew(stage: Stage, history: History, verdict: Verdict,
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


def test_everybody_is_back_soon_after_a_restart(
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
        await all_there(clients, said["seq"], within=30)
        for task in staying:
            task.cancel()

    run(play())
    fault("reconnect at the same moment", people * windows)
    verdict.delivery(history, mortal_stage.entries(scene))
