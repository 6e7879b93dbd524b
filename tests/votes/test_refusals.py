"""Who is told what when a vote is refused: first what concerns the person, then the ballot's state, then its key."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from dialogue.accounts.actions import start_sign_in
from dialogue.accounts.models import Person
from dialogue.accounts.profile.actions import make_token
from dialogue.core.db import new_id
from dialogue.live.connections import Connection
from dialogue.live.events import dispatch
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions, keys
from dialogue.votes.models import Ballot, Visibility
from tests.votes.conftest import Chamber
from tests.world import World

CODES = {404: "not_found", 403: "not_permitted", 409: "conflict"}
CLOSED = "This vote came too late"
CALLED_OFF = "This ballot was called off"
LOST = "This ballot’s key was lost"
OFF_ROLL = "You joined after voting opened"
OTHERS = {CLOSED, CALLED_OFF, LOST, OFF_ROLL}


class Refusal(NamedTuple):
    """The code of a refusal and its words, in whatever they are wrapped."""

    code: str
    words: str

    def says(self, sentence: str | None) -> bool:
        """Whether it says this of the known sentences and no other."""
        return {one for one in OTHERS if one in self.words} == ({sentence} if sentence else set())


def by_form(world: World, person: Person, ballot_id: str) -> Refusal:
    """A vote by the page's form."""
    answer = world.browser(person).post(f"/ballots/{ballot_id}/votes", choice="yes", key=new_id())
    errors = answer.text.split('class="error', 1)[-1] if answer.status_code == 409 else answer.text
    return Refusal(CODES[answer.status_code], errors)


def by_api(world: World, person: Person, ballot_id: str) -> Refusal:
    """A vote as JSON."""
    token = {"Authorization": f"Bearer {make_token(person, label='program', days=1, key=new_id())[1]}"}
    answer = world.app.test_client().post(f"/api/v1/ballots/{ballot_id}/votes", headers=token,
                                          json={"choice": "yes", "key": new_id()})
    assert answer.json
    return Refusal(answer.json["error"]["code"], answer.json["error"]["message"])


def by_socket(world: World, person: Person, ballot_id: str) -> Refusal:
    """A vote over the socket."""
    with world.app.test_request_context():
        answer = dispatch("ballot.cast", Connection("socket", start_sign_in(person)),
                          {"ballot": ballot_id, "key": new_id(), "choice": "yes"})
    assert answer
    assert not answer["ok"]
    return Refusal(answer["error"]["code"], str(answer["error"]["message"]))


Way = Callable[[World, Person, str], Refusal]
WAYS = [by_form, by_api, by_socket]


def ended(chamber: Chamber, ballot: Ballot, how: str) -> Ballot:
    """The ballot, closed or called off or without its key."""
    if how == "closed":
        actions.close_ballot(chamber.chair, ballot.id)
    elif how == "called off":
        actions.cancel_ballot(chamber.chair, ballot.id)
    elif how == "key lost":
        keys.destroy(ballot.id)
    return ballot


STATES = [(visibility, how) for visibility in Visibility for how in ("open", "closed", "called off", "key lost")
          if (visibility, how) != (Visibility.RECORDED, "key lost")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("visibility", "how"), STATES)
def test_who_may_not_vote_is_told_the_same_in_every_state_of_the_ballot(
        world: World, chamber: Chamber, way: Way, visibility: Visibility, how: str) -> None:
    outsider, revoked = world.person(), world.revoked(chamber.room)
    observer = world.member(chamber.room, RoomRole.OBSERVER)
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    late = world.member(chamber.room)
    ended(chamber, ballot, how)
    for person in (outsider, revoked):
        told, of_none = way(world, person, ballot.id), way(world, person, new_id())
        assert (told.code, of_none.code) == ("not_found", "not_found")
        assert told.says(None)
    assert way(world, observer, ballot.id).code == "not_permitted"
    off_roll = way(world, late, ballot.id)
    assert off_roll.code == "not_permitted"
    assert off_roll.says(OFF_ROLL)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("visibility", "how", "sentence"), [
    (Visibility.SECRET, "closed", CLOSED), (Visibility.SECRET, "called off", CALLED_OFF),
    (Visibility.SECRET, "key lost", LOST),
    (Visibility.RECORDED, "closed", CLOSED), (Visibility.RECORDED, "called off", CALLED_OFF)])
def test_a_voter_who_comes_too_late_is_told_why(
        world: World, chamber: Chamber, way: Way, visibility: Visibility, how: str, sentence: str) -> None:
    ballot = ended(chamber, world.ballot(chamber.room, chamber.chair, visibility), how)
    told = way(world, chamber.voters[0], ballot.id)
    assert told.code == "conflict"
    assert told.says(sentence)
