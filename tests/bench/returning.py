"""A model of clients coming back after an outage, as docs/protocol.md tells them to. Seeded; no network, no clock.

One server takes joins one after the other. Who comes while it is away is refused at once and waits longer; who waits
for an answer longer than a client's patience gives up and comes again.
"""

import heapq
import random
from dataclasses import dataclass

from tests.bench.backoff import wait_before


@dataclass(frozen=True)
class Return:
    """When each client was back, in seconds since the outage began, sorted; and how often they tried altogether."""

    back: list[float]
    attempts: int

    def share(self, part: float) -> float:
        """Seconds until this share of the clients was back."""
        return self.back[min(len(self.back) - 1, int(part * len(self.back)))]


def come_back(clients: int, *, join_s: float, down_s: float, patience_s: float, seed: int,
              jitter_s: float = 0.0) -> Return:
    """Let all clients reconnect to one server. With `jitter_s` each received `restart` and waits within it."""
    lot = random.Random(seed)
    going = [(lot.uniform(0, jitter_s) + wait_before(0, lot), client, 0) for client in range(clients)]
    heapq.heapify(going)
    free, attempts, back = down_s, 0, []
    while going:
        at, client, failed = heapq.heappop(going)
        attempts += 1
        served = max(at, free)
        if at >= down_s and served - at <= patience_s:
            free = served + join_s
            back.append(free)
        else:
            gave_up = at + patience_s if at >= down_s else at
            heapq.heappush(going, (gave_up + wait_before(failed + 1, lot), client, failed + 1))
    return Return(sorted(back), attempts)
