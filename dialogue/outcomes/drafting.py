"""The first draft of a summary: written by itself after a record was made, beside the work of the house.

Reading and comparing what was said takes seconds in a long discussion. So it happens in a thread that waits for a
process of its own (summary_worker.py), never inside a transaction. What is still due stands in the database
(`Outcome.summarised_at` is empty), so a crash delays a draft and never loses or doubles one.
"""

import logging
import threading
from collections.abc import Sequence

from sqlalchemy import select

from dialogue.core import db
from dialogue.core.application import PerApp, bound
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
LOOK_AGAIN_SECONDS = 60


class _Work:
    """Whether something is due, and whether the thread that drafts was started."""

    def __init__(self) -> None:
        self.due, self.started = threading.Event(), threading.Event()


_work = PerApp(_Work)


def start() -> None:
    """Begin to draft what is due, now and whenever a record is made; once an application."""
    if not _work().started.is_set():
        _work().started.set()
        threading.Thread(target=bound(_keep_drafting), name="summaries", daemon=True).start()


def wake(recorded: list[Recorded]) -> None:
    """Draft a summary soon after a record was made."""
    if any(fact.kind == OutcomeDrafted.kind for fact in recorded):
        _work().due.set()


def _keep_drafting() -> None:
    while True:
        _work().due.clear()
        try:
            draft_due()
        except Exception:
            log.exception("a summary could not be drafted")  # Looked at again in a while.
        finally:
            db.release()
        _work().due.wait(LOOK_AGAIN_SECONDS)


def draft_due() -> int:
    """Draft every summary that is due; returns how many."""
    query = select(Outcome.id).where(Outcome.summarised_at.is_(None), Outcome.state == OutcomeState.DRAFT)
    due = list(db.session().scalars(query.order_by(Outcome.number)))
    for outcome_id in due:
        finish(outcome_id)
    return len(due)


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
        log.warning("no draft of a summary in time", extra={"outcome": outcome_id})
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
