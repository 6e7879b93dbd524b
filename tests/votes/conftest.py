"""A room with a chair and six who may vote."""

from dataclasses import dataclass

import pytest

from dialogue.accounts.models import Person
from dialogue.core.attribution import ActorSet
from dialogue.rooms.models import Room, RoomRole
from tests.world import World

SETS = [ActorSet.STATE, ActorSet.CIVIL_SOCIETY, None]


@dataclass
class Chamber:
    """Who is here."""

    room: Room
    chair: Person
    voters: list[Person]


@pytest.fixture
def chamber(world: World) -> Chamber:
    """Six participants of mixed actor sets, and a chair without a vote."""
    room = world.room()
    voters = [world.member(room, actor_set=SETS[n % 3], name=f"Voter {n}") for n in range(6)]
    return Chamber(room, world.member(room, RoomRole.CHAIR, name="Chair"), voters)
