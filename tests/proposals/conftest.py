"""A room with a person in each role, and their proposals."""

from dataclasses import dataclass

import pytest

from dialogue.accounts.models import Person
from dialogue.proposals.models import ClauseKind, Proposal
from dialogue.proposals.sheet import ClauseText
from dialogue.rooms.models import Room, RoomRole
from tests.world import World


def clauses(*texts: str) -> list[ClauseText]:
    """Operative clauses."""
    return [ClauseText(ClauseKind.OPERATIVE, text) for text in texts]


@dataclass
class Cast:
    """The people of a room and a text they submitted."""

    room: Room
    author: Person
    member: Person
    observer: Person
    chair: Person
    revoked: Person
    stranger: Person
    proposal: Proposal


def cast_of(world: World, room: Room) -> Cast:
    """Fill a room."""
    author = world.member(room, name="Author Example")
    return Cast(room, author, world.member(room), world.member(room, RoomRole.OBSERVER),
                world.member(room, RoomRole.CHAIR), world.revoked(room), world.person(),
                world.proposal(room, author, "Decides to meet every month;", "Requests a report."))


@pytest.fixture
def cast(world: World) -> Cast:
    """An invited room on the record, with its people."""
    return cast_of(world, world.room())
