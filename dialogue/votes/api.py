"""Ballots for programs."""

from flask import Blueprint

from dialogue.accounts import identity
from dialogue.core import inputs
from dialogue.core.json import Answer, Readers, answers, body, changes
from dialogue.core.permissions import Permission
from dialogue.votes import actions, forms, papers, queries

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/ballots/<ballot_id>")
@answers(Readers.SEE)
def show(ballot_id: str) -> Answer:
    """The ballot; turnout while it is open, the figures once it is closed."""
    paper = papers.paper(ballot_id, identity.current_person())
    return {"ballot": queries.as_data(paper.ballot), "cast": paper.cast}


@bp.post("/ballots/<ballot_id>/votes")
@changes(Permission.BALLOT_CAST)
def cast(ballot_id: str) -> Answer:
    """Vote: `{choice, key?}` → `{ok, receipt}`. The choice may be padded with full stops."""
    sent = body()
    receipt = actions.cast(identity.require_person(), ballot_id, choice=forms.choice(sent), key=sent.key)
    return {"receipt": receipt}


@bp.post("/ballots/<ballot_id>/close")
@changes(Permission.BALLOT_CLOSE)
def close(ballot_id: str) -> Answer:
    """End the voting."""
    return {"ballot": queries.as_data(actions.close_ballot(identity.require_person(), ballot_id))}


@bp.post("/ballots/<ballot_id>/cancel")
@changes(Permission.BALLOT_CLOSE)
def cancel(ballot_id: str) -> Answer:
    """Call the ballot off."""
    return {"ballot": queries.as_data(actions.cancel_ballot(identity.require_person(), ballot_id))}


@bp.post("/ballots/<ballot_id>/explanations")
@changes(Permission.BALLOT_EXPLAIN, limit="post")
def explain(ballot_id: str) -> Answer:
    """Explain one's vote: `{text, vouched?}`."""
    sent = body()
    text = inputs.text(sent, "text", max_length=forms.MAX_EXPLANATION_LENGTH, multiline=True)
    actions.explain(identity.require_person(), ballot_id, text=text, vouched=sent.is_vouched)
    return {}


@bp.post("/proposals/<proposal_id>/ballots")
@changes(Permission.BALLOT_OPEN, status=201)
def open_on_proposal(proposal_id: str) -> Answer:
    """Put a proposal to a decision: `{rule, visibility, quorum?, closes_at?, key?}`."""
    sent = body()
    opened = actions.open_on_proposal(identity.require_person(), proposal_id, terms=forms.terms_of_program(sent),
                                      key=sent.key)
    return {"ballot": queries.as_data(opened)}


@bp.post("/rooms/<room_id>/ballots")
@changes(Permission.BALLOT_OPEN, status=201)
def open_in_room(room_id: str) -> Answer:
    """Put a question to a decision: `{question, rule, visibility, quorum?, closes_at?, vouched?, key?}`."""
    sent = body()
    question = inputs.text(sent, "question", max_length=forms.MAX_QUESTION_LENGTH, min_length=5)
    opened = actions.open_on_question(identity.require_person(), room_id, question=question,
                                      terms=forms.terms_of_program(sent), vouched=sent.is_vouched, key=sent.key)
    return {"ballot": queries.as_data(opened)}
