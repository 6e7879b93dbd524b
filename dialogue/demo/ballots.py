"""The ballots of the sample, opened, cast, closed and explained, and the decisions of history."""

import secrets
from collections.abc import Iterator
from functools import partial

from dialogue.demo.decisions import Ballot, Explanation, Outcome, Precedent
from dialogue.demo.stage import Stage
from dialogue.votes import actions as votes
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Choice, Quorum, Rule

RULES = {"simple_pv": Rule.SIMPLE_MAJORITY, "two_thirds_pv": Rule.TWO_THIRDS, "consensus": Rule.CONSENSUS}
JUST_NOW = -2  # minutes
HALF_AN_HOUR = 30


def plan(stage: Stage) -> None:
    """Each ballot with its votes, and the explanations that its outcome brings."""
    for ballot in stage.content.ballots:
        stage.at(ballot.opened, f"opening {ballot.key}", partial(_open, stage, ballot))
        _plan_votes(stage, ballot)
        if ballot.state == "closed":
            stage.at(ballot.closes, f"closing {ballot.key}", partial(_close, stage, ballot))
    for outcome in stage.content.outcomes:
        _plan_explanations(stage, outcome)


def plan_precedents(stage: Stage, minute: float) -> None:
    """Decisions of history, judged by our rules."""
    for precedent in stage.content.precedents:
        stage.at(minute, f"the precedent {precedent.key}", partial(_add_precedent, stage, precedent))


def _plan_votes(stage: Stage, ballot: Ballot) -> None:
    choices = list(ballot.votes.items()) if ballot.votes else list(_drawn(ballot))
    lasts = min(ballot.closes, JUST_NOW) - ballot.opened
    for n, (voter, choice) in enumerate(choices, 1):
        stage.at(ballot.opened + lasts * n / (len(choices) + 1), f"a vote in {ballot.key}",
                 partial(_cast, stage, ballot, voter, Choice(choice)))


def _drawn(ballot: Ballot) -> Iterator[tuple[str, Choice]]:
    """Voters for the counts of a secret ballot, drawn by lot: not even the sample says who voted how."""
    if ballot.counts is None:
        return
    counts = ballot.counts
    choices = [Choice.YES] * counts.yes + [Choice.NO] * counts.no + [Choice.ABSTAIN] * counts.abstain
    roll = list(ballot.roll)
    secrets.SystemRandom().shuffle(roll)
    yield from zip(roll, choices, strict=False)


def _plan_explanations(stage: Stage, outcome: Outcome) -> None:
    ballot = next(ballot for ballot in stage.content.ballots if ballot.key == outcome.ballot)
    for n, explanation in enumerate(outcome.explanations, 1):
        stage.at(ballot.closes + HALF_AN_HOUR * n, f"an explanation of vote in {ballot.key}",
                 partial(_explain, stage, ballot, explanation))


def _open(stage: Stage, ballot: Ballot) -> None:
    terms = Terms(rule=RULES[ballot.rule], visibility=Visibility(ballot.visibility),
                  quorum=Quorum(ballot.quorum, len(ballot.roll)), closes_at=stage.moment(ballot.closes))
    opened = votes.open_on_proposal(stage.people[_chair(stage, ballot)], stage.ids[ballot.proposal], terms=terms)
    stage.ids[ballot.key] = opened.id


def _chair(stage: Stage, ballot: Ballot) -> str:
    """Who chairs the room or the hall the ballot is held in."""
    proposal = next(proposal for proposal in stage.content.proposals if proposal.key == ballot.proposal)
    halls = {hall.key: hall.moderators[0] for hall in stage.content.halls}
    rooms = {room.key: group.people[0] for room in stage.content.rooms for group in room.members
             if group.role == "chair"}
    return {**halls, **rooms}[proposal.place]


def _cast(stage: Stage, ballot: Ballot, voter: str, choice: Choice) -> None:
    votes.cast(stage.people[voter], stage.ids[ballot.key], choice=choice)


def _close(stage: Stage, ballot: Ballot) -> None:
    votes.close_overdue(stage.ids[ballot.key])


def _explain(stage: Stage, ballot: Ballot, explanation: Explanation) -> None:
    votes.explain(stage.people[explanation.by], stage.ids[ballot.key], text=explanation.text.strip())


def _add_precedent(stage: Stage, precedent: Precedent) -> None:
    made = votes.add_precedent(
        stage.convenor, title=precedent.title, body=precedent.body, held_on=precedent.date,
        rule=RULES[precedent.rule], yes=precedent.yes, no=precedent.no, abstain=precedent.abstain,
        eligible=precedent.members, quorum_needed=precedent.quorum_cast or 0, note=precedent.note,
        source=", ".join(filter(None, (precedent.source, precedent.url))))
    stage.ids[precedent.key] = made.id
