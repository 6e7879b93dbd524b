"""Attendance of a room, in numbers that identify no person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from dialogue.accounts.models import Actor
from dialogue.core import db
from dialogue.core.attribution import MIN_GROUP_SIZE, ActorSet, AttributionRule
from dialogue.rooms.models import Membership, Room
from dialogue.rooms.tracks.arithmetic import track_of


@dataclass(frozen=True)
class Attendance:
    """How many hold a place, by actor set where that may be told, and the track they make (`1`, `1.5`, `2`; empty
    without people)."""

    total: int
    by_set: Mapping[ActorSet, int] | None
    track: str


def attendance(room: Room) -> Attendance:
    """The numbers of a room's present members, in one query."""
    query = (select(Actor.actor_set, func.count()).select_from(Membership)
             .outerjoin(Actor, Actor.id == Membership.actor_id)
             .where(Membership.room_id == room.id, Membership.ended_at.is_(None))
             .group_by(Actor.actor_set))
    counts: Counter[ActorSet] = Counter()
    for actor_set, number in db.session().execute(query):
        counts[actor_set or ActorSet.PUBLIC] += number
    return Attendance(counts.total(), tellable(room.attribution, counts), track_of(counts) if counts else "")


def tellable(rule: AttributionRule, counts: Mapping[ActorSet, int]) -> dict[ActorSet, int] | None:
    """The counts by actor set, all or none: a single one left out could be worked out from the total."""
    if rule.hides_people or any(0 < number < MIN_GROUP_SIZE for number in counts.values()):
        return None
    return {actor_set: counts[actor_set] for actor_set in ActorSet if counts.get(actor_set)}
