"""What a secret ballot cannot hide is said before the voting and with the result."""

import pytest

from dialogue.accounts.models import Person
from dialogue.core.attribution import AttributionRule
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.world import World

ALIKE = "If everyone votes the same way, the result reveals it."
SMALL = "In a group this small, people who compare their votes can work out the others"
UNANIMOUS = "Everyone who voted chose the same, so this result reveals how each of them voted."


class Five:
    """A room that hides people, a chair without a vote and so many voters, with an open secret ballot."""

    def __init__(self, world: World, voters: int = 5) -> None:
        self.world, self.room = world, world.room(AttributionRule.CHATHAM_HOUSE)
        self.chair: Person = world.member(self.room, RoomRole.CHAIR)
        self.voters = [world.member(self.room) for _n in range(voters)]
        self.ballot: Ballot = world.ballot(self.room, self.chair, Visibility.SECRET)

    def page(self, of: Room | Ballot) -> str:
        """What a voter reads."""
        text: str = self.world.browser(self.voters[0]).get(of.address).text
        return text

    def close(self, *choices: Choice) -> None:
        """Each votes; the chair ends it."""
        for voter, choice in zip(self.voters, choices, strict=True):
            actions.cast(voter, self.ballot.id, choice=choice)
        actions.close_ballot(self.chair, self.ballot.id)


def test_five_voters_are_warned_before_they_vote(world: World) -> None:
    five = Five(world)
    for where in (five.ballot, five.room):
        page = five.page(where)
        assert ALIKE in page
        assert SMALL in page
    assert "nobody sees" not in five.page(five.ballot).casefold()
    assert SMALL in world.browser(five.chair).get(f"/rooms/{five.room.id}/ballots/new").text


def test_a_larger_roll_is_not_called_small(world: World) -> None:
    eleven = Five(world, 11)
    assert SMALL not in eleven.page(eleven.ballot)
    assert ALIKE in eleven.page(eleven.ballot)


@pytest.mark.parametrize("choice", list(Choice))
def test_a_unanimous_secret_result_says_what_it_reveals(world: World, choice: Choice) -> None:
    five = Five(world)
    five.close(*[choice] * 5)
    for where in (five.ballot, five.room):
        assert UNANIMOUS in five.page(where)
    data = world.browser(five.chair).get(f"/api/v1/ballots/{five.ballot.id}").json["ballot"]
    assert data["reveals"] == "all"


def test_a_divided_result_of_few_keeps_the_warning(world: World) -> None:
    five = Five(world)
    five.close(Choice.YES, Choice.YES, Choice.YES, Choice.YES, Choice.NO)
    page = five.page(five.ballot)
    assert UNANIMOUS not in page
    assert SMALL in page


def test_a_recorded_ballot_needs_no_such_warning(world: World) -> None:
    room = world.room()
    chair, voter = world.member(room, RoomRole.CHAIR), world.member(room)
    page = world.browser(voter).get(world.ballot(room, chair).address).text
    assert SMALL not in page
    assert ALIKE not in page
