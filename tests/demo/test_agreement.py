"""The parts of the sample agree: counts with verdicts, moments with their order, people with places."""

from collections import Counter
from fractions import Fraction

import pytest

from dialogue.demo.content import load

CONTENT = load()
CLOSED = [ballot for ballot in CONTENT.ballots if ballot.state == "closed"]
PROPOSALS = {proposal.key: proposal for proposal in CONTENT.proposals}
ROOMS = {room.key: room for room in CONTENT.rooms}
HALLS = {hall.key: hall for hall in CONTENT.halls}
MEMBERS = {
    key: {person for group in room.members for person in group.people} for key, room in ROOMS.items()
} | {hall.key: {*hall.participants, *hall.moderators, *hall.panel, hall.rapporteur} for hall in CONTENT.halls}


def _count(ballot):
    if ballot.counts:
        return ballot.counts.yes, ballot.counts.no, ballot.counts.abstain
    cast = Counter(ballot.votes.values())
    return cast["yes"], cast["no"], cast["abstain"]


def _verdict(rule, yes, no, enough):
    if not enough:
        return "no_quorum"
    if rule == "consensus":
        return "not_adopted" if no else "adopted"
    needed = Fraction(2, 3) if rule == "two_thirds_pv" else None
    passed = Fraction(yes, yes + no) >= needed if needed else yes > no
    return "adopted" if passed else "not_adopted"


# ── Decisions ──


@pytest.mark.parametrize("ballot", CLOSED, ids=lambda ballot: ballot.key)
def test_a_closed_ballot_has_the_verdict_that_its_count_gives(ballot):
    yes, no, abstain = _count(ballot)
    assert yes + no + abstain <= len(ballot.roll)
    assert _verdict(ballot.rule, yes, no, yes + no + abstain >= ballot.quorum) == ballot.verdict


@pytest.mark.parametrize("precedent", CONTENT.precedents, ids=lambda precedent: precedent.key)
def test_a_precedent_has_the_verdict_that_its_count_gives(precedent):
    enough = precedent.quorum_cast is None or precedent.yes + precedent.no >= precedent.quorum_cast
    assert _verdict(precedent.rule, precedent.yes, precedent.no, enough) == precedent.verdict


def test_the_precedents_have_their_historical_tallies():
    assert [(p.date.isoformat(), p.yes, p.no, p.abstain, p.verdict) for p in CONTENT.precedents] == [
        ("1998-07-17", 120, 7, 21, "adopted"),
        ("1970-11-20", 51, 49, 25, "not_adopted"),
        ("1971-10-25", 76, 35, 17, "adopted"),
        ("2022-04-07", 93, 24, 58, "adopted"),
        ("2005-06-16", 288, 8, 139, "no_quorum"),
    ]


def test_every_verdict_and_every_rule_is_shown():
    assert {ballot.verdict for ballot in CLOSED} == {"adopted", "not_adopted", "no_quorum"}
    assert {ballot.rule for ballot in CLOSED} == {"simple_pv", "two_thirds_pv", "consensus"}


def test_votes_are_kept_only_of_recorded_ballots_and_only_of_the_roll():
    for ballot in CONTENT.ballots:
        assert (ballot.votes is None) == (ballot.visibility == "secret") == (ballot.counts is not None)
        assert set(ballot.votes or {}) <= set(ballot.roll)
        assert (ballot.verdict is None) == (ballot.state == "open") == (ballot.closes > 0)


def test_ballots_follow_the_stage_and_the_last_version_of_their_proposals():
    for ballot in CONTENT.ballots:
        proposal = PROPOSALS[ballot.proposal]
        assert proposal.stage == ("open" if ballot.state == "open" else "decided")
        assert proposal.versions[-1].at < ballot.opened < ballot.closes


def test_sample_participants_find_a_ballot_on_which_they_have_not_voted():
    waiting = [ballot for ballot in CONTENT.ballots if ballot.state == "open" and ballot.votes]
    for person in ("thavisara", "wren"):
        assert any(person in ballot.roll and person not in ballot.votes for ballot in waiting)


# ── Order and membership ──


@pytest.mark.parametrize("room", CONTENT.rooms, ids=lambda room: room.key)
def test_people_speak_and_support_only_where_they_are_members_and_never_support_themselves(room):
    for contribution in room.contributions:
        assert {contribution.by, *contribution.supports} <= MEMBERS[room.key]
        assert contribution.by not in contribution.supports


@pytest.mark.parametrize("room", CONTENT.rooms, ids=lambda room: room.key)
def test_contributions_stand_in_order_and_answer_earlier_ones_of_the_room(room):
    moments = [room.opened, *(c.at for c in room.contributions), 0]
    assert moments == sorted(moments)
    earlier = set()
    for contribution in room.contributions:
        assert contribution.reply_to is None or contribution.reply_to in earlier
        earlier.add(contribution.key)


def test_proposals_come_from_what_was_said_before_in_the_same_place():
    for proposal in CONTENT.proposals:
        place = ROOMS.get(proposal.place)
        said = place.contributions if place else HALLS[proposal.place].questions
        before = {piece.key for piece in said if piece.at < proposal.versions[-1].at}
        assert set(proposal.origins) <= before
        assert proposal.by in MEMBERS[proposal.place]
        assert [v.at for v in proposal.versions] == sorted(v.at for v in proposal.versions)


def test_roll_and_outcome_belong_to_the_place_of_the_proposal():
    ballots = {ballot.key: ballot for ballot in CONTENT.ballots}
    for ballot in CONTENT.ballots:
        assert set(ballot.roll) <= MEMBERS[PROPOSALS[ballot.proposal].place]
    for outcome in CONTENT.outcomes:
        ballot = ballots[outcome.ballot]
        said = {c.key for c in ROOMS[PROPOSALS[ballot.proposal].place].contributions}
        assert ballot.closes < outcome.at < 0
        assert all(set(sentence.sources) <= said for sentence in outcome.summary)


def test_only_signed_outcomes_are_published_and_one_waits_for_the_rapporteur():
    assert all((outcome.status == "published") == bool(outcome.signed_by) for outcome in CONTENT.outcomes)
    assert [outcome.key for outcome in CONTENT.outcomes if outcome.status == "draft"] == ["o-emergency-48"]


def test_the_hall_is_live_in_one_of_its_own_segments():
    for hall in CONTENT.halls:
        segments = [segment.key for segment in hall.segments]
        earlier = sum(s.minutes for s in hall.segments[: segments.index(hall.live_segment)])
        assert hall.opened < 0
        assert abs(-hall.opened - earlier) <= 15
        assert hall.poll.segment in segments
        assert all((question.answer is None) == (question.answered_by is None) for question in hall.questions)


def test_milestones_met_have_evidence_and_their_dates_agree_with_their_status():
    for item in CONTENT.agenda:
        for milestone in item.milestones:
            assert (milestone.status == "met") == bool(milestone.evidence)
            assert (milestone.status in ("met", "missed")) == (milestone.due < 0)
        own = {milestone.key for milestone in item.milestones}
        assert all(report.milestone in own and report.at <= 0 for report in item.reports)


def test_a_coalition_does_not_count_its_champions_twice():
    for item in CONTENT.agenda:
        assert not {champion.actor for champion in item.champions} & set(item.coalition)
