"""A model of frames on their way through the tiers: workers, relays, snapshots. Seeded; no network, no clock.

Each post reaches every worker, is written to its sockets one after the other, and repeated by each relay to its own.
Where posts pile up while a front writes, its next writing holds them all: a worker puts them into one frame, as the
broadcaster does, a relay hands on its frames with one call. Listeners stand evenly along a front's row of sockets
and are sampled there; every delivery is counted, sampled or not.
"""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.costs import Assumed, Costs

SAMPLES = 60_000  # latencies looked at, about


@dataclass(frozen=True)
class Hall:
    """Who takes part: `voices` on workers, `relayed` behind relays, `reading` snapshots; posts a second, seconds."""

    voices: int
    relayed: int = 0
    reading: int = 0
    rate: float = 2.0
    seconds: float = 60.0


@dataclass(frozen=True)
class Frame:
    """One frame on one front: the posts in it, and when its first and its last socket are written to (s)."""

    posts: tuple[int, ...]
    first: float
    last: float


@dataclass(frozen=True)
class Outcome:
    """What the tiers need and do. Latencies in ms, post → received, none without listeners; cores are means."""

    workers: int
    relays: int
    posts: int
    deliveries: int
    latencies: list[float]
    busiest: float
    cores: float
    memory_gb: float
    gbits: float
    reads_a_second: float

    def percentile(self, share: float) -> float:
        """The latency that this share of the deliveries keeps below."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def shares(total: int, parts: int) -> list[int]:
    """As even as whole numbers can be; they add up to the total."""
    return [total // parts + (n < total % parts) for n in range(parts)] if parts else []


def written(arrivals: Iterable[tuple[float, tuple[int, ...]]], seconds_a_frame: float) -> list[Frame]:
    """What a front writes, one frame after the other; what piles up meanwhile is written together."""
    frames: list[Frame] = []
    waiting: list[int] = []
    begin = free = 0.0
    for at, posts in sorted(arrivals):
        if waiting and at > begin:  # What waited has begun to be written before this came.
            frames.append(Frame(tuple(waiting), begin, begin + seconds_a_frame))
            free, waiting = frames[-1].last, []
        begin = begin if waiting else max(at, free)
        waiting.extend(posts)
    return [*frames, Frame(tuple(waiting), begin, begin + seconds_a_frame)] if waiting else frames


def moments(rate: float, seconds: float, lot: random.Random) -> list[float]:
    """When posts are made: at random, so many a second on average; at least one."""
    at, found = 0.0, []
    while (at := at + lot.expovariate(rate)) < seconds:
        found.append(at)
    return found or [0.0]


class Tiers:
    """One hall's frames through its tiers."""

    def __init__(self, hall: Hall, costs: Costs, assumed: Assumed, seed: int) -> None:
        self.hall, self.costs, self.assumed, self.lot = hall, costs, assumed, random.Random(seed)
        self.posts = moments(hall.rate, hall.seconds, self.lot)
        self.relays = math.ceil(hall.relayed / assumed.sockets_a_front)
        self.workers = max(1, math.ceil((hall.voices + self.relays) / assumed.sockets_a_front))
        fronts = self.workers + self.relays
        self._samples = max(1, SAMPLES // (fronts * len(self.posts)))
        self._latencies: list[float] = []
        self._deliveries = 0
        self._work: list[float] = []  # processor seconds of each front

    def run(self) -> Outcome:
        """Send every post to all listeners."""
        voices, upstream = shares(self.hall.voices, self.workers), shares(self.relays, self.workers)
        behind = iter(shares(self.hall.relayed, self.relays))
        for people, relays in zip(voices, upstream, strict=True):
            frames = written(self._committed(), self._seconds(people + relays))
            self._deliver(frames, people, self._seconds(people + relays))
            for _relay in range(relays):
                self._relay(frames, next(behind))
        return self._outcome()

    def _committed(self) -> list[tuple[float, tuple[int, ...]]]:
        """When a worker knows of each post. It may have been taken by another."""
        delay = (self.assumed.commit_ms + (self.assumed.nudge_ms if self.workers > 1 else 0)) / 1000
        return [(at + self._hop() + delay, (n,)) for n, at in enumerate(self.posts)]

    def _relay(self, frames: list[Frame], people: int) -> None:
        place = self.lot.random()  # of the relay's socket in the worker's row
        arrivals = [(frame.first + place * (frame.last - frame.first) + self._hop(), frame.posts) for frame in frames]
        self._deliver(written(arrivals, self._seconds(people)), people, self._seconds(people))

    def _deliver(self, frames: list[Frame], people: int, seconds: float) -> None:
        self._work.append(len(frames) * seconds)
        for frame in frames:
            self._deliveries += len(frame.posts) * people
            for n in range(self._samples if people else 0):
                at = frame.first + (n + 0.5) / self._samples * (frame.last - frame.first) + self._hop()
                self._latencies.extend((at - self.posts[post]) * 1000 for post in frame.posts)

    def _seconds(self, sockets: int) -> float:
        return sockets * self.costs.frame_us / 1e6

    def _hop(self) -> float:
        return self.lot.lognormvariate(math.log(self.assumed.hop_ms / 1000), self.assumed.hop_sigma)

    def _outcome(self) -> Outcome:
        fronts, live = self.workers + self.relays, self.hall.voices + self.hall.relayed
        seconds = max(self.hall.seconds, self.posts[-1])
        sent = len(self.posts) * (live + self.relays) * (self.costs.frame_bytes + self.assumed.overhead_bytes)
        return Outcome(
            self.workers, self.relays, len(self.posts), self._deliveries, sorted(self._latencies),
            busiest=max(self._work) / seconds, cores=sum(self._work) / seconds,
            memory_gb=((live + self.relays) * self.costs.socket_kb / 1024 + fronts * self.costs.base_mb) / 1024,
            gbits=sent * 8 / seconds / 1e9,
            reads_a_second=self.workers * len(self.posts) / seconds * self.assumed.reads_a_frame)
