"""Posts reach all members once and in order over a faulty network (catalogue 16 to 19, 21 to 23)."""

import asyncio
from collections.abc import Callable

from tests.faults.checker import Verdict
from tests.faults.client import Client
from tests.faults.frames import run
from tests.faults.history import History
from tests.faults.stage import Scene, Stage, all_there
from tests.faults.stopwatch import Stopwatch

Fault = Callable[..., None]


async def say_much(clients: list[Client], each: int) -> None:
    """Let all clients post again and again, at once."""

    async def speak(client: Client) -> None:
        for n in range(each):
            assert (await client.post(f"{client.who} says {n}"))["ok"]

    await asyncio.gather(*(speak(client) for client in clients))


def judge(stage: Stage, scene: Scene, history: History, verdict: Verdict) -> None:
    """I1 to I4 against what is stored."""
    verdict.delivery(history, stage.entries(scene))


def test_the_same_press_a_hundred_times_is_one_deed(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(5)

    async def play() -> None:
        clients = await stage.clients(scene.members, history, scene.id)
        said = await asyncio.gather(*(c.post("Once and only once", key="one-key") for c in clients for _ in range(20)))
        assert [answer for answer in said if not answer["ok"]] == []
        assert len({answer["id"] for answer in said}) == 5
        await all_there(clients, max(answer["seq"] for answer in said))

    run(play())
    fault("same key again", 95)
    stored = [e for e in stage.entries(scene) if e["kind"] == "contribution.posted"]
    assert len(stored) == 5
    history.lines = [line for line in history.lines if line.what != "post"]  # One text of five people.
    judge(stage, scene, history, verdict)


def test_one_event_sent_a_hundred_times_is_one_vote(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(2)
    ballot = stage.open_ballot(scene)

    async def play() -> None:
        voter, listener = await stage.clients(scene.members, history, scene.id)
        answers = await asyncio.gather(*(voter.vote(ballot, "yes", key="one-key") for _ in range(100)))
        assert [answer for answer in answers if not answer["ok"]] == []
        assert len({answer["receipt"] for answer in answers}) == 1
        assert (await listener.post("What else there is"))["ok"]
        await all_there([voter, listener], len(stage.entries(scene)))

    run(play())
    fault("same event again", 99)
    [vote] = stage.rows("SELECT choice, changes FROM vote WHERE ballot_id = :id", id=ballot)
    assert vote == {"choice": "yes", "changes": 0}
    judge(stage, scene, history, verdict)
    verdict.votes(history, stage.close_ballot(scene), stage.votes(ballot))


def test_a_key_used_for_something_else_is_a_conflict(stage: Stage, history: History, fault: Fault) -> None:
    scene = stage.scene(1)

    async def play() -> None:
        [client] = await stage.clients(scene.members, history, scene.id)
        assert (await client.post("One thing", key="k"))["ok"]
        refusal = await client.post("Another thing", key="k")
        assert refusal["error"]["code"] == "conflict"
        assert (await client.post("One thing", key="k"))["ok"]

    run(play())
    fault("key for another body")


def test_a_lossy_reordering_network_shows_all_clients_the_same(
        stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    scene = stage.scene(12)

    async def play() -> None:
        clients = await stage.clients(scene.members, history, scene.id, seed=seed)
        for client in clients[::2]:
            client.shuffles = True
        for client in clients[::3]:
            client.loss = 0.1
        await say_much(clients[:6], 29 if soak else 12)
        await asyncio.gather(*(client.catch_up() for client in clients))
        await all_there(clients, len(stage.entries(scene)))

    run(play())
    fault("shuffled line", 6)
    fault("leaking line", 4)
    judge(stage, scene, history, verdict)


def test_many_posts_at_once_are_numbered_without_a_gap(
        stage: Stage, history: History, verdict: Verdict, soak: bool, fault: Fault) -> None:
    scene = stage.scene(36 if soak else 12)

    async def play() -> None:
        clients = await stage.clients(scene.members, history, scene.id)
        posts = [client.post(f"{client.who} at once {n}") for n in range(28) for client in clients]
        said = await asyncio.gather(*posts)
        assert [answer for answer in said if not answer["ok"]] == []
        await all_there(clients, max(answer["seq"] for answer in said))

    run(play())
    fault("post at the same moment", 28 * len(scene.members))
    judge(stage, scene, history, verdict)


def test_what_one_client_sends_without_waiting_is_done_in_its_order(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(2)

    async def play() -> None:
        clients = await stage.clients(scene.members, history, scene.id)
        said = await asyncio.gather(*(clients[0].post(f"Word {n}") for n in range(25)))
        seqs = [answer["seq"] for answer in said]
        assert seqs == sorted(seqs)
        await all_there(clients, seqs[-1])

    run(play())
    fault("post without waiting for the last", 25)
    judge(stage, scene, history, verdict)


def test_two_windows_of_one_person_show_the_same(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(2)

    async def play() -> None:
        windows = [stage.client(scene.members[0], history, who=f"window {n}") for n in (1, 2)]
        for window in windows:
            await (await window.connect()).join(scene.id, after=0)
        [other] = await stage.clients(scene.members[1:], history, scene.id)
        await say_much([*windows, other], 8)
        await all_there([*windows, other], len(stage.entries(scene)))

    run(play())
    fault("second window")
    judge(stage, scene, history, verdict)


def test_a_client_that_joins_during_posts_misses_none(
        stage: Stage, history: History, verdict: Verdict, seed: int, fault: Fault) -> None:
    scene = stage.scene(10)

    async def play() -> None:
        speakers = await stage.clients(scene.members[:4], history, scene.id)
        speaking = asyncio.create_task(say_much(speakers, 20))
        late = []
        for player in scene.members[4:]:
            await asyncio.sleep(speakers[0].chance.uniform(0, 0.05))
            late += await stage.clients([player], history, scene.id, seed=seed)
        await speaking
        await all_there([*speakers, *late], len(stage.entries(scene)))

    run(play())
    fault("join amid posts", 6)
    judge(stage, scene, history, verdict)


def test_the_first_word_after_a_start_is_heard_at_once(mortal_stage: Stage, history: History) -> None:
    scene = mortal_stage.scene(2)
    mortal_stage.server.start()

    async def play() -> None:
        clients = await mortal_stage.clients(scene.members, history, scene.id)
        said = await clients[0].post("Is anybody there?")
        watch = Stopwatch(mortal_stage.server.pid)
        await all_there(clients, said["seq"])
        assert watch.seconds() < 1, "it was sent when it was said, and not found by a look every two seconds"

    run(play())
