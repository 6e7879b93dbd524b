"""The public agenda as JSON."""

from typing import Any

from flask import Blueprint, request

from dialogue.agenda import filters, queries
from dialogue.agenda.listing import Line, listing
from dialogue.agenda.models import AgendaItem, Champion, Milestone
from dialogue.agenda.models import Rating as GivenRating
from dialogue.agenda.scoring import Assessment, Rating, Spread, Weights, median_rating, shown
from dialogue.core.errors import Invalid
from dialogue.core.json import Answer, Readers, answers
from dialogue.core.reader import today, zone

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/agenda")
@answers(Readers.OPEN)
def index() -> Answer:
    """A page of the agenda, with the arguments of the page for people. Refused where the page shows an error."""
    asked = filters.read(request.args, str(zone()))
    for field, message in asked.errors.items():
        raise Invalid(field, message)
    found = listing(asked.filter, asked.view, today())
    weights = asked.view.weights
    ranked = [_line(place.item, weights) | {"rank": place.rank, "tied": place.tied} for place in found.places]
    return {"items": ranked + [_line(line, weights) for line in found.apart], "count": len(found.lines),
            "page": asked.view.page, "pages": found.pages, "milestones_soon": found.milestones_soon,
            "milestones_overdue": found.milestones_overdue, "weights": _weights(weights)}


@bp.get("/agenda/<item_id>")
@answers(Readers.SEE)
def show(item_id: str) -> Answer:
    """One item with its ratings, champions, milestones and evidence."""
    item = queries.item(item_id)
    ratings = [Rating(each.urgency, each.feasibility, each.cost) for each in item.ratings]
    weights = filters.weights(request.args)
    return _item(item) | _assessed(median_rating(ratings) if ratings else None, weights) | {
        "weights": _weights(weights),
        "ratings": [_rating(each) for each in item.ratings],
        "champions": [_champion(each) for each in item.champions],
        "milestones": [_milestone(each) for each in item.milestones],
    }


def _weights(weights: Weights) -> dict[str, int]:
    return {"urgency": weights.urgency, "feasibility": weights.feasibility, "cost": weights.cost}


def _line(line: Line, weights: Weights) -> dict[str, Any]:
    return {
        "id": line.id, "title": line.title, "address": line.address, "theme": line.theme, "forum": line.forum,
        "pace": line.pace, "stage": line.stage, "milestones_overdue": line.overdue,
        "next_milestone_due": line.next_due.isoformat() if line.next_due else None,
    } | _assessed(line.assessment, weights)


def _assessed(assessment: Assessment | None, weights: Weights) -> dict[str, Any]:
    if assessment is None:
        return {"score": None, "raters": 0}
    return {"score": shown(assessment.score(weights)), "raters": assessment.raters,
            "urgency": _spread(assessment.urgency), "feasibility": _spread(assessment.feasibility),
            "cost": _spread(assessment.cost)}


def _spread(spread: Spread) -> dict[str, Any]:
    return {"median": float(spread.median), "low": spread.low, "high": spread.high}


def _item(item: AgendaItem) -> dict[str, Any]:
    return {
        "id": item.id, "title": item.title, "address": item.address, "problem": item.problem, "goal": item.goal,
        "theme": item.theme.title, "forum": item.forum, "pace": item.pace, "legal_route": item.legal_route,
        "stage": item.stage, "stage_note": item.stage_note, "review_on": item.review_on.isoformat(),
        "revision": item.revision, "updated_at": item.updated_at.isoformat(),
    }


def _rating(rating: GivenRating) -> dict[str, Any]:
    return {"by": rating.person.name, "actor": rating.person.actor.name if rating.person.actor else None,
            "urgency": rating.urgency, "feasibility": rating.feasibility, "cost": rating.cost,
            "rationale": rating.rationale, "at": rating.at.isoformat()}


def _champion(champion: Champion) -> dict[str, Any]:
    return {"actor": champion.actor.name, "actor_set": champion.actor.actor_set, "role": champion.role}


def _milestone(milestone: Milestone) -> dict[str, Any]:
    evidence = [{"status": each.status, "note": each.note, "publisher": each.publisher, "url": each.url,
                 "at": each.at.isoformat()} for each in milestone.evidence]
    return {"id": milestone.id, "statement": milestone.statement, "due": milestone.due.isoformat(),
            "owner": milestone.owner.name if milestone.owner else None, "status": milestone.status,
            "evidence": evidence}
