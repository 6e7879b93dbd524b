"""Outcomes for programs: `/api/v1/outcomes`."""

from datetime import datetime
from typing import Any

from flask import Blueprint, request

from dialogue.accounts import identity
from dialogue.core import inputs, paging
from dialogue.core.json import Answer, Readers, answers
from dialogue.outcomes import queries
from dialogue.outcomes.models import Outcome, OutcomeKind
from dialogue.outcomes.queries import Filter
from dialogue.votes.rules import Verdict

bp = Blueprint("api", __name__, url_prefix="/api/v1")
MAX_LIMIT = 100


@bp.get("/outcomes")
@answers(Readers.OPEN)
def index() -> Answer:
    """The published outcomes, and the drafts of the asker's rooms: `theme`, `kind`, `verdict`, `page`, `limit`."""
    number, limit = paging.page(request.args), paging.limit(request.args, queries.PAGE_SIZE, MAX_LIMIT)
    shown, total = queries.page(identity.current_person(), wanted(), number=number, size=limit)
    return {"total": total, "page": number, "outcomes": [_brief(one) for one in shown]}


@bp.get("/outcomes/<outcome_id>")
@answers(Readers.SEE)
def show(outcome_id: str) -> Answer:
    """One outcome with its decision, summary and corrigenda."""
    outcome, roles = queries.outcome_for(identity.current_person(), outcome_id)
    shows_sources = outcome.shows_sources(roles)
    return {"outcome": {
        **_brief(outcome),
        "decision": _decision(outcome),
        "summary": [{"section": point.section, "text": point.text, "source_count": len(point.sources),
                     "sources": [source.ref._asdict() for source in point.sources if shows_sources]}
                    for point in outcome.points],
        "signatures": _signatures(outcome),
        "corrigenda": [{"number": c.number, "at": _moment(outcome, c.at), "text": c.text} for c in outcome.corrigenda],
    }}


def _signatures(outcome: Outcome) -> dict[str, str | None]:
    """When the chair signed the record, and the rapporteur the summary as it stands."""
    signature = outcome.summary_signature
    return {"chair": _moment(outcome, outcome.signed_at) if outcome.signed_at else None,
            "rapporteur": _moment(outcome, signature.at) if signature and outcome.is_summary_signed else None}


def _decision(outcome: Outcome) -> dict[str, Any]:
    """The frozen account; where people are hidden with days only, as a second could tell who was there."""
    if not outcome.room.attribution.hides_people:
        return outcome.decision
    coarse = {name: moment[:10] for name in ("opened_at", "closed_at") if (moment := outcome.decision.get(name))}
    return outcome.decision | coarse


def wanted() -> Filter:
    """What the address asks to list. Raises Invalid for a kind or verdict there is not."""
    args = request.args
    return Filter(
        theme_id=inputs.text(args, "theme", max_length=22, required=False),
        kind=inputs.choice(args, "kind", OutcomeKind) if args.get("kind") else None,
        verdict=inputs.choice(args, "verdict", Verdict) if args.get("verdict") else None)


def _brief(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id, "symbol": outcome.symbol, "title": outcome.title, "kind": outcome.kind.value,
        "state": outcome.state.value, "verdict": outcome.verdict or None, "revision": outcome.revision,
        "address": outcome.address, "room_id": outcome.room_id, "theme_id": outcome.room.theme_id,
        # Numbers are given in the order of drafting: a neighbour's exact time would bracket a hidden one.
        "created_at": _day(outcome.created_at),
        "published_at": _moment(outcome, outcome.published_at) if outcome.published_at else None,
    }


def _moment(outcome: Outcome, at: datetime) -> str:
    """A moment, or where people are hidden its day."""
    return _day(at) if outcome.room.attribution.hides_people else at.isoformat()


def _day(at: datetime) -> str:
    # UTC's for every reader: where people are hidden, days in several zones would tell the hour.
    return at.date().isoformat()
