"""Ballots for programs."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, request

from dialogue.accounts import identity
from dialogue.core import inputs
from dialogue.core.errors import DomainError
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.votes import actions, forms, live, papers, queries

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/ballots/<ballot_id>")
def show(ballot_id: str) -> Any:
    """The ballot; turnout while it is open, the figures once it is closed."""
    paper = papers.paper(ballot_id, identity.current_person())
    return jsonify(ok=True, ballot=queries.as_data(paper.ballot), cast=paper.cast)


@bp.post("/ballots/<ballot_id>/votes")
def cast(ballot_id: str) -> Any:
    """Vote: `{choice, key?}` → `{ok, receipt}`. The choice may be padded with full stops."""
    person = identity.require_person()
    throttle("press", person.id)
    body = _body()
    receipt = actions.cast(person, ballot_id, choice=forms.choice(body), key=_key(body))
    live.turnout_changed(ballot_id)
    return jsonify(ok=True, receipt=receipt)


@bp.post("/ballots/<ballot_id>/close")
def close(ballot_id: str) -> Any:
    """End the voting."""
    return jsonify(ok=True, ballot=queries.as_data(actions.close_ballot(identity.require_person(), ballot_id)))


@bp.post("/ballots/<ballot_id>/cancel")
def cancel(ballot_id: str) -> Any:
    """Call the ballot off."""
    return jsonify(ok=True, ballot=queries.as_data(actions.cancel_ballot(identity.require_person(), ballot_id)))


@bp.post("/ballots/<ballot_id>/explanations")
def explain(ballot_id: str) -> Any:
    """Explain one's vote: `{text, vouched?}`."""
    person, body = identity.require_person(), _body()
    throttle("post", person.id)
    text = inputs.text(body, "text", max_length=forms.MAX_EXPLANATION_LENGTH, multiline=True)
    actions.explain(person, ballot_id, text=text, vouched=body.get("vouched") is True)
    return jsonify(ok=True)


@bp.post("/proposals/<proposal_id>/ballots")
def open_on_proposal(proposal_id: str) -> Any:
    """Put a proposal to a decision: `{rule, visibility, quorum?, closes_at?, key?}`."""
    person, body = identity.require_person(), _body()
    opened = actions.open_on_proposal(person, proposal_id, terms=forms.terms_of_program(body), key=_key(body))
    return jsonify(ok=True, ballot=queries.as_data(opened)), 201


@bp.post("/rooms/<room_id>/ballots")
def open_in_room(room_id: str) -> Any:
    """Put a question to a decision: `{question, rule, visibility, quorum?, closes_at?, vouched?, key?}`."""
    person, body = identity.require_person(), _body()
    question = inputs.text(body, "question", max_length=forms.MAX_QUESTION_LENGTH, min_length=5)
    opened = actions.open_on_question(person, room_id, question=question, terms=forms.terms_of_program(body),
                                      vouched=body.get("vouched") is True, key=_key(body))
    return jsonify(ok=True, ballot=queries.as_data(opened)), 201


def _body() -> Mapping[str, object]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise DomainError(_("Send a JSON object."))
    return body


def _key(body: Mapping[str, object]) -> str | None:
    return inputs.key(body) if "key" in body else None
