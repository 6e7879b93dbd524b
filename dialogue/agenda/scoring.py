"""The transparent score of an agenda item, and the order that follows from it.

Urgency and feasibility speak for an item, cost against it; the weights are public. All of it is exact:
medians may be halves, scores are fractions, and only `shown` rounds, so that no tie is an accident of digits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import Generic, TypeVar

LOWEST, HIGHEST = 1, 5

T = TypeVar("T")
Tally = tuple[int, ...]


@dataclass(frozen=True)
class Weights:
    """How much each dimension counts against the others; equal unless an instance decides otherwise.

    Raises ValueError if one is negative or all are zero.
    """

    urgency: int = 1
    feasibility: int = 1
    cost: int = 1

    def __post_init__(self) -> None:
        if min(self.urgency, self.feasibility, self.cost) < 0:
            raise ValueError("a weight cannot be negative")
        if not self.total:
            raise ValueError("at least one dimension must have a weight")

    @property
    def total(self) -> int:
        """All weights together."""
        return self.urgency + self.feasibility + self.cost

    @property
    def are_equal(self) -> bool:
        """Whether all three count alike, in whichever numbers."""
        return self.urgency == self.feasibility == self.cost


EQUAL_WEIGHTS = Weights()


@dataclass(frozen=True)
class Rating:
    """What one rater says of an item: whole numbers from 1 (low) to 5 (high). ValueError outside of that."""

    urgency: int
    feasibility: int
    cost: int

    def __post_init__(self) -> None:
        if not all(LOWEST <= value <= HIGHEST for value in (self.urgency, self.feasibility, self.cost)):
            raise ValueError("a rating is a whole number from 1 to 5")


@dataclass(frozen=True)
class Spread:
    """Where raters stand on one dimension: the middle, and how far apart they are."""

    median: Fraction
    low: int
    high: int


@dataclass(frozen=True)
class Assessment:
    """What all raters say of an item, dimension by dimension."""

    urgency: Spread
    feasibility: Spread
    cost: Spread
    raters: int

    def score(self, weights: Weights = EQUAL_WEIGHTS) -> Fraction:
        """The score of the medians, 0 to 100."""
        return score(self.urgency.median, self.feasibility.median, self.cost.median, weights)


@dataclass(frozen=True)
class Ranked(Generic[T]):
    """An item in its place. Items that tie share a `rank`, and the next rank is skipped (1, 2, 2, 4)."""

    item: T
    score: Fraction
    rank: int
    tied: bool


def median_rating(ratings: Sequence[Rating]) -> Assessment:
    """Medians and spread of an item's ratings. An even number of raters may give halves.

    Raises ValueError without a rating: an unrated item has no score, which is not a score of zero.
    """
    if not ratings:
        raise ValueError("an item without a rating cannot be assessed")
    return Assessment(
        urgency=_spread([rating.urgency for rating in ratings]),
        feasibility=_spread([rating.feasibility for rating in ratings]),
        cost=_spread([rating.cost for rating in ratings]),
        raters=len(ratings),
    )


def tallied_rating(urgency: Tally, feasibility: Tally, cost: Tally) -> Assessment:
    """The same from tallies: how many raters gave 1, 2, 3, 4 and 5 on each dimension.

    Raises ValueError without a rating.
    """
    raters = sum(urgency)
    if not raters:
        raise ValueError("an item without a rating cannot be assessed")
    return Assessment(_tallied_spread(urgency), _tallied_spread(feasibility), _tallied_spread(cost), raters)


# Few tallies differ, and an agenda is assessed anew for each reader.
@lru_cache(maxsize=4096)
def _tallied_spread(tally: Tally) -> Spread:
    values = [value for value, count in enumerate(tally, LOWEST) for _ in range(count)]
    return _spread(values)


def _spread(values: Sequence[int]) -> Spread:
    return Spread(median([Fraction(value) for value in values]), min(values), max(values))


@lru_cache(maxsize=4096)
def score(
    urgency: Fraction | int,
    feasibility: Fraction | int,
    cost: Fraction | int,
    weights: Weights = EQUAL_WEIGHTS,
) -> Fraction:
    """100·(wu·(u-1) + wf·(f-1) + wc·(5-c)) / (4·(wu+wf+wc)), from 0 to 100.

    Raises ValueError if a value lies outside 1 to 5.
    """
    if not all(LOWEST <= value <= HIGHEST for value in (urgency, feasibility, cost)):
        raise ValueError("a score is made of values from 1 to 5")
    points = (
        weights.urgency * (urgency - LOWEST)
        + weights.feasibility * (feasibility - LOWEST)
        + weights.cost * (HIGHEST - cost)
    )
    return Fraction(100 * points) / ((HIGHEST - LOWEST) * weights.total)


def rank(items: Iterable[tuple[T, Fraction]]) -> list[Ranked[T]]:
    """Items with their scores, best first; those that tie share a rank and keep the order they came in."""
    alike: dict[Fraction, list[T]] = {}
    for item, points in items:
        alike.setdefault(points, []).append(item)
    ranked: list[Ranked[T]] = []
    for points in sorted(alike, reverse=True):
        place, tied = len(ranked) + 1, len(alike[points]) > 1
        ranked += [Ranked(item, points, place, tied) for item in alike[points]]
    return ranked


def shown(points: Fraction) -> str:
    """A score as printed: two decimals, halves rounded up, a point between ("58.33")."""
    hundredths = (200 * points + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"
