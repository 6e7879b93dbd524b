"""Endorsements by actor set, without telling who endorsed.

In a room that hides people the total is exact at any moment, the table by set is not: it stands still and moves
in steps. Two readings must not tell what a single person did between them, so

1. a new table is considered only when the total has moved by five since the last time one was considered, which
   the total itself shows: the moment tells nothing about a set;
2. each set of a table has at least five endorsers and at least five others: where all but a few endorsed, those
   few know about everyone else;
3. each set differs from every table told before not at all or by at least five.

A set that is withheld alone would follow from the total, so all sets are told or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogue.core.attribution import MIN_GROUP_SIZE, ActorSet


@dataclass(frozen=True)
class SetCount:
    """How many of an actor set endorsed."""

    actor_set: str
    value: int


def by_set(counts: Mapping[str, int], *, hides_people: bool) -> list[SetCount]:
    """Endorsements of each actor set, in the order of the sets; empty if they must not be told.

    A set without endorsements counts as below five as well, for "no state endorsed" speaks of every state;
    people who come for no actor are left out while there are none of them.
    """
    rows = [SetCount(each.value, counts.get(each, 0)) for each in ActorSet
            if each is not ActorSet.PUBLIC or counts.get(each)]
    if hides_people and any(row.value < MIN_GROUP_SIZE for row in rows):
        return []
    return rows


def is_due(total: int, judged_at: int) -> bool:
    """Whether the total has moved far enough to consider a new table (rule 1)."""
    return abs(total - judged_at) >= MIN_GROUP_SIZE


def may_follow(told: Sequence[Mapping[str, int]], counts: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    """Whether a table may be told after those `told` before, in a room with sets of these `sizes` (rules 2, 3)."""
    rows = by_set(counts, hides_people=True)
    others = [sizes.get(row.actor_set, 0) - row.value for row in rows]
    steps = [abs(counts.get(each, 0) - earlier.get(each, 0)) for earlier in told for each in ActorSet]
    return bool(rows) and min(others) >= MIN_GROUP_SIZE and all(step == 0 or step >= MIN_GROUP_SIZE for step in steps)
