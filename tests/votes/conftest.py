"""A room with a chair and six who may vote."""

from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import ActorSet
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import keys, secret_box
from dialogue.votes.models import Ballot, Vote
from tests.world import World

SETS = [ActorSet.STATE, ActorSet.CIVIL_SOCIETY, None]


def votes_in(ballot: Ballot) -> int:
    """How many votes of an open ballot are stored, of either kind."""
    if ballot.is_secret:
        key = keys.find(ballot.id)
        assert key
        return secret_box.whole(db.session(), ballot, key).cast
    return db.session().scalar(select(func.count()).where(Vote.ballot_id == ballot.id)) or 0


@dataclass
class Chamber:
    """Who is here."""

    room: Room
    chair: Person
    voters: list[Person]


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords cheaply: no attacker guesses them here."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("dialogue.accounts.secrets._hasher", quick)


@pytest.fixture
def chamber(world: World) -> Chamber:
    """Six participants of mixed actor sets, and a chair without a vote."""
    room = world.room()
    voters = [world.member(room, actor_set=SETS[n % 3], name=f"Voter {n}") for n in range(6)]
    return Chamber(room, world.member(room, RoomRole.CHAIR, name="Chair"), voters)
