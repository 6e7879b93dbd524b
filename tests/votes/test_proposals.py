"""A proposal put to a decision: opened with it, decided with it, and back when it is called off."""

import re

import pytest

from dialogue.core import db
from dialogue.core.clock import held_at, now
from dialogue.core.errors import Conflict, DomainError, NotFound, NotPermitted
from dialogue.core.thread import Link, Ref, beside
from dialogue.proposals import actions as proposals
from dialogue.proposals.models import ClauseKind, Proposal, ProposalState
from dialogue.proposals.sheet import ClauseText
from dialogue.votes import actions
from dialogue.votes.models import Ballot, Terms, Visibility
from dialogue.votes.rules import Choice, Rule
from tests.votes.conftest import Chamber
from tests.votes.test_races import together
from tests.votes.test_web import MOST_STATEMENTS, by_program
from tests.world import World

TERMS = Terms(rule=Rule.SIMPLE_MAJORITY, visibility=Visibility.RECORDED)


def state(proposal: Proposal) -> ProposalState:
    """The proposal's state as the database has it."""
    db.session().rollback()
    return db.session().get_one(Proposal, proposal.id, populate_existing=True).state


@pytest.fixture
def proposal(world: World, chamber: Chamber) -> Proposal:
    """A submitted text of two clauses."""
    return world.proposal(chamber.room, chamber.voters[0], "Decides to meet.", "Asks for a report.", title="Two steps")


def test_a_ballot_opens_decides_and_ties_the_thread(chamber: Chamber, proposal: Proposal) -> None:
    ballot = actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    assert state(proposal) is ProposalState.OPEN
    assert (ballot.question, ballot.proposal_version) == ("Two steps", 1)
    later = beside([Ref("proposal", proposal.id)], back=False)
    assert later == {Ref("proposal", proposal.id): [(Link.DECIDES, Ref("ballot", ballot.id))]}
    actions.close_ballot(chamber.chair, ballot.id)
    assert state(proposal) is ProposalState.DECIDED


def test_a_ballot_called_off_gives_the_proposal_back(chamber: Chamber, proposal: Proposal) -> None:
    ballot = actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    actions.cancel_ballot(chamber.chair, ballot.id)
    assert state(proposal) is ProposalState.SUBMITTED
    again = actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    assert again.id != ballot.id


def test_a_draft_and_a_proposal_on_the_table_are_not_put_to_a_decision(
    world: World, chamber: Chamber, proposal: Proposal) -> None:
    actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    with pytest.raises(Conflict, match="open already"):
        actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    draft = world.draft(chamber.room, chamber.voters[0])
    with pytest.raises(NotFound):
        actions.open_on_proposal(chamber.chair, draft.id, terms=TERMS)
    withdrawn = world.proposal(chamber.room, chamber.voters[0])
    proposals.withdraw(chamber.voters[0], withdrawn.id, reason="We think again.")
    with pytest.raises(Conflict, match="Only a submitted"):
        actions.open_on_proposal(chamber.chair, withdrawn.id, terms=TERMS)


def test_of_ten_openings_at_once_one_is_opened(chamber: Chamber, proposal: Proposal) -> None:
    chair_id, proposal_id = chamber.chair.id, proposal.id
    person = type(chamber.chair)

    def open_it() -> Ballot:
        return actions.open_on_proposal(db.session().get_one(person, chair_id), proposal_id, terms=TERMS)

    answers = together([open_it] * 10)
    assert sum(isinstance(answer, Ballot) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9


def test_only_a_chair_puts_a_proposal_to_a_decision(world: World, chamber: Chamber, proposal: Proposal) -> None:
    with pytest.raises(NotPermitted):
        actions.open_on_proposal(chamber.voters[0], proposal.id, terms=TERMS)
    for stranger in (world.person(), world.revoked(chamber.room)):
        with pytest.raises(NotFound):
            actions.open_on_proposal(stranger, proposal.id, terms=TERMS)


def test_the_form_is_there_for_the_chair_alone(world: World, chamber: Chamber, proposal: Proposal) -> None:
    address = f"/proposals/{proposal.id}/ballots/new"
    people = [(None, 404), (world.person(), 404), (world.revoked(chamber.room), 404), (chamber.voters[0], 403)]
    for browser, status in [(world.browser(person), status) for person, status in people]:
        assert browser.get(address).status_code == status
        assert browser.post(address, rule="consensus", visibility="recorded").status_code in (401, status)


def test_an_open_text_cannot_be_revised(chamber: Chamber, proposal: Proposal) -> None:
    actions.open_on_proposal(chamber.chair, proposal.id, terms=TERMS)
    with pytest.raises(DomainError):
        proposals.revise(chamber.voters[0], proposal.id, base=1, title="Other", reason="Because.",
                         clauses=[ClauseText(ClauseKind.OPERATIVE, "Decides nothing.")])


def test_by_page_the_chair_opens_and_the_voter_reads_the_text(
    world: World, chamber: Chamber, proposal: Proposal, statements: list[str]) -> None:
    chair = world.browser(chamber.chair)
    address = f"/proposals/{proposal.id}/ballots/new"
    assert "Two steps" in chair.get(address).text
    fields = {"rule": "consensus", "quorum": "2/3", "visibility": "secret", "ending": "by_hand"}
    with held_at(moment := now()):
        opened = chair.post(address, **fields)
    assert opened.status_code == 302
    assert chair.post(address, **fields).status_code == 409
    voter = world.browser(chamber.voters[1])
    db.release()
    statements.clear()
    with held_at(moment):  # Once a second one reader counts a secret turnout for all: not here.
        page = voter.get(opened.location).text
    assert len([s for s in statements if s.startswith(("SELECT", "WITH"))]) <= MOST_STATEMENTS
    assert "Asks for a report." in page
    assert re.search(r'class="thread"', page)
    assert f'href="/proposals/{proposal.id}"' in page


def test_a_program_opens_a_ballot_on_a_proposal_once(world: World, chamber: Chamber, proposal: Proposal) -> None:
    chair = world.browser(chamber.chair)
    body = {"rule": "two_thirds", "visibility": "recorded", "quorum": "1/3", "key": "once"}
    first, second = (by_program(chair, f"/proposals/{proposal.id}/ballots", **body) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json["ballot"]["id"] == second.json["ballot"]["id"]
    address = f"/ballots/{first.json['ballot']['id']}/votes"
    cast = by_program(world.browser(chamber.voters[0]), address, choice=Choice.NO)
    assert cast.json["ok"]
