"""The single measurements of the live engine. Each serves afresh, loads, and returns figures by name."""

import statistics
import threading
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench import generator
from tests.bench.bare import Bare
from tests.bench.generator import Failed, Load
from tests.bench.ours import Ours, Running
from tests.bench.peer import Peer
from tests.bench.sampling import cpu_between, grown, look, watch
from tests.bench.storm import storm as live_through

WINDOW, SENDERS = 8, 20  # posts on their way at any time, and among how many people
RATE = 2  # posts a second in a hall that goes on steadily
BREATH = 0.1  # seconds between two pages
KEPT_PAGES = 200  # on one connection, one after the other
CHOICES = ("yes", "no", "abstain")  # in turn, as the generator casts them


class Kit(NamedTuple):
    """The generator and the core it keeps to."""

    program: Path
    core: int

    def load(self, running: Running, clients: int, **options: object) -> Load:
        """Load a server. Raises Failed."""
        return generator.run(self.program, self.core, port=running.port, stream=running.stream, clients=clients,
                             tokens=running.tokens, **options)


def deliveries(side: Ours | Peer, kit: Kit, clients: int, seconds: float) -> dict[str, float]:
    """As many posts as go through, to so many listeners."""
    with side.serve(stored=False) as running, watch(running.pid) as samples:
        load = kit.load(running, clients, seconds=seconds, window=WINDOW, senders=SENDERS)
    _refuse_losses(load)
    sent = load["deliveries_per_s"] * seconds
    cpu = cpu_between(samples, *load.measured(seconds))
    return {f"deliveries/s to {clients}": load["deliveries_per_s"], f"connect {clients}": load["connect_s"],
            f"cpu a delivery, {clients}": cpu / sent * 1e6}


def steady(side: Ours | Peer | Bare, kit: Kit, clients: int, seconds: float) -> dict[str, float]:
    """A hall that goes on: some posts a second to so many listeners. How late, how much memory, how much work."""
    with side.serve(stored=False) as running, watch(running.pid) as samples:
        load = kit.load(running, clients, seconds=seconds, rate=RATE, senders=SENDERS)
        size = side.frame_bytes(running) if isinstance(side, Ours) else None
    _refuse_losses(load)
    start, end = load.measured(seconds)
    cpu = cpu_between(samples, start, end)
    found = {"p99": load["p99_ms"], "p50": load["p50_ms"], f"connect {clients}": load["connect_s"],
             "memory a socket": grown(samples) / clients, "memory before": samples[0].rss / 1024,
             "cpu a frame": cpu / (RATE * seconds * clients) * 1e6,
             "cpu a join": cpu_between(samples, load.began, start) / clients * 1e3}
    return found | ({"bytes a frame": size} if size else {})


def votes(side: Ours | Peer, kit: Kit, voters: int) -> dict[str, float]:
    """All voters vote at once; each answer comes after a durable commit. Ours are counted again after a kill -9."""
    if isinstance(side, Peer) and not side.stores:
        return {}
    with side.serve(stored=True) as running, watch(running.pid) as samples:
        load = kit.load(running, voters, ballot=running.ballot)
        end = look(running.pid)
        samples.append(end)
        if load["accepted"] != voters:
            raise Failed(f"{load['accepted']:.0f} of {voters} votes were accepted: {load.warning}")
        cpu = cpu_between(samples, load.measured(0)[0], end.at)
        found = {f"votes/s of {voters}": load["votes_per_s"], f"vote p99 of {voters}": load["p99_ms"],
                 f"cpu a vote of {voters}": cpu / voters * 1e3}
        if isinstance(side, Ours):
            found[f"tally of {voters}"] = _right(side, running, voters)
    return found


def _right(side: Ours, running: Running, voters: int) -> int:
    """How many votes are counted, if the turnout says so and each choice has just its votes. Raises Failed."""
    told, counted = side.turnout(running), side.counted_after_kill(running)
    expected = {choice: len(range(n, voters, len(CHOICES))) for n, choice in enumerate(CHOICES)}
    if told != voters or counted != expected:
        raise Failed(f"the server tells {told} votes, its database holds {counted} instead of {expected}")
    return sum(counted.values())


def pages(side: Ours, kit: Kit, clients: int, seconds: float) -> dict[str, float]:
    """The hall's page, asked for again and again while so many listen and posts go out."""
    times: list[float] = []
    problems: list[Exception] = []
    over = threading.Event()

    def ask() -> None:
        try:
            _wait_for(running, clients, over)
            times.extend(_page_times(f"{running.server.url}/halls/{running.stream}", seconds - 1))
        except (OSError, Failed) as problem:
            problems.append(problem)

    with ExitStack() as stack:
        running = stack.enter_context(side.serve())
        reader = threading.Thread(target=ask)
        reader.start()
        stack.callback(reader.join)
        stack.callback(over.set)
        load = kit.load(running, clients, seconds=seconds, rate=RATE, senders=SENDERS)
    if problems or len(times) < 20:
        raise Failed(f"the page was read {len(times)} times {problems or ''}")
    return {"page p99": statistics.quantiles(times, n=100)[98], "page p50": statistics.median(times),
            "p99 beside pages": load["p99_ms"]}


def _wait_for(running: Running, clients: int, over: threading.Event) -> None:
    """Wait until so many sockets are open. Raises Failed when it is over before that."""
    deadline = time.monotonic() + 300
    while _sockets(running) < clients:
        if over.wait(0.5) or time.monotonic() > deadline:
            raise Failed("not all clients connected")


def _sockets(running: Running) -> float:
    try:
        with urlopen(f"{running.server.url}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
    except URLError:
        return 0
    return next(float(line.split()[1]) for line in lines if line.startswith("dialogue_sockets "))


def _page_times(address: str, seconds: float) -> list[float]:
    """Milliseconds each request took, one after the other with a breath between them."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        with urlopen(address, timeout=60) as answer:
            answer.read()
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(BREATH)
    return times


def kept(side: Ours) -> dict[str, float]:
    """The hall's page, requested on one kept connection while no socket listens."""
    times: list[float] = []
    with side.serve() as running, closing(HTTPConnection("localhost", running.port, timeout=60)) as connection:
        for _again in range(KEPT_PAGES):
            began = time.perf_counter()
            connection.request("GET", f"/halls/{running.stream}")
            connection.getresponse().read()
            times.append((time.perf_counter() - began) * 1000)
    return {"kept page p99": statistics.quantiles(times, n=100)[98], "kept page p50": statistics.median(times)}


def storm(side: Ours, clients: int) -> dict[str, float]:
    """The server is ended as by a power cut and started again; all clients reconnect as the protocol says."""
    assert side.tokens
    tokens = side.tokens.read_text().split()[:clients]
    with side.serve() as running:
        def restart() -> None:
            running.server.kill()
            running.server.start()

        came = live_through(running.port, running.stream, tokens, restart)
    return {"storm": came.since_listening, "storm since the end": came.since_end}


def _refuse_losses(load: Load) -> None:
    """Raise Failed where posts were refused or deliveries are missing."""
    if load["refused"] or load["missing"]:
        raise Failed(f"{load['refused']:.0f} posts refused, {load['missing']:.0f} deliveries missing; {load.warning}")
