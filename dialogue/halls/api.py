"""Questions as JSON: the same actions as forms and sockets."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, jsonify, request

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.halls.models import MAX_QUESTION_LENGTH, Question
from dialogue.halls.queries import seat
from dialogue.halls.questions import actions, queries

bp = Blueprint("halls_api", __name__, url_prefix="/api/v1")


@bp.get("/halls/<hall_id>/questions")
def questions(hall_id: str) -> Any:
    """A page of questions: `?sort=support|newest&show=open|answered&page=`."""
    place = seat(current_person(), hall_id)
    if not place.reads:
        raise NotFound()
    found = queries.asked_for(place, request.args)
    return jsonify(ok=True, waiting=found.waiting, more=found.has_more, questions=[_shown(a) for a in found.items])


@bp.post("/halls/<hall_id>/questions")
def ask(hall_id: str) -> Any:
    """Put a question: `{text, key?}`."""
    throttle("post", require_person().id)
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid("", _("Send one JSON object."))
    text = inputs.text(sent, "text", max_length=MAX_QUESTION_LENGTH)
    key = inputs.key(sent) if "key" in sent else None
    return _done(actions.ask(require_person(), hall_id, text=text, key=key)), 201


@bp.put("/questions/<question_id>/support")
def support(question_id: str) -> Any:
    """Support a question."""
    throttle("press", require_person().id)
    return _done(actions.support(require_person(), question_id))


@bp.delete("/questions/<question_id>/support")
def withdraw_support(question_id: str) -> Any:
    """Take the support back."""
    throttle("press", require_person().id)
    return _done(actions.withdraw_support(require_person(), question_id))


def _shown(asked: queries.QuestionRow) -> dict[str, Any]:
    question = asked.question
    return {"id": question.id, "text": question.text, "state": question.state, "supports": question.supports,
            "answer_html": question.answer_html, "asked_at": question.asked_at.isoformat(),
            "supported": asked.supported, "own": asked.own, "byline": asdict(asked.byline)}


def _done(question: Question) -> Any:
    return jsonify(ok=True, id=question.id, supports=question.supports)
