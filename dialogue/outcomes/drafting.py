"""The first draft of a summary: written by itself after a record was made, beside the work of the house.

Reading and comparing what was said takes seconds in a long discussion. So a background task of one serving process
waits for a child process (summary_worker.py), never inside a transaction. What is still due stands in the database
(`Outcome.summarised_at` is empty), so a crash delays a draft and never loses or doubles one.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Select, select

from dialogue.core import db, tasks
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.record import Recorded
from dialogue.core.thread import Ref
from dialogue.core.transaction import Transaction, transaction
from dialogue.outcomes import sources
from dialogue.outcomes.events import OutcomeDrafted, OutcomeEdited
from dialogue.outcomes.models import Outcome, OutcomeState, SummaryPoint
from dialogue.outcomes.summarising import Sentence, Source
from dialogue.outcomes.summary_worker import NoDraft, ask
from dialogue.rooms import naming

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 10
MAX_SECONDS = 300.0  # For all that are due; a worker that needs longer is joined by another one.


def wake(recorded: list[Recorded]) -> None:
    """Draft a summary soon after a record was made."""
    if any(fact.kind == OutcomeDrafted.kind for fact in recorded):
        tasks.wake(draft_due)


def is_due() -> bool:
    """Tell whether a summary has to be drafted."""
    return db.session().scalar(_due().limit(1)) is not None


def draft_due() -> int:
    """Draft every summary that is due. Return how many. Raises SomeFailed, after trying all."""
    return tasks.for_each(db.session().scalars(_due()).all(), finish)


def _due() -> Select[str]:
    query = select(Outcome.id).where(Outcome.summarised_at.is_(None), Outcome.state == OutcomeState.DRAFT)
    return query.order_by(Outcome.number)


def finish(outcome_id: str) -> None:
    """Write the draft of one summary, unless a person wrote one meanwhile: their words are never overwritten."""
    made = compose(outcome_id)
    with transaction() as tx:
        outcome = tx.fetch(Outcome, outcome_id)
        if outcome.summarised_at is None and outcome.state is OutcomeState.DRAFT:
            write(tx, outcome, made)


def compose(outcome_id: str) -> list[Sentence]:
    """What the summary could say; nothing where the room is closed, since no word may leave it. Slow."""
    outcome = db.session().scalars(select(Outcome).where(Outcome.id == outcome_id)).one()
    if outcome.room.attribution is AttributionRule.CLOSED:
        return []
    said = sources.material(outcome)
    hidden = naming.known_names() if outcome.room.attribution.hides_people else naming.NONE
    texts = [Source(f"{s.ref.kind}:{s.ref.id}", s.html, s.ref.kind, s.supports) for s in said]
    try:
        with db.elsewhere():
            return ask(texts, hidden.forbidden, hidden.proper, hidden.capitals, hidden.unless) if texts else []
    except NoDraft:
        log.warning("the summary was not drafted in time", extra={"outcome": outcome_id})
        return []


def write(tx: Transaction, outcome: Outcome, made: Sequence[Sentence]) -> None:
    """Within an open transaction: put the draft where no summary stands; without what was taken back meanwhile."""
    outcome.summarised_at = now()
    if outcome.summary or not made:
        return
    present = {ref for ref, said in sources.of(outcome.room, _refs(made)).items() if not said.gone}
    kept = [(one, refs) for one in made if (refs := [r for r in map(_ref, one.sources) if r in present])
            and _ref(one.sources[0]) in present]
    outcome.summary = [_point(n, one, refs) for n, (one, refs) in enumerate(kept)]
    outcome.revision += 1
    tx.record(OutcomeEdited(stream_id=outcome.stream_id, outcome_id=outcome.id, revision=outcome.revision))


def _point(position: int, sentence: Sentence, refs: Sequence[Ref]) -> SummaryPoint:
    point = SummaryPoint(position=position, section=sentence.section, text=sentence.text)
    point.rest_on(refs)
    return point


def _refs(made: Sequence[Sentence]) -> set[Ref]:
    return {_ref(source) for one in made for source in one.sources}


def _ref(source: str) -> Ref:
    kind, _colon, id = source.partition(":")
    return Ref(kind, id)
