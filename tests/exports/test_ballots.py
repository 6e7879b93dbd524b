"""The votes of a closed ballot can be taken home and counted again."""

import csv
import io

import pytest

from dialogue.accounts.models import Person
from dialogue.core.attribution import ActorSet
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.world import World

CAST = [Choice.YES, Choice.NO, Choice.ABSTAIN, Choice.YES, Choice.YES]


@pytest.fixture
def place(world: World) -> tuple[Room, Person, list[Person]]:
    """A room, its chair and five voters."""
    room = world.room()
    voters = [world.member(room, actor_set=ActorSet.STATE, name=f"=Voter {n}") for n in range(5)]
    return room, world.member(room, RoomRole.CHAIR), voters


def table(world: World, ballot: Ballot, reader: Person) -> list[list[str]]:
    """The file's rows, without the heading."""
    answer = world.browser(reader).get(f"/ballots/{ballot.id}.csv")
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_file_gives_the_result(
    world: World, place: tuple[Room, Person, list[Person]], visibility: Visibility) -> None:
    room, chair, voters = place
    ballot = world.ballot(room, chair, visibility)
    for voter, choice in zip(voters, CAST, strict=True):
        actions.cast(voter, ballot.id, choice=choice)
    closed = actions.close_ballot(chair, ballot.id)
    votes = [row[-1] for row in table(world, ballot, voters[0])]
    assert (votes.count("yes"), votes.count("no"), votes.count("abstain")) == (closed.yes, closed.no, closed.abstain)


def test_a_secret_ballots_file_holds_nothing_but_votes(
    world: World, place: tuple[Room, Person, list[Person]]) -> None:
    room, chair, voters = place
    ballot = world.ballot(room, chair, Visibility.SECRET)
    actions.cast(voters[0], ballot.id, choice=Choice.NO)
    actions.close_ballot(chair, ballot.id)
    assert table(world, ballot, chair) == [["no"]]


def test_a_name_cannot_become_a_formula(world: World, place: tuple[Room, Person, list[Person]]) -> None:
    room, chair, voters = place
    ballot = world.ballot(room, chair)
    actions.cast(voters[0], ballot.id, choice=Choice.NO)
    actions.close_ballot(chair, ballot.id)
    assert table(world, ballot, chair)[0][0] == "'=Voter 0"


def test_there_is_no_file_before_the_closing_nor_for_strangers(
    world: World, place: tuple[Room, Person, list[Person]]) -> None:
    room, chair, voters = place
    ballot = world.ballot(room, chair)
    address = f"/ballots/{ballot.id}.csv"
    assert world.browser(chair).get(address).status_code == 404
    actions.close_ballot(chair, ballot.id)
    assert world.browser(voters[0]).get(address).status_code == 200
    for stranger in (None, world.person(), world.revoked(room)):
        assert world.browser(stranger).get(address).status_code == 404
