"""Forms of a milestone: setting, changing and reporting on it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request

from dialogue.accounts.identity import current_person, require_person
from dialogue.accounts.queries import actors
from dialogue.agenda import queries
from dialogue.agenda.milestones import actions
from dialogue.agenda.models import AgendaItem, MilestoneStatus
from dialogue.core import inputs, resending
from dialogue.core.db import new_id
from dialogue.core.forms import redisplays
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, permit
from dialogue.core.reader import today

bp = Blueprint("milestones", __name__)


def _permitted(item_id: str, permission: Permission) -> AgendaItem:
    item = queries.item(item_id)
    permit(current_person(), permission, item)
    return item


@bp.get("/agenda/<item_id>/milestones/new")
def new_page(item_id: str) -> str:
    """A new milestone."""
    item = _permitted(item_id, Permission.AGENDA_EDIT)
    return render_template("agenda/milestone_new.html", item=item, actors=actors(), key=new_id(), today=today())


@bp.post("/agenda/<item_id>/milestones/new")
@redisplays(new_page, "milestone")
def new(item_id: str) -> Any:
    """Set it."""
    throttle("post", require_person().id)
    form = request.form
    milestone = actions.add_milestone(
        require_person(), item_id, statement=inputs.text(form, "statement", max_length=300),
        due=inputs.date(form, "due", not_before=today()), owner_id=_owner(form), key=resending.key())
    return redirect(milestone.address)


def _owner(form: inputs.Form) -> str | None:
    return inputs.text(form, "owner_id", max_length=22, required=False) or None


@bp.get("/agenda/<item_id>/milestones/<milestone_id>/edit")
def edit_page(item_id: str, milestone_id: str) -> str:
    """A milestone, to be changed."""
    item = _permitted(item_id, Permission.AGENDA_EDIT)
    milestone = queries.milestone(item_id, milestone_id)
    return render_template("agenda/milestone_edit.html", item=item, milestone=milestone, actors=actors())


@bp.post("/agenda/<item_id>/milestones/<milestone_id>/edit")
@redisplays(edit_page, "milestone")
def edit(item_id: str, milestone_id: str) -> Any:
    """Save it."""
    form = request.form
    known = queries.milestone(item_id, milestone_id)
    # A day that has passed may stay; a new one lies ahead.
    due = inputs.date(form, "due", not_before=min(known.due, today()))
    milestone = actions.edit_milestone(
        require_person(), milestone_id, base=inputs.integer(form, "base", 0, 10**9),
        statement=inputs.text(form, "statement", max_length=300), due=due, owner_id=_owner(form))
    return redirect(milestone.address)


@bp.get("/agenda/<item_id>/milestones/<milestone_id>/report")
def report_page(item_id: str, milestone_id: str) -> str:
    """How it stands."""
    item = _permitted(item_id, Permission.AGENDA_REPORT)
    milestone = queries.milestone(item_id, milestone_id)
    return render_template("agenda/report.html", item=item, milestone=milestone, key=new_id(),
                           statuses=list(MilestoneStatus))


@bp.post("/agenda/<item_id>/milestones/<milestone_id>/report")
@redisplays(report_page, "report")
def report(item_id: str, milestone_id: str) -> Any:
    """Keep the report."""
    throttle("post", require_person().id)
    form = request.form
    milestone = queries.milestone(item_id, milestone_id)
    actions.report(require_person(), milestone_id, status=inputs.choice(form, "status", MilestoneStatus),
                   note=inputs.text(form, "note", max_length=500, required=False, multiline=True),
                   publisher=inputs.text(form, "publisher", max_length=160, required=False),
                   url=inputs.url(form, "url", required=False), key=resending.key())
    return redirect(milestone.address)
