"""Pages of the agenda: the whole, one item and its forms, and what changed."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.accounts.queries import actors
from dialogue.agenda import actions, api, feeding, filters, history, queries
from dialogue.agenda.filters import Sort
from dialogue.agenda.listing import lines, listing
from dialogue.agenda.matrix import matrix
from dialogue.agenda.milestones import web as milestones_web
from dialogue.agenda.models import AgendaChange, AgendaItem, ChampionRole, LegalRoute, Pace, Stage
from dialogue.agenda.scoring import EQUAL_WEIGHTS, HIGHEST, LOWEST, Rating, Weights, median_rating
from dialogue.core import inputs, paging, reader, resending
from dialogue.core.attribution import ActorSet
from dialogue.core.bounds import takes
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid
from dialogue.core.forms import redisplays
from dialogue.core.http import day
from dialogue.core.i18n import gettext as _
from dialogue.core.idempotency import is_answered
from dialogue.core.limits import throttle
from dialogue.core.near_names import refuse_near
from dialogue.core.permissions import Permission, allows, house_roles, permit
from dialogue.core.record import MAX_SEQ
from dialogue.rooms.themes import queries as themes

bp = Blueprint("agenda", __name__)
for children in (milestones_web, api):
    bp.register_blueprint(children.bp)

RECENTLY = timedelta(days=30)
MAX_TEXT = 5000
MAX_CHARACTERS = 2 * MAX_TEXT + 2_000  # … of the whole form.
FIRST_REVIEW = timedelta(days=180)


@bp.get("/agenda")
def index() -> Any:
    """The whole agenda, as the address asks for it."""
    asked = filters.read(request.args, str(reader.zone()))
    today = reader.today()
    found = listing(asked.filter, asked.view, today)
    page = render_template(
        "agenda/index.html", asked=asked, found=found, today=today, rows=matrix(found.lines, asked.view.rows),
        stages=list(Stage), sorts=list(Sort), paces=list(Pace), actor_sets=list(ActorSet),
        themes=themes.choices(), seq=queries.record_seq(),
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
        before = paging.before(request.args) or MAX_SEQ
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


def _permitted(item_id: str, permission: Permission) -> AgendaItem:
    """The item, for a page on which only some may work."""
    item = queries.item(item_id)
    permit(current_person(), permission, item)
    return item


def _description(form: inputs.Form, *, not_before: date) -> dict[str, Any]:
    """The fields that describe an item."""
    return {
        "title": inputs.text(form, "title", max_length=200),
        "problem": inputs.text(form, "problem", max_length=MAX_TEXT, multiline=True),
        "goal": inputs.text(form, "goal", max_length=MAX_TEXT, multiline=True),
        "theme_id": inputs.text(form, "theme_id", max_length=22),
        "forum": inputs.text(form, "forum", max_length=160),
        "pace": inputs.choice(form, "pace", Pace),
        "legal_route": inputs.choice(form, "legal_route", LegalRoute),
        "review_on": inputs.date(form, "review_on", not_before=not_before),
        "vouched": inputs.flag(form, "vouched"),
    }


@bp.get("/agenda/new")
def new_page() -> str:
    """A new item, from an outcome if one is named."""
    permit(current_person(), Permission.AGENDA_EDIT)
    asked = request.values.get("outcome")
    outcome = feeding.outcome_to_feed(asked, require_person()) if asked else None
    return render_template("agenda/new.html", outcome=outcome, goal=feeding.adopted_text(outcome) if outcome else "",
                           key=new_id(), review_on=reader.today() + FIRST_REVIEW, **_choices())


def _choices() -> dict[str, Any]:
    return {"themes": themes.choices(), "forums_known": queries.forums(), "paces": list(Pace),
            "routes": list(LegalRoute), "stages": list(Stage)}


@bp.post("/agenda/new")
@redisplays(new_page, "item")
@takes(characters=MAX_CHARACTERS)
def new() -> Any:
    """Bring it onto the agenda."""
    throttle("post", require_person().id)
    described = _description(request.form, not_before=reader.today())
    stage = inputs.choice(request.form, "stage", Stage)
    key = resending.key()
    if not is_answered(require_person().id, key):
        refuse_near(request.form, "title", described["title"], queries.titles())
    item = actions.add_item(require_person(), **described, stage=stage, key=key,
                            outcome_id=inputs.text(request.form, "outcome", max_length=22, required=False) or None)
    flash(_("The item is on the agenda. Its champions, ratings and milestones come next."), "success")
    return redirect(item.address)


@bp.get("/agenda/join")
def join_page() -> str:
    """Choose the item an outcome feeds."""
    items = feeding.items_open_to(require_person())
    if not items:
        permit(current_person(), Permission.AGENDA_EDIT)
    outcome = feeding.outcome_to_feed(request.values.get("outcome", ""), require_person())
    return render_template("agenda/join.html", outcome=outcome, items=items)


@bp.post("/agenda/join")
@redisplays(join_page, "join")
def join() -> Any:
    """Have the outcome feed it."""
    item = actions.join_outcome(require_person(), inputs.text(request.form, "item", max_length=22),
                                outcome_id=inputs.text(request.form, "outcome", max_length=22))
    flash(_("The outcome now feeds this item."), "success")
    return redirect(item.address)


@bp.get("/agenda/<item_id>/edit")
def edit_page(item_id: str) -> str:
    """The item's description, to be changed."""
    return render_template("agenda/edit.html", item=_permitted(item_id, Permission.AGENDA_EDIT), **_choices())


