"""Pages of the agenda: the whole, one item, and what changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, render_template, request

from dialogue.accounts.identity import current_person
from dialogue.agenda import api, filters, history, items_web, queries
from dialogue.agenda.filters import Sort
from dialogue.agenda.listing import lines, listing
from dialogue.agenda.matrix import matrix
from dialogue.agenda.milestones import web as milestones_web
from dialogue.agenda.models import AgendaChange, Pace, Stage
from dialogue.agenda.scoring import EQUAL_WEIGHTS, Rating, Weights, median_rating
from dialogue.core import inputs, reader
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.http import day
from dialogue.core.permissions import Permission, allows, house_roles
from dialogue.core.record import MAX_SEQ

bp = Blueprint("agenda", __name__)
for children in (items_web, milestones_web, api):
    bp.register_blueprint(children.bp)

RECENTLY = timedelta(days=30)


@bp.get("/agenda")
def index() -> Any:
    """The whole agenda, as the address asks for it."""
    asked = filters.read(request.args, str(reader.zone()))
    today = reader.today()
    found = listing(asked.filter, asked.view, today)
    page = render_template(
        "agenda/index.html", asked=asked, found=found, today=today, rows=matrix(found.lines, asked.view.rows),
        stages=list(Stage), sorts=list(Sort), paces=list(Pace), actor_sets=list(ActorSet),
        themes=queries.themes(), seq=queries.record_seq(),
        may_add=allows(house_roles(current_person()), Permission.AGENDA_EDIT))
    return page, 422 if asked.errors else 200


@bp.get("/agenda/<item_id>")
def show(item_id: str) -> str:
    """One item with everything that belongs to it; its score as the address weighs it."""
    item = queries.item(item_id)
    roles = item.roles_of(current_person())
    ratings = [Rating(each.urgency, each.feasibility, each.cost) for each in item.ratings]
    return render_template(
        "agenda/show.html", item=item, today=reader.today(), stages=list(Stage), weights=_weights(),
        assessment=median_rating(ratings) if ratings else None, strands=queries.came_from(item, current_person()),
        changes=history.changes_of(item.id), evidence_node=queries.evidence_node,
        can={each.name for each in Permission if allows(roles, each)})


def _weights() -> Weights:
    try:
        return filters.weights(request.args)
    except Invalid:
        return EQUAL_WEIGHTS


@bp.get("/agenda/changes")
def changes() -> Any:
    """What changed since a day, by day, newest first."""
    asked, errors = reader.today() - RECENTLY, {}
    try:
        asked = filters.since(request.args, asked)
        before = inputs.integer(request.args, "before", 1, MAX_SEQ, required=False) or MAX_SEQ
    except Invalid as refusal:
        errors, before = {refusal.field: refusal.message}, MAX_SEQ
    found = history.changes_since(reader.start_of(asked), before=before)
    page = render_template("agenda/changes.html", since=asked, errors=errors, typed_since=request.args.get("since"),
                           days=_by_day(found), more=found[-1].seq if len(found) == history.PAGE else None)
    return page, 422 if errors else 200


def _by_day(found: Sequence[AgendaChange]) -> list[tuple[date, list[AgendaChange]]]:
    zone = reader.zone()
    return [(when, list(each)) for when, each in groupby(found, key=lambda change: change.at.astimezone(zone).date())]


@bp.get("/agenda.atom")
def feed() -> Response:
    """The last changes of the items that the address asks for, for a feed reader."""
    asked = filters.filter_of(request.args, str(reader.zone()))
    ids = [line.id for line in lines(asked, asked.today())] if asked.is_narrowed else None
    found = history.newest_changes(ids)
    updated = found[0].at if found else now()
    page = render_template("agenda/feed.xml", changes=found, asked=asked.asked(), updated=updated)
    return Response(page, mimetype="application/atom+xml")




def iso_day(text: str) -> str:
    """A day that a template holds as text, in the reader's language."""
    return day(date.fromisoformat(text))
