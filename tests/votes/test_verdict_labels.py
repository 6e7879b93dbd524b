"""A proposal that was voted on says the verdict wherever it has a label; "Decided" beside "No quorum" is no verdict."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.core import db
from dialogue.core.record import Audience, entries, present
from dialogue.outcomes.models import Outcome
from dialogue.proposals.models import Proposal
from dialogue.rooms.models import Room
from dialogue.votes import actions as votes
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Choice, Quorum, Rule
from tests.votes.conftest import Chamber
from tests.world import World

CASES = [("no_quorum", [], "No quorum", "warn"), ("not_adopted", ["no"] * 4, "Not adopted", "bad"),
         ("adopted", ["yes"] * 4, "Adopted", "good"), ("no_quorum", ["yes"], "No quorum", "warn"),
         ("not_adopted", ["abstain"] * 3, "Not adopted", "bad")]


def voted(world: World, chamber: Chamber, cast: list[str]) -> tuple[Proposal, str]:
    """A proposal that was voted on with a quorum of a half, and the address of its ballot."""
    text = world.proposal(chamber.room, chamber.voters[0])
    ballot = votes.open_on_proposal(chamber.chair, text.id, terms=Terms(
        Rule.SIMPLE_MAJORITY, Visibility.RECORDED, Quorum(1, 2)))
    for voter, choice in zip(chamber.voters, cast, strict=False):
        votes.cast(voter, ballot.id, choice=Choice(choice))
    votes.close_ballot(chamber.chair, ballot.id)
    return text, ballot.address


def badges(page: str) -> set[tuple[str, str]]:
    """The badges of a page: tone and words."""
    found = re.findall(r'<span class="badge tone-(\w+)">(?:<svg.*?</svg>)?([^<]+)</span>', page, re.DOTALL)
    return {(tone, words.strip()) for tone, words in found}


@pytest.mark.parametrize(("verdict", "cast", "words", "tone"), CASES)
def test_every_label_of_a_proposal_voted_on_says_the_verdict(
        world: World, chamber: Chamber, verdict: str, cast: list[str], words: str, tone: str) -> None:
    text, ballot = voted(world, chamber, cast)
    browser = world.browser(chamber.voters[0])
    with Session(db.engine()) as own:
        record = own.scalars(select(Outcome)).one().address
    for address in ("/proposals", chamber.room.address, text.address, ballot, record):
        page = browser.get(address).text
        assert ("good", "Decided") not in badges(page), address
        assert (tone, words) in badges(page), address
    page = browser.get(text.address).text
    assert re.search(rf'aria-current="step"[^>]*>{words}<', page)


@pytest.mark.parametrize(("verdict", "cast", "words", "tone"), CASES)
def test_programs_are_told_the_verdict_of_a_proposal(
        world: World, chamber: Chamber, verdict: str, cast: list[str], words: str, tone: str) -> None:
    text, _ballot = voted(world, chamber, cast)
    shown = world.browser(chamber.voters[0]).get(f"/api/v1/proposals/{text.id}").json["proposal"]
    assert (shown["state"], shown["verdict"]) == ("decided", verdict)
    told = [one["data"] for one in present(entries(chamber.room.id, after=0), Audience.MEMBERS)
            if one["kind"] == "proposal.submitted"]
    assert [data["verdict"] for data in told] == [verdict]


@pytest.mark.parametrize("state", ["draft", "submitted", "open"])
def test_a_proposal_not_voted_on_has_no_verdict(world: World, chamber: Chamber, state: str) -> None:
    text = world.draft(chamber.room, chamber.voters[0]) if state == "draft" else (
        world.proposal(chamber.room, chamber.voters[0]))
    if state == "open":
        votes.open_on_proposal(chamber.chair, text.id, terms=Terms(Rule.CONSENSUS, Visibility.RECORDED))
    shown = world.browser(chamber.voters[0]).get(f"/api/v1/proposals/{text.id}").json["proposal"]
    assert (shown["state"], shown["verdict"]) == (state, None)


def test_a_ballot_called_off_leaves_no_verdict(world: World, chamber: Chamber) -> None:
    text = world.proposal(chamber.room, chamber.voters[0])
    ballot = votes.open_on_proposal(chamber.chair, text.id, terms=Terms(Rule.CONSENSUS, Visibility.RECORDED))
    votes.cancel_ballot(chamber.chair, ballot.id)
    with Session(db.engine()) as own:
        assert own.get_one(Proposal, text.id).stands == "submitted"
        assert own.get_one(Room, chamber.room.id)
