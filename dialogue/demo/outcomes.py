"""The outcomes of the sample: the drafts that ballots left behind, edited, signed, published, corrected."""

from functools import partial

from sqlalchemy import select

from dialogue.core import db
from dialogue.demo.decisions import Corrigendum, Outcome
from dialogue.demo.stage import Stage
from dialogue.outcomes import actions as outcomes
from dialogue.outcomes import models
from dialogue.outcomes.actions import Written

EDITED, SIGNED = 30, 15  # minutes before publication


def plan(stage: Stage) -> None:
    """Each outcome as far as it came."""
    for outcome in stage.content.outcomes:
        stage.at(outcome.at - EDITED, f"editing {outcome.key}", partial(_edit, stage, outcome))
        if outcome.signed_by and outcome.status == "published":
            stage.at(outcome.at - SIGNED, f"signing {outcome.key}", partial(_sign, stage, outcome, outcome.signed_by))
            stage.at(outcome.at, f"publishing {outcome.key}", partial(_publish, stage, outcome, outcome.signed_by))
        for correction in outcome.corrigenda:
            stage.at(correction.at, f"correcting {outcome.key}", partial(_correct, stage, outcome, correction))


def _edit(stage: Stage, outcome: Outcome) -> None:
    """The record's own text stands first, resting on what the decided proposal came from."""
    query = select(models.Outcome).where(models.Outcome.ballot_id == stage.ids[outcome.ballot])
    draft = db.session().scalars(query).one()
    stage.ids[outcome.key] = draft.id
    summary = [Written("text", "points", outcome.text.strip(), _origins(stage, outcome))]
    for n, sentence in enumerate(outcome.summary, 1):
        sources = tuple(stage.ids[key] for key in sentence.sources if key in stage.ids)
        if sources:  # What is said after the publication cannot be cited.
            summary.append(Written(f"sentence-{n}", sentence.section, sentence.text, sources))
    outcomes.edit(stage.people[outcome.drafted_by], draft.id, base=draft.revision, title=outcome.title,
                  summary=summary)


def _origins(stage: Stage, outcome: Outcome) -> tuple[str, ...]:
    ballot = next(ballot for ballot in stage.content.ballots if ballot.key == outcome.ballot)
    proposal = next(proposal for proposal in stage.content.proposals if proposal.key == ballot.proposal)
    return tuple(stage.ids[key] for key in proposal.origins)


def _sign(stage: Stage, outcome: Outcome, signer: str) -> None:
    draft = db.session().get_one(models.Outcome, stage.ids[outcome.key])
    outcomes.sign(stage.people[signer], draft.id, revision=draft.revision)


def _publish(stage: Stage, outcome: Outcome, signer: str) -> None:
    outcomes.publish(stage.people[signer], stage.ids[outcome.key])


def _correct(stage: Stage, outcome: Outcome, correction: Corrigendum) -> None:
    outcomes.correct(stage.people[correction.by], stage.ids[outcome.key],
                     text=f"{correction.text.strip()} {correction.reason.strip()}")
