"""Forms of questions, and the page of one."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs, resending, thread
from dialogue.core.forms import page_named, redisplays
from dialogue.core.limits import throttle
from dialogue.core.thread import Ref
from dialogue.halls.models import MAX_QUESTION_LENGTH
from dialogue.halls.questions import actions, queries

bp = Blueprint("questions", __name__, url_prefix="/halls/<hall_id>/questions")
MAX_ANSWER_LENGTH, MAX_REASON_LENGTH = 4000, 200
MODERATED = redisplays(page_named("pages.hall_console", "hall_id"), "question")


@bp.post("")
@redisplays(page_named("pages.hall", "hall_id"), "ask")
def ask(hall_id: str) -> Any:
    """Put a question."""
    asker = require_person()
    throttle("post", asker.id)
    actions.ask(asker, hall_id, text=inputs.text(request.form, "text", max_length=MAX_QUESTION_LENGTH),
                key=resending.key())
    return redirect(url_for("pages.hall", hall_id=hall_id, sort=queries.Sort.NEWEST, _anchor="questions"))


@bp.get("/<question_id>")
def show(hall_id: str, question_id: str) -> str:
    """One question, its answer and what became of it."""
    seat, asked = queries.question_seen(current_person(), hall_id, question_id)
    line = thread.walk(Ref("question", question_id), current_person())
    return render_template("halls/question.html", seat=seat, asked=asked, line=line)


@bp.post("/<question_id>/support")
@redisplays(page_named("pages.hall", "hall_id"), "press")
def support(hall_id: str, question_id: str) -> Any:
    """Support it."""
    supporter = require_person()
    throttle("press", supporter.id)
    actions.support(supporter, question_id)
    return _back(hall_id, question_id)


@bp.post("/<question_id>/withdraw")
@redisplays(page_named("pages.hall", "hall_id"), "press")
def withdraw(hall_id: str, question_id: str) -> Any:
    """Take one's support back."""
    supporter = require_person()
    throttle("press", supporter.id)
    actions.withdraw_support(supporter, question_id)
    return _back(hall_id, question_id)


@bp.post("/<question_id>/stage")
@MODERATED
def stage(hall_id: str, question_id: str) -> Any:
    """Put it on the projector."""
    actions.put_on_stage(require_person(), question_id)
    return _to_console(hall_id)


@bp.post("/<question_id>/answer")
@MODERATED
def answer(hall_id: str, question_id: str) -> Any:
    """Mark it answered, in writing if something is written."""
    written = inputs.text(request.form, "answer", max_length=MAX_ANSWER_LENGTH, required=False, multiline=True)
    actions.answer(require_person(), question_id, text=written)
    return _to_console(hall_id)


@bp.post("/<question_id>/requeue")
@MODERATED
def requeue(hall_id: str, question_id: str) -> Any:
    """Put it back into the queue."""
    actions.requeue(require_person(), question_id)
    return _to_console(hall_id)


@bp.post("/<question_id>/hide")
@MODERATED
def hide(hall_id: str, question_id: str) -> Any:
    """Take it off the list."""
    reason = inputs.text(request.form, "reason", max_length=MAX_REASON_LENGTH)
    actions.hide(require_person(), question_id, reason=reason)
    return _to_console(hall_id)


def _back(hall_id: str, question_id: str) -> Any:
    """To the page the button stood on, in the same order and at the same place."""
    if "alone" in request.args:
        return redirect(url_for("halls.questions.show", hall_id=hall_id, question_id=question_id))
    kept = {name: request.args[name] for name in ("sort", "show", "page") if name in request.args}
    return redirect(url_for("pages.hall", hall_id=hall_id, **kept, _anchor=f"q-{question_id}"))  # type: ignore[arg-type]


def _to_console(hall_id: str) -> Any:
    kept = {name: request.args[name] for name in ("sort", "show", "page") if name in request.args}
    return redirect(url_for("pages.hall_console", hall_id=hall_id, **kept, _anchor="questions"))  # type: ignore[arg-type]
