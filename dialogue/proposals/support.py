"""Endorsements by actor set, without telling who endorsed."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.core.attribution import FEWEST, ActorSet


@dataclass(frozen=True)
class SetCount:
    """How many of an actor set endorsed."""

    actor_set: str
    value: int


def by_set(counts: Mapping[str, int], *, hides_people: bool) -> list[SetCount]:
    """Endorsements of each actor set, in the order of the sets; empty if they must not be told.

    Where people are hidden all sets are told or none: one that is withheld alone follows from the total.
    A set in which nobody endorsed counts as below five as well, for "no state endorsed" speaks of every state;
    people who come for no actor are left out while there are none of them.
    """
    rows = [SetCount(each.value, counts.get(each, 0)) for each in ActorSet
            if each is not ActorSet.PUBLIC or counts.get(each)]
    if hides_people and any(row.value < FEWEST for row in rows):
        return []
    return rows
