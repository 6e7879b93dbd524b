"""Whatever races: one vote a voter, the tally is what was acknowledged in time (catalogue 26 to 28, 30)."""

import asyncio
import json
from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.faults.checker import CHOICES, Verdict, one_vote_a_voter
from tests.faults.client import Client
from tests.faults.frames import PATIENCE, run
from tests.faults.history import History, Line, Outcome
from tests.faults.stage import Scene, Stage

Fault = Callable[..., None]
A_SCENE = 6  # ballots for the same voters, and each may press 120 times a minute


def close(stage: Stage, scene: Scene, ballot: str) -> int:
    """The chair closes the ballot over HTTP; returns the status."""
    request = Request(f"{stage.url}/api/v1/ballots/{ballot}/close", method="POST", data=b"{}",
                      headers={"Authorization": f"Bearer {scene.chair.token}", "Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            assert json.load(answer)["ok"]
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code


def judge(stage: Stage, history: History, verdict: Verdict, ballot: str) -> None:
    """I5 to I7 for one closed ballot."""
    stored = stage.ballot(ballot)
    assert stored["state"] == "closed"
    verdict.votes(history, stored, stage.votes(ballot))


def test_one_voter_who_votes_a_hundred_times_at_once_counts_once(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(2)
    ballot = stage.open_ballot(scene)
    per_window = 25  # Within the limit of presses a person has.

    async def play() -> None:
        windows = [stage.client(scene.members[0], history, who="voter") for _ in range(4)]
        await asyncio.gather(*(window.connect() for window in windows))
        answers = await asyncio.gather(*(
            window.vote(ballot, CHOICES[n // 2 % 3], key=f"key-{n // 2}-{w}")  # Each press twice, at the same time.
            for w, window in enumerate(windows) for n in range(per_window)))
        assert [answer for answer in answers if not answer["ok"]] == []
        assert len({answer["receipt"] for answer in answers}) == 4 * (per_window + 1) // 2

    run(play())
    fault("vote of one voter at once", 4 * per_window)
    stored = stage.close_ballot(scene)
    assert sum(stored[choice] for choice in CHOICES) == 1
    assert len(stage.votes(ballot)) == 1
    verdict.check("I5", one_vote_a_voter(history, stage.votes(ballot)))


def test_votes_that_race_the_closing_count_exactly_when_they_were_acknowledged(
        stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    rounds = 1000 if soak else 12
    for first in range(0, rounds, A_SCENE):
        scene = stage.scene(8)
        ballots = [stage.open_ballot(scene) for _ in range(min(A_SCENE, rounds - first))]
        run(race(stage, scene, ballots, history, seed + first))
        for ballot in ballots:
            judge(stage, history, verdict, ballot)
    raced = {outcome: list(amid_the_closing(history, outcome)) for outcome in ("ok", "fail")}
    assert raced["ok"], "votes that were sent while the ballot was being closed, and came in time"
    assert raced["fail"], "… and those that did not"
    fault("vote racing the closing", len(raced["ok"]) + len(raced["fail"]))


async def race(stage: Stage, scene: Scene, ballots: list[str], history: History, seed: int) -> None:
    """Let all electors vote until the chair closes, ballot after ballot."""
    clients = await stage.clients(scene.members, history, seed=seed)

    async def insist(client: Client, ballot: str, begun: asyncio.Event) -> None:
        await asyncio.sleep(client.chance.uniform(0, 0.02))
        while (answer := await client.vote(ballot, client.chance.choice(CHOICES)))["ok"]:
            begun.set()
            await asyncio.sleep(client.chance.uniform(0, 0.02))
        assert answer["error"]["code"] == "conflict"

    async def closing(ballot: str, begun: asyncio.Event) -> None:
        await begun.wait()
        await asyncio.sleep(clients[0].chance.uniform(0, 0.015))
        history.note("chair", "close", "invoke", ballot=ballot)
        assert await asyncio.to_thread(close, stage, scene, ballot) == 200
        history.note("chair", "close", "ok", ballot=ballot)

    for ballot in ballots:
        begun = asyncio.Event()
        await asyncio.gather(closing(ballot, begun), *(insist(client, ballot, begun) for client in clients))


def amid_the_closing(history: History, outcome: Outcome) -> Iterator[Line]:
    """The votes that were sent while their ballot was being closed, and ended this way."""
    begun = {line.about["ballot"]: line.at for line in history.of("close", "invoke")}
    over = {line.about["ballot"]: line.at for line in history.of("close", "ok")}
    sent = {line.about["key"]: line.at for line in history.of("vote", "invoke")}
    for line in history.of("vote", outcome):
        if begun[line.about["ballot"]] < sent[line.about["key"]] < over[line.about["ballot"]]:
            yield line


def test_the_last_acknowledged_vote_counts(stage: Stage, history: History, verdict: Verdict, seed: int,
                                           fault: Fault) -> None:
    scene = stage.scene(10)
    ballot = stage.open_ballot(scene)

    async def play() -> None:
        clients = await stage.clients(scene.members, history, seed=seed)
        for _ in range(8):
            await asyncio.gather(*(client.vote(ballot, client.chance.choice(CHOICES)) for client in clients))

    run(play())
    fault("changed vote", 70)
    assert close(stage, scene, ballot) == 200
    judge(stage, history, verdict, ballot)


def test_ten_closings_at_once_fix_one_result(
        stage: Stage, history: History, verdict: Verdict, fault: Fault) -> None:
    scene = stage.scene(6)
    ballot = stage.open_ballot(scene)

    async def play() -> None:
        clients = await stage.clients(scene.members, history)
        await asyncio.gather(*(client.vote(ballot, "yes") for client in clients))
        answers = await asyncio.gather(*(asyncio.to_thread(close, stage, scene, ballot) for _ in range(10)))
        assert sorted(answers) == [200] + [409] * 9
        stored = await asyncio.to_thread(stage.ballot, ballot)
        history.note("chair", "result", "ok", ballot=ballot, **{choice: stored[choice] for choice in CHOICES})
        refused = await clients[0].vote(ballot, "no")
        assert refused["error"]["code"] == "conflict"

    run(play())
    fault("closing at the same moment", 10)
    judge(stage, history, verdict, ballot)
