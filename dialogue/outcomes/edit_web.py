"""The rapporteur's page: the draft's title and the sentences of its summary, each with what it rests on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import identity
from dialogue.core import inputs
from dialogue.core.attribution import AttributionRule
from dialogue.core.bounds import takes
from dialogue.core.forms import redisplays, typed
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, permit
from dialogue.outcomes import actions, editing, queries, sources
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.outcomes.sections import SECTIONS
from dialogue.rooms.voices import bylines

TO_PICK_FROM = 60
MAX_CHARACTERS = 40_000  # Of the whole form: some fifteen pages.
MAX_FIELDS = 6 * actions.MAX_SENTENCES + 100  # Each sentence's own, and the draft's.


def add_to(bp: Blueprint) -> None:
    """Register the page and its forms with the noun's blueprint."""
    bp.get("/outcomes/<outcome_id>/edit")(edit)
    bp.post("/outcomes/<outcome_id>/edit")(save)
    bp.post("/outcomes/<outcome_id>/summary")(draft_summary)


def edit(outcome_id: str) -> Any:
    """The draft in a form."""
    person = identity.require_person()
    outcome, _roles = queries.outcome_for(person, outcome_id)
    permit(person, Permission.OUTCOME_EDIT, outcome)
    if outcome.state is not OutcomeState.DRAFT:
        return redirect(outcome.address)
    picks = sources.listed(outcome.room, limit=TO_PICK_FROM)
    return render_template("outcomes/edit.html", outcome=outcome, rows=_rows(outcome), picks=picks,
                           lines=bylines(outcome.room, {said.voice_id for said in picks}), sections=SECTIONS,
                           has_summary=outcome.room.attribution is not AttributionRule.CLOSED)


def _rows(outcome: Outcome) -> list[editing.Row]:
    saved = editing.rows(outcome, sources.of(outcome.room, outcome.cited))
    if not typed("edit").refusal:
        return saved
    return editing.typed_rows(saved, request.form, request.form.getlist("points"))


@redisplays(edit, "edit")
@takes(characters=MAX_CHARACTERS, fields=MAX_FIELDS)
def save(outcome_id: str) -> Any:
    """Save title and sentences; a button beside a sentence also moves it."""
    person = identity.require_person()
    throttle("press", person.id)
    base = inputs.integer(request.form, "base", 1, 1_000_000)
    title = inputs.text(request.form, "title", max_length=200)
    actions.edit(person, outcome_id, base=base, title=title, summary=editing.read(request.form),
                 vouched=inputs.flag(request.form, "vouched"))
    flash(_("The draft is saved."), "success")
    return redirect(url_for("outcomes.edit", outcome_id=outcome_id) + _place(str(request.form.get("move") or "")))


def _place(move: str) -> str:
    key = move.partition(":")[2]
    return f"#sentence-{key}" if key.replace("-", "").replace("_", "").isalnum() else ""


@redisplays(edit, "draft")
def draft_summary(outcome_id: str) -> Any:
    """Draft the summary from what was said."""
    person = identity.require_person()
    throttle("export", person.id)
    actions.draft_summary(person, outcome_id)
    return redirect(url_for("outcomes.edit", outcome_id=outcome_id) + "#summary")

