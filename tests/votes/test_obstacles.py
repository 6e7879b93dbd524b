"""What keeps a ballot from being opened is said before the form is filled in, with what can be done."""

from typing import Any

import pytest

from dialogue.core.attribution import AttributionRule
from dialogue.core.errors import Invalid
from dialogue.rooms.models import Room, RoomRole
from dialogue.votes import actions
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Rule
from tests.world import World

HIDING = [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED]
TERMS = {"rule": "simple_majority", "visibility": "secret", "quorum": "0/1", "ending": "by_hand"}


def chaired(world: World, rule: AttributionRule, voters: int, waiting: int = 0) -> tuple[Room, Any]:
    """A room with so many voters inside and so many at its gate, and its chair's browser."""
    room = world.room(rule)
    for n in range(voters + waiting):
        world.member(room, entered=n < voters)
    return room, world.browser(world.member(room, RoomRole.CHAIR))


@pytest.mark.parametrize("rule", HIDING)
@pytest.mark.parametrize("voters", [1, 2, 4])
def test_a_room_with_too_few_voters_for_a_secret_ballot_says_so_instead_of_a_form(
        world: World, rule: AttributionRule, voters: int) -> None:
    room, browser = chaired(world, rule, voters, waiting=2)
    page = browser.get(f"/rooms/{room.id}/ballots/new").text
    assert 'name="question"' not in page
    assert "No ballot can be opened yet" in page
    assert f"needs at least five voters. {voters} " in page
    assert "2 more people have a vote and have not entered yet." in page
    assert f'href="/rooms/{room.id}/people"' in page


@pytest.mark.parametrize("rule", HIDING)
def test_a_proposal_of_such_a_room_says_the_same(world: World, rule: AttributionRule) -> None:
    room, browser = chaired(world, rule, 2)
    text = world.proposal(room, world.member(room))
    page = browser.get(f"{text.address}/ballots/new").text
    assert "No ballot can be opened yet" in page
    assert 'name="rule"' not in page


@pytest.mark.parametrize("rule", [AttributionRule.ON_RECORD, *HIDING])
def test_a_room_without_a_voter_says_so_instead_of_a_form(world: World, rule: AttributionRule) -> None:
    room, browser = chaired(world, rule, 0)
    page = browser.get(f"/rooms/{room.id}/ballots/new").text
    assert "No ballot can be opened yet" in page
    assert 'name="question"' not in page


@pytest.mark.parametrize(("rule", "voters"), [
    (AttributionRule.CHATHAM_HOUSE, 5), (AttributionRule.CLOSED, 6), (AttributionRule.ON_RECORD, 1)])
def test_a_room_with_enough_voters_has_its_form(world: World, rule: AttributionRule, voters: int) -> None:
    room, browser = chaired(world, rule, voters)
    page = browser.get(f"/rooms/{room.id}/ballots/new").text
    assert "No ballot can be opened yet" not in page
    assert 'name="question"' in page


@pytest.mark.parametrize("rule", HIDING)
def test_a_form_sent_after_voters_left_keeps_what_was_typed(world: World, rule: AttributionRule) -> None:
    room, browser = chaired(world, rule, 2)
    answer = browser.post(f"/rooms/{room.id}/ballots/new", question="Shall we meet again?", key="k", **TERMS)
    assert answer.status_code == 422
    assert 'value="Shall we meet again?"' in answer.text
    assert "needs at least five voters" in answer.text


@pytest.mark.parametrize("rule", HIDING)
def test_the_action_says_what_can_be_done(world: World, rule: AttributionRule) -> None:
    room = world.room(rule)
    chair = world.member(room, RoomRole.CHAIR, may_vote=True)
    with pytest.raises(Invalid) as refused:
        actions.open_on_question(chair, room.id, question="Shall we?",
                                 terms=Terms(Rule.CONSENSUS, Visibility.SECRET))
    assert refused.value.field == "roll"
    assert "needs at least five voters" in str(refused.value.message)
