"""Opening, casting, closing, calling off and explaining."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dialogue.core import db
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import held_at, now
from dialogue.core.errors import Conflict, Invalid, NotFound, NotPermitted
from dialogue.core.record import entries
from dialogue.core.tasks import SomeFailed
from dialogue.core.transaction import Transaction
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from dialogue.rooms.voices import voice_id_of
from dialogue.votes import actions, closing, keys, papers
from dialogue.votes.models import Ballot, BallotState, Elector, Terms, Visibility, Vote
from dialogue.votes.rules import Choice, Quorum, Rule, Verdict
from dialogue.votes.secret_models import SealedVote, SecretBox, Turnout
from tests.votes.conftest import Chamber
from tests.world import World

pytestmark = pytest.mark.each_database("votes are kept by upsert, judged by the database's clock")

HIDING = [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED]


def count(model: type[db.Base]) -> int:
    """How many rows a table has."""
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def stored(ballot: Ballot) -> Ballot:
    """The ballot as the database has it."""
    found = db.session().get(Ballot, ballot.id, populate_existing=True)
    assert found
    return found


def test_the_roll_is_those_who_may_vote_and_have_entered(world: World, chamber: Chamber) -> None:
    world.member(chamber.room, entered=False)
    world.member(chamber.room, RoomRole.OBSERVER)
    world.revoked(chamber.room)
    ballot = world.ballot(chamber.room, chamber.chair)
    assert ballot.eligible == 6
    roll = set(db.session().scalars(select(Elector.voice_id).where(Elector.ballot_id == ballot.id)))
    assert roll == {voice_id_of(chamber.room.id, voter) for voter in chamber.voters}


def test_who_enters_after_the_opening_is_not_on_the_roll(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    late = world.member(chamber.room)
    with pytest.raises(NotPermitted):
        actions.cast(late, ballot.id, choice=Choice.YES)


def test_without_an_eligible_voter_no_ballot_opens(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    with pytest.raises(Invalid) as refused:
        world.ballot(room, chair)
    assert refused.value.field == "roll"
    assert count(Ballot) == 0


def test_fewer_than_five_cannot_vote_in_secret(world: World) -> None:
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    for _ in range(4):
        world.member(room)
    with pytest.raises(Invalid) as refused:
        world.ballot(room, chair, Visibility.SECRET)
    assert refused.value.field == "visibility"


@pytest.mark.parametrize("rule", HIDING)
def test_where_people_are_hidden_a_ballot_is_secret(world: World, rule: AttributionRule) -> None:
    room = world.room(rule)
    chair = world.member(room, RoomRole.CHAIR)
    for _ in range(5):
        world.member(room)
    with pytest.raises(Invalid) as refused:
        world.ballot(room, chair)
    assert refused.value.field == "visibility"
    ballot = world.ballot(room, chair, Visibility.SECRET)
    sets = db.session().scalars(select(Elector.actor_set).where(Elector.ballot_id == ballot.id))
    assert set(sets) == {None}


def test_a_deadline_lies_ahead(world: World, chamber: Chamber) -> None:
    with pytest.raises(Invalid) as refused:
        world.ballot(chamber.room, chamber.chair, closes_at=now() - timedelta(seconds=1))
    assert refused.value.field == "closes_at"


@pytest.mark.parametrize("role", [RoomRole.PARTICIPANT, RoomRole.RAPPORTEUR, RoomRole.OBSERVER])
def test_only_a_chair_opens_and_closes(world: World, chamber: Chamber, role: RoomRole) -> None:
    member = world.member(chamber.room, role)
    with pytest.raises(NotPermitted):
        world.ballot(chamber.room, member)
    ballot = world.ballot(chamber.room, chamber.chair)
    for act in (actions.close_ballot, actions.cancel_ballot):
        with pytest.raises(NotPermitted):
            act(member, ballot.id)
    assert stored(ballot).state is BallotState.OPEN


def test_a_stranger_and_a_revoked_member_find_nothing(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    for person in (world.person(), world.revoked(chamber.room), world.convenor):
        with pytest.raises(NotFound):
            actions.cast(person, ballot.id, choice=Choice.YES)
        with pytest.raises(NotFound):
            actions.close_ballot(person, ballot.id)
        with pytest.raises(NotFound):
            papers.paper(ballot.id, person)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_revoked_member_cannot_cast_but_what_was_cast_stands(
    world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    gone = chamber.voters[0]
    actions.cast(gone, ballot.id, choice=Choice.NO)
    rooms.remove(world.convenor, chamber.room.id, member_id=gone.id)
    with pytest.raises(NotFound):
        actions.cast(gone, ballot.id, choice=Choice.YES)
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no) == (0, 1)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_last_of_several_votes_counts_once(world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    for choice in (Choice.YES, Choice.ABSTAIN, Choice.NO):
        actions.cast(chamber.voters[0], ballot.id, choice=choice)
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no, closed.abstain) == (0, 1, 0)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_the_same_key_is_one_vote_and_another_choice_under_it_is_refused(
    world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    voter = chamber.voters[0]
    first = actions.cast(voter, ballot.id, choice=Choice.YES, key="one")
    actions.cast(voter, ballot.id, choice=Choice.NO, key="two")
    assert actions.cast(voter, ballot.id, choice=Choice.YES, key="one") == first
    with pytest.raises(Conflict):
        actions.cast(voter, ballot.id, choice=Choice.ABSTAIN, key="one")
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert (closed.yes, closed.no, closed.abstain) == (0, 1, 0)


def test_the_deadline_is_judged_when_the_vote_is_written(world: World, chamber: Chamber) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, closes_at=deadline)
    with held_at(deadline - timedelta(milliseconds=1)):
        actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    with held_at(deadline), pytest.raises(Conflict):
        actions.cast(chamber.voters[1], ballot.id, choice=Choice.NO)
    with held_at(deadline + timedelta(days=1)):
        assert actions.close_overdue(ballot.id)
    assert (stored(ballot).yes, stored(ballot).no) == (1, 0)
    assert stored(ballot).closed_at == deadline


def test_a_ballot_that_is_not_due_is_not_closed_by_itself(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, closes_at=now() + timedelta(hours=1))
    assert not actions.close_overdue(ballot.id)
    assert actions.sweep() == 0
    assert stored(ballot).state is BallotState.OPEN


def test_an_overdue_ballot_that_breaks_leaves_the_others(
        world: World, chamber: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = now() + timedelta(hours=1)
    broken, other = (world.ballot(chamber.room, chamber.chair, closes_at=deadline) for _ in range(2))
    close = closing.close

    def close_other(tx: Transaction, ballot: Ballot) -> None:
        if ballot.id == broken.id:
            raise RuntimeError("broken")
        close(tx, ballot)

    monkeypatch.setattr(closing, "close", close_other)
    with held_at(deadline), pytest.raises(SomeFailed):
        actions.close_all_overdue()
    assert stored(other).state is BallotState.CLOSED
    assert stored(broken).state is BallotState.OPEN


def test_an_overdue_ballot_without_its_key_keeps_no_worker_busy(world: World, chamber: Chamber) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET, closes_at=deadline)
    assert not actions.are_overdue()
    with held_at(deadline):
        assert actions.are_overdue()
        keys.destroy(ballot.id)
        assert not actions.are_overdue()


def test_the_sweep_closes_what_is_overdue(world: World, chamber: Chamber) -> None:
    deadline = now() + timedelta(hours=1)
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET, closes_at=deadline)
    with held_at(deadline):
        assert actions.sweep() == 1
    assert stored(ballot).state is BallotState.CLOSED
    assert keys.find(ballot.id) is None


def test_closing_fixes_the_result_once(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, rule=Rule.TWO_THIRDS, quorum=Quorum(1, 2))
    for voter, choice in zip(chamber.voters, [Choice.YES, Choice.YES, Choice.NO], strict=False):
        actions.cast(voter, ballot.id, choice=choice)
    closed = actions.close_ballot(chamber.chair, ballot.id)
    assert closed.verdict is Verdict.ADOPTED
    assert closed.by_set == {"rows": {
        "state": {"yes": 1, "no": 0, "abstain": 0}, "civil_society": {"yes": 1, "no": 0, "abstain": 0},
        "intl_civil_service": {"yes": 0, "no": 0, "abstain": 0}, "public": {"yes": 0, "no": 1, "abstain": 0}},
        "remainder": None}
    for late in (actions.close_ballot, actions.cancel_ballot):
        with pytest.raises(Conflict):
            late(chamber.chair, ballot.id)
    with pytest.raises(Conflict):
        actions.cast(chamber.voters[5], ballot.id, choice=Choice.NO)


def test_too_few_taking_part_is_no_quorum(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, quorum=Quorum(1, 2))
    for voter in chamber.voters[:2]:
        actions.cast(voter, ballot.id, choice=Choice.YES)
    assert actions.close_ballot(chamber.chair, ballot.id).verdict is Verdict.NO_QUORUM


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_ballot_called_off_keeps_no_vote(world: World, chamber: Chamber, visibility: Visibility) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, visibility)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    cancelled = actions.cancel_ballot(chamber.chair, ballot.id)
    assert cancelled.verdict is None
    assert count(Vote) == count(SecretBox) == count(Turnout) == count(SealedVote) == 0
    assert keys.find(ballot.id) is None


def test_a_vote_leaves_no_entry_in_the_record(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    before = [e.seq for e in entries(chamber.room.id, after=0)]
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    assert [e.seq for e in entries(chamber.room.id, after=0)] == before


def test_a_secret_ballot_whose_key_is_lost_can_only_be_called_off(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    actions.cast(chamber.voters[0], ballot.id, choice=Choice.YES)
    keys.destroy(ballot.id)
    with pytest.raises(Conflict):
        actions.cast(chamber.voters[1], ballot.id, choice=Choice.YES)
    assert papers.paper(ballot.id, chamber.voters[1]).key_lost
    with pytest.raises(Conflict, match="can call it off"):
        actions.close_ballot(chamber.chair, ballot.id)
    assert actions.cancel_ballot(chamber.chair, ballot.id).state is BallotState.CANCELLED
    assert count(SecretBox) == count(Turnout) == 0


def test_a_key_outlives_its_ballot_until_the_next_sweep_only(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    actions.close_ballot(chamber.chair, ballot.id)
    still_open = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    keys.make(ballot.id)  # As if the process had died between the commit and the destruction.
    actions.sweep()
    assert keys.find(ballot.id) is None
    assert keys.find(still_open.id) is not None


def test_a_vote_is_explained_once_and_after_the_closing(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair)
    voter = chamber.voters[0]
    with pytest.raises(Conflict):
        actions.explain(voter, ballot.id, text="Because.")
    actions.cast(voter, ballot.id, choice=Choice.YES)
    actions.close_ballot(chamber.chair, ballot.id)
    actions.explain(voter, ballot.id, text="Because **of this**.")
    with pytest.raises(Conflict):
        actions.explain(voter, ballot.id, text="And because of that.")
    with pytest.raises(NotPermitted):
        actions.explain(chamber.chair, ballot.id, text="I was in the chair.")
    lines = papers.paper(ballot.id, chamber.chair).lines
    assert [(line.byline.name, line.choice) for line in lines] == [("Voter 0", Choice.YES)]
    assert "<strong>of this</strong>" in str(lines[0].explanation)


def test_a_secret_vote_is_never_explained(world: World, chamber: Chamber) -> None:
    ballot = world.ballot(chamber.room, chamber.chair, Visibility.SECRET)
    actions.close_ballot(chamber.chair, ballot.id)
    with pytest.raises(Conflict):
        actions.explain(chamber.voters[0], ballot.id, text="I voted yes.")


def test_an_opening_sent_twice_opens_one_ballot(world: World, chamber: Chamber) -> None:
    terms = Terms(rule=Rule.CONSENSUS, visibility=Visibility.RECORDED)
    first, second = (actions.open_on_question(chamber.chair, chamber.room.id, question="Twice?", terms=terms,
                                              key="press") for _ in range(2))
    assert first.id == second.id
    assert count(Ballot) == 1
