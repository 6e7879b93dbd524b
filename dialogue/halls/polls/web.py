"""Forms of straw polls."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from dialogue.accounts.identity import require_person
from dialogue.core import inputs
from dialogue.core.forms import page_named, redisplays
from dialogue.core.limits import throttle
from dialogue.halls.polls import actions

bp = Blueprint("polls", __name__, url_prefix="/halls/<hall_id>/polls")


@bp.post("")
@redisplays(page_named("pages.hall_console", "hall_id"), "poll")
def prepare(hall_id: str) -> Any:
    """Lay a straw poll ready."""
    fields = [f"option-{n}" for n in range(1, actions.MAX_OPTIONS + 1)]
    options = [inputs.text(request.form, field, max_length=120, required=False) for field in fields]
    actions.prepare(require_person(), hall_id, question=inputs.text(request.form, "question", max_length=300),
                    options=[option for option in options if option])
    return _to_console(hall_id)


@bp.post("/<poll_id>/open")
@redisplays(page_named("pages.hall_console", "hall_id"), "polls")
def open_(hall_id: str, poll_id: str) -> Any:
    """Take answers."""
    actions.open_poll(require_person(), poll_id)
    return _to_console(hall_id)


@bp.post("/<poll_id>/close")
@redisplays(page_named("pages.hall_console", "hall_id"), "polls")
def close(hall_id: str, poll_id: str) -> Any:
    """End it and show the counts."""
    actions.close_poll(require_person(), poll_id)
    return _to_console(hall_id)


@bp.post("/<poll_id>/discard")
@redisplays(page_named("pages.hall_console", "hall_id"), "polls")
def discard(hall_id: str, poll_id: str) -> Any:
    """Throw a prepared one away."""
    actions.discard(require_person(), poll_id)
    return _to_console(hall_id)


@bp.post("/<poll_id>/answer")
@redisplays(page_named("pages.hall", "hall_id"), "press")
def answer(hall_id: str, poll_id: str) -> Any:
    """Answer, or change one's answer."""
    voter = require_person()
    throttle("press", voter.id)
    actions.answer_poll(voter, poll_id, position=inputs.integer(request.form, "position", 1, actions.MAX_OPTIONS))
    return redirect(url_for("pages.hall", hall_id=hall_id, _anchor="now"))


def _to_console(hall_id: str) -> Any:
    return redirect(url_for("pages.hall_console", hall_id=hall_id, _anchor="polls"))
