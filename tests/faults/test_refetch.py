"""A client that joins at any moment ends with the same state as a fresh fetch (catalogue 22 and 24)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dialogue.core.clock import now
from dialogue.core.record import Entry
from dialogue.core.transaction import transaction
from dialogue.live.streams.registry import MAX_BEHIND
from dialogue.rooms.contributions.events import ContributionSupported
from tests.faults.answers import get, page
from tests.faults.checker import Verdict, everybody_saw_the_same
from tests.faults.client import Client
from tests.faults.frames import run
from tests.faults.history import History
from tests.faults.picture import Picture, discussion, is_what_a_refetch_shows
from tests.faults.stage import Scene, Stage, all_there
from tests.faults.talk import Talk

Fault = Callable[..., None]
pytestmark = pytest.mark.usefixtures("nothing_is_logged")
FUTURE = 2**31 - 1  # An entry there will never be, as of another history: answered with how things are now.
WINDOW = 40  # contributions a new start and a page show


async def from_the_beginning(client: Client, room: str) -> None:
    """All entries, from the first."""
    await client.join(room, after=0)


async def from_now(client: Client, room: str) -> None:
    """Only what is still to come."""
    await client.join(room)


async def from_the_middle(client: Client, room: str) -> None:
    """What came after some entry."""
    newest = (await asyncio.to_thread(get_events, client, room, FUTURE))["seq"]
    await client.join(room, after=client.chance.randrange(newest))


async def from_a_snapshot(client: Client, room: str) -> None:
    """How things are now, and what comes then."""
    assert (await client.join(room, after=FUTURE))["reset"]


async def from_the_page(client: Client, room: str) -> None:
    """As a browser does: the page, and then what came after it."""
    client.picture = Picture.of_page(await asyncio.to_thread(page, f"{client.url}/rooms/{room}", client.token))
    client.last = client.picture.since
    await asyncio.sleep(client.chance.uniform(0, 0.1))
    await client.join(room, after=client.last)


async def anew_amid(client: Client, room: str) -> None:
    """Listening already, and then thrown back to a snapshot."""
    await client.join(room, after=0)
    await asyncio.sleep(client.chance.uniform(0, 0.3))
    assert (await client.join(room, after=FUTURE))["reset"]


WAYS: list[Callable[[Client, str], Awaitable[None]]] = [
    from_the_beginning, from_now, from_the_middle, from_a_snapshot, from_the_page, anew_amid]


def get_events(client: Client, room: str, after: int) -> Any:
    """One answer of the JSON door."""
    return get(f"{client.url}/api/v1/streams/{room}/events?after={after}", client.token)


def refetched(client: Client, room: str) -> list[Any]:
    """Fetch the whole record page by page."""
    answer = get_events(client, room, 0)
    entries = answer["events"]
    while answer["more"]:
        entries += (answer := get_events(client, room, answer["seq"]))["events"]
    return entries


async def come(client: Client, room: str, way: Callable[[Client, str], Awaitable[None]], within: float) -> Client:
    """Let a client join at some moment."""
    await asyncio.sleep(client.chance.uniform(0, within))
    await client.connect()
    await way(client, room)
    return client


async def look(client: Client, room: str, over: asyncio.Event) -> list[Picture]:
    """Ask for the snapshot and the page again and again. Returns all that was seen."""
    seen = []
    while not over.is_set():
        seen.append(Picture.of_snapshot(await asyncio.to_thread(get_events, client, room, FUTURE)))
        seen.append(Picture.of_page(await asyncio.to_thread(page, f"{client.url}/rooms/{room}", client.token)))
    return seen


async def talk_while_others_come(stage: Stage, scene: Scene, history: History, seed: int,
                                 ) -> tuple[list[Client], list[Picture]]:
    """Six talk, the chair hides, and people come in every way there is. Returns who listens, and what was looked at."""
    talk, over, room = Talk(), asyncio.Event(), scene.id
    speakers = await stage.clients(scene.members[:6], history, room, seed=seed)
    chair = await stage.client(scene.chair, history, seed=seed).connect()
    looking = asyncio.create_task(look(chair, room, over))
    hiding = asyncio.create_task(talk.until(over, chair))
    comers = [(stage.client(player, history, who=f"{player.person.name} {way.__name__} {seed}", seed=seed), way)
              for player in scene.members[6:] for way in WAYS]
    await asyncio.gather(*(talk.by(client, 15) for client in speakers),
                         *(come(client, room, way, within=1.5) for client, way in comers))
    over.set()
    await hiding
    return [*speakers, *(client for client, _way in comers)], await looking


def judge(verdict: Verdict, history: History, listening: list[Client], entries: list[Any]) -> None:
    """Assert that all clients saw the same entries and hold the resulting state."""
    verdict.check("I3", everybody_saw_the_same(history, entries))
    for client in listening:
        verdict.check("refetch", [f"{client.who}: {sentence}" for sentence
                                  in is_what_a_refetch_shows(client.picture, entries)])


def judge_looks(verdict: Verdict, looks: list[Picture], entries: list[Any]) -> None:
    """What was seen at some moment and the entries since come to the same."""
    for picture in looks:
        for entry in entries[picture.since:]:
            picture.apply(entry)
        verdict.check("refetch", is_what_a_refetch_shows(picture, entries))


def a_fresh_look(client: Client, room: str, entries: list[Any]) -> list[str]:
    """Whether the snapshot and the page of this moment show what these entries come to."""
    answer = get_events(client, room, FUTURE)
    shown = Picture.of_snapshot(answer), Picture.of_page(page(f"{client.url}/rooms/{room}", client.token))
    newest = sorted(discussion(entries).values(), key=lambda said: said["posted_seq"])
    wrong = [sentence for picture in shown for sentence in is_what_a_refetch_shows(picture, entries)]
    wrong += [] if answer["snapshot"]["contributions"] == newest[-WINDOW:] else ["the snapshot is another"]
    wrong += [] if answer["snapshot"]["earlier"] is (len(newest) > WINDOW) else ["it is wrong about earlier ones"]
    return wrong


def test_a_client_that_joins_amid_posts_holds_what_a_refetch_shows(
        stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    async def play(scene: Scene, seed: int) -> None:
        listening, looks = await talk_while_others_come(stage, scene, history, seed)
        entries = await asyncio.to_thread(refetched, listening[0], scene.id)
        await all_there(listening, entries[-1]["seq"])
        judge(verdict, history, listening, entries)
        judge_looks(verdict, looks, entries)
        verdict.check("refetch", await asyncio.to_thread(a_fresh_look, listening[0], scene.id, entries))
        fault("coming amid the talk", len(listening) - 6)
        fault("look amid the talk", len(looks))

    for n in range(20 if soak else 1):
        history.lines.clear()
        run(play(stage.scene(12), seed + n))


def test_a_client_that_joins_at_the_moment_of_a_post_receives_it(
        stage: Stage, history: History, verdict: Verdict, seed: int, soak: bool, fault: Fault) -> None:
    """And needs no later word to notice that one is missing."""

    async def at_some_moment(client: Client) -> None:
        await asyncio.sleep(client.chance.uniform(0, 0.02))

    async def speak(client: Client, n: int) -> int:
        await at_some_moment(client)
        return int((await client.post(f"Word {n}"))["seq"])

    async def come_again(client: Client, room: str) -> None:
        await client.ask("stream.leave", {"stream": room})
        await at_some_moment(client)
        await client.join(room, after=client.last)

    async def play(scene: Scene) -> None:
        speaker, *others = await stage.clients(scene.members, history, scene.id, seed=seed)
        for n in range(25):
            seq, *_ = await asyncio.gather(speak(speaker, n), *(come_again(client, scene.id) for client in others))
            await all_there([speaker, *others], seq)
        fault("join at the moment of a word", 25 * len(others))
        verdict.delivery(history, await asyncio.to_thread(refetched, speaker, scene.id))

    for _ in range(20 if soak else 1):
        history.lines.clear()
        run(play(stage.scene(8)))


def too_long_ago(stage: Stage, scene: Scene, _said: str) -> None:
    """All there is in the room happened more than a month ago."""
    with stage.world(), transaction() as tx:
        tx.session.execute(update(Entry).where(Entry.stream_id == scene.id).values(at=now() - timedelta(days=31)))


def too_much_since(stage: Stage, scene: Scene, said: str) -> None:
    """More has happened than is told entry by entry."""
    with stage.world(), transaction() as tx:
        tx.record_all([ContributionSupported(stream_id=scene.id, contribution_id=said)] * MAX_BEHIND)


@pytest.mark.parametrize("become", [too_long_ago, too_much_since])
def test_a_client_that_was_away_too_long_is_reset_amid_posts(
        stage: Stage, history: History, verdict: Verdict, seed: int, become: Callable[..., None], fault: Fault) -> None:
    scene = stage.scene(6)

    async def play() -> None:
        [away] = await stage.clients(scene.members[:1], history, scene.id, seed=seed)
        await Talk().by(away, 6)
        await away.close()
        await asyncio.to_thread(become, stage, scene, await say_one_thing(stage, scene))
        others = await stage.clients(scene.members[1:], history, seed=seed)
        await asyncio.gather(*(client.join(scene.id) for client in others))
        talk = Talk()
        talking = asyncio.gather(*(talk.by(client, 12) for client in others))
        await asyncio.sleep(0.2)
        await away.connect()
        assert (await away.join(scene.id, after=away.last))["reset"]
        await talking
        entries = await asyncio.to_thread(stage.entries, scene)
        await all_there([away, *others], entries[-1]["seq"])
        judge(verdict, history, [away, *others], entries)
        verdict.check("refetch", await asyncio.to_thread(a_fresh_look, away, scene.id, entries))

    run(play())
    fault(f"absence beyond what is told ({become.__name__})")


async def say_one_thing(stage: Stage, scene: Scene) -> str:
    """The chair says something and goes. Returns its id."""
    chair = await stage.client(scene.chair).connect()
    await chair.join(scene.id)
    said = await chair.post("While somebody is away")
    await chair.close()
    return str(said["id"])
