"""Secret ballots that an earlier version opened go on: their votes are moved from rows in the clear to a sealed box."""

import pytest
from sqlalchemy import delete, func, insert, select

from dialogue.accounts.models import Person
from dialogue.core import db, idempotency
from dialogue.core.attribution import ActorSet
from dialogue.core.errors import Conflict, Unavailable
from dialogue.core.idempotency import Receipt
from dialogue.core.transaction import transaction
from dialogue.rooms.voices import voice_id_of
from dialogue.votes import actions, conversion, keys
from dialogue.votes.models import Ballot, BallotState, Visibility
from dialogue.votes.rules import Choice
from dialogue.votes.secret_models import SecretBox, SecretVote, Turnout
from tests.votes.conftest import Chamber, votes_in
from tests.world import World

CHOICES = [Choice.YES, Choice.NO, Choice.NO, Choice.ABSTAIN]


def count(model: type[db.Base]) -> int:
    """How many rows a table has."""
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def store_as_before(ballot: Ballot, voter: Person, choice: Choice, press: str) -> None:
    """Store a vote and its receipt as the earlier version did."""
    key, voice_id = keys.find(ballot.id), voice_id_of(ballot.room_id, voter)
    assert key
    assert voice_id
    slot = keys.mac(key, "slot", voice_id)
    with transaction() as tx:
        tx.session.merge(SecretVote(ballot_id=ballot.id, slot=slot, actor_set=ActorSet.STATE, choice=choice))
        tx.session.execute(insert(Receipt).values(
            owner_id=slot[:22], key=press, body=keys.mac(key, "body", slot, choice), answer="a" * 22,
            at=idempotency.UNTIL_REMOVED))


@pytest.fixture
def ballot(world: World, chamber: Chamber) -> Ballot:
    """A secret ballot of the earlier version, in which four of six have voted, one of them twice."""
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    with transaction() as tx:
        tx.session.execute(delete(SecretBox))
        tx.session.execute(delete(Turnout))
    store_as_before(ballot, chamber.voters[0], Choice.ABSTAIN, "earlier")
    for voter, choice in zip(chamber.voters, CHOICES, strict=False):
        store_as_before(ballot, voter, choice, "press")
    return ballot


def test_the_votes_of_an_earlier_version_are_sealed_and_counted(chamber: Chamber, ballot: Ballot) -> None:
    actions.sweep()
    assert count(SecretVote) == 0
    assert count(Receipt) == 0
    assert votes_in(ballot) == 4
    actions.cast(chamber.voters[4], ballot.id, choice=Choice.YES)
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no, closed.abstain) == (2, 2, 1)


def test_keys_used_before_the_sealing_still_have_one_effect(chamber: Chamber, ballot: Ballot) -> None:
    actions.sweep()
    voter = chamber.voters[0]
    actions.cast(voter, ballot.id, choice=Choice.ABSTAIN, key="earlier")  # A repetition: the later vote stands.
    with pytest.raises(Conflict):
        actions.cast(voter, ballot.id, choice=Choice.NO, key="press")
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no, closed.abstain) == (1, 2, 1)


def test_until_it_is_sealed_a_ballot_of_an_earlier_version_neither_takes_votes_nor_closes(
        chamber: Chamber, ballot: Ballot) -> None:
    with pytest.raises(Unavailable):
        actions.cast(chamber.voters[4], ballot.id, choice=Choice.YES)
    with pytest.raises(Unavailable):
        actions.close_ballot(chamber.chair, ballot.id)
    assert count(SecretVote) == 4


def test_without_the_key_a_ballot_of_an_earlier_version_can_only_be_called_off(
        chamber: Chamber, ballot: Ballot) -> None:
    keys.destroy(ballot.id)
    assert conversion.convert_all() == 0
    with pytest.raises(Conflict):
        actions.close_ballot(chamber.chair, ballot.id)
    assert actions.cancel_ballot(chamber.chair, ballot.id).state is BallotState.CANCELLED
    assert count(SecretVote) == count(Receipt) == 0


def test_a_ballot_is_sealed_once(chamber: Chamber, ballot: Ballot) -> None:
    assert conversion.convert_all() == 1
    assert conversion.convert_all() == 0
    assert not conversion._convert(ballot.id)
    assert votes_in(ballot) == 4