@bp.post("/agenda/<item_id>/edit")
@redisplays(edit_page, "item")
@takes(characters=MAX_CHARACTERS)
def edit(item_id: str) -> Any:
    """Save it."""
    item = queries.item(item_id)
    # A review day that has passed may stay; a new one lies ahead.
    described = _description(request.form, not_before=min(item.review_on, reader.today()))
    base = inputs.integer(request.form, "base", 1, 10**9)
    return redirect(actions.edit_item(require_person(), item_id, base=base, **described).address)


@bp.get("/agenda/<item_id>/move")
def move_page(item_id: str) -> str:
    """Choose another stage."""
    return render_template("agenda/move.html", item=_permitted(item_id, Permission.AGENDA_EDIT), stages=list(Stage))


@bp.post("/agenda/<item_id>/move")
@redisplays(move_page, "move")
def move(item_id: str) -> Any:
    """Move it there."""
    form = request.form
    item = actions.move(require_person(), item_id, stage=inputs.choice(form, "stage", Stage),
                        note=inputs.text(form, "note", max_length=500, required=False, multiline=True),
                        review_on=inputs.date(form, "review_on", not_before=reader.today(), required=False))
    return redirect(item.address)


@bp.get("/agenda/<item_id>/rate")
def rate_page(item_id: str) -> str:
    """The person's own rating."""
    item = _permitted(item_id, Permission.AGENDA_RATE)
    mine = next((each for each in item.ratings if each.person_id == require_person().id), None)
    return render_template("agenda/rate.html", item=item, mine=mine)


@bp.post("/agenda/<item_id>/rate")
@redisplays(rate_page, "rate")
def rate(item_id: str) -> Any:
    """Keep it."""
    given = {name: inputs.integer(request.form, name, LOWEST, HIGHEST) for name in ("urgency", "feasibility", "cost")}
    actions.rate(require_person(), item_id, **given, rationale=inputs.text(request.form, "rationale", max_length=1000,
                                                                    multiline=True))
    return redirect(url_for("agenda.show", item_id=item_id, _anchor="score"))


@bp.get("/agenda/<item_id>/champions")
def champions_page(item_id: str) -> str:
    """Show the champions, and the actors that can become one."""
    item = _permitted(item_id, Permission.AGENDA_EDIT)
    there = {champion.actor_id for champion in item.champions}
    return render_template("agenda/champions.html", item=item, roles=list(ChampionRole),
                           actors=[actor for actor in actors() if actor.id not in there])


@bp.post("/agenda/<item_id>/champions")
@redisplays(champions_page, "champion")
def add_champion(item_id: str) -> Any:
    """Add one."""
    actions.add_champion(require_person(), item_id, actor_id=inputs.text(request.form, "actor_id", max_length=22),
                         role=inputs.choice(request.form, "role", ChampionRole))
    return redirect(url_for("agenda.champions_page", item_id=item_id))


@bp.post("/agenda/<item_id>/champions/remove")
@redisplays(champions_page, "champion")
def remove_champion(item_id: str) -> Any:
    """Take one off. Who takes off their own actor has no more to do on this page."""
    actor_id = inputs.text(request.form, "actor_id", max_length=22)
    item = actions.remove_champion(require_person(), item_id, actor_id=actor_id)
    return redirect(item.address)


def iso_day(text: str) -> str:
    """A day that a template holds as text, in the reader's language."""
    return day(date.fromisoformat(text))
