"""Questions as JSON: the same actions as forms and sockets."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, request

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs
from dialogue.core.errors import NotFound
from dialogue.core.json import Answer, Readers, answers, body, changes
from dialogue.core.permissions import Permission
from dialogue.halls.models import MAX_QUESTION_LENGTH, Question
from dialogue.halls.queries import seat
from dialogue.halls.questions import actions, queries

bp = Blueprint("halls_api", __name__, url_prefix="/api/v1")


@bp.get("/halls/<hall_id>/questions")
@answers(Readers.READ)
def questions(hall_id: str) -> Answer:
    """A page of questions: `?sort=support|newest&show=open|answered&page=`."""
    place = seat(current_person(), hall_id)
    if not place.reads:
        raise NotFound()
    found = queries.asked_for(place, request.args)
    return {"waiting": found.waiting, "more": found.has_more, "questions": [_shown(a) for a in found.items]}


@bp.post("/halls/<hall_id>/questions")
@changes(Permission.QUESTION_ASK, limit="post", status=201)
def ask(hall_id: str) -> Answer:
    """Put a question: `{text, key?}`."""
    sent = body()
    text = inputs.text(sent, "text", max_length=MAX_QUESTION_LENGTH)
    return _done(actions.ask(require_person(), hall_id, text=text, key=sent.key))


@bp.put("/questions/<question_id>/support")
@changes(Permission.QUESTION_SUPPORT)
def support(question_id: str) -> Answer:
    """Support a question."""
    return _done(actions.support(require_person(), question_id))


@bp.delete("/questions/<question_id>/support")
@changes(Permission.QUESTION_SUPPORT)
def withdraw_support(question_id: str) -> Answer:
    """Take the support back."""
    return _done(actions.withdraw_support(require_person(), question_id))


def _shown(asked: queries.QuestionRow) -> dict[str, Any]:
    question = asked.question
    return {"id": question.id, "text": question.text, "state": question.state, "supports": question.supports,
            "answer_html": question.answer_html, "asked_at": question.asked_at.isoformat(),
            "supported": asked.supported, "own": asked.own, "byline": asdict(asked.byline)}


def _done(question: Question) -> Answer:
    return {"id": question.id, "supports": question.supports}
