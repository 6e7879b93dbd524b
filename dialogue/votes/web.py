"""Pages of ballots: the list, a ballot, opening one; and precedents."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import identity
from dialogue.core import inputs, resending
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.forms import redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle
from dialogue.votes import actions, api, forms, openings, papers, queries

bp = Blueprint("votes", __name__)
bp.register_blueprint(api.bp)


@bp.get("/ballots")
def index() -> str:
    """Open ballots, those the reader may vote in first, and what was decided."""
    person = identity.current_person()
    decided, after = queries.over(person, request.args.get("after"))
    return render_template("votes/list.html", open_ballots=queries.open_to(person), decided=decided, after=after)


@bp.get("/ballots/<ballot_id>")
def ballot(ballot_id: str) -> str:
    """The paper to vote on, or the result."""
    person = identity.current_person()
    paper = papers.paper(ballot_id, person)
    if paper.ballot.is_overdue(now()):
        # The first visit after the deadline closes it.
        actions.close_overdue(ballot_id)
        paper = papers.paper(ballot_id, person)
    return render_template("votes/ballot.html", paper=paper, ballot=paper.ballot, choices=papers.choices(),
                           key=new_id())


@bp.post("/ballots/<ballot_id>/votes")
@redisplays(ballot, "vote")
def cast(ballot_id: str) -> Any:
    """Vote, or change one's vote."""
    person = identity.require_person()
    throttle("press", person.id)
    actions.cast(person, ballot_id, choice=forms.choice(request.form), key=_key())
    flash(_("Your vote is in. You can change it until the ballot closes."), "success")
    return redirect(url_for("votes.ballot", ballot_id=ballot_id))


@bp.post("/ballots/<ballot_id>/close")
@redisplays(ballot, "close")
def close(ballot_id: str) -> Any:
    """End the voting by hand."""
    actions.close_ballot(identity.require_person(), ballot_id)
    return redirect(url_for("votes.ballot", ballot_id=ballot_id))


@bp.post("/ballots/<ballot_id>/cancel")
@redisplays(ballot, "close")
def cancel(ballot_id: str) -> Any:
    """Call the ballot off."""
    actions.cancel_ballot(identity.require_person(), ballot_id)
    flash(_("The ballot was called off. What had been cast is gone."), "success")
    return redirect(url_for("votes.ballot", ballot_id=ballot_id))


@bp.post("/ballots/<ballot_id>/explanations")
@redisplays(ballot, "explain")
def explain(ballot_id: str) -> Any:
    """Explain one's vote."""
    person = identity.require_person()
    throttle("post", person.id)
    text = inputs.text(request.form, "text", max_length=forms.MAX_EXPLANATION_LENGTH, multiline=True)
    actions.explain(person, ballot_id, text=text, vouched=inputs.flag(request.form, "vouched"))
    return redirect(url_for("votes.ballot", ballot_id=ballot_id, _anchor="explanations"))


@bp.get("/proposals/<proposal_id>/ballots/new")
def new_on_proposal(proposal_id: str) -> str:
    """The chair's form to put a proposal to a decision."""
    opening = openings.on_proposal(proposal_id, identity.current_person())
    return render_template("votes/new.html", opening=opening, key=new_id(), shares=list(forms.Share))


@bp.post("/proposals/<proposal_id>/ballots/new")
@redisplays(new_on_proposal, "ballot")
def open_on_proposal(proposal_id: str) -> Any:
    """Put the proposal to a decision."""
    person = identity.require_person()
    terms = forms.terms(request.form, person.time_zone)
    opened = actions.open_on_proposal(person, proposal_id, terms=terms, key=_key_of_opening())
    return redirect(opened.address)


@bp.get("/rooms/<room_id>/ballots/new")
def new_in_room(room_id: str) -> str:
    """The chair's form to put a free question to a decision."""
    opening = openings.in_room(room_id, identity.current_person())
    return render_template("votes/new.html", opening=opening, key=new_id(), shares=list(forms.Share))


@bp.post("/rooms/<room_id>/ballots/new")
@redisplays(new_in_room, "ballot")
def open_in_room(room_id: str) -> Any:
    """Put the question to a decision."""
    person = identity.require_person()
    with together() as read:
        question = read(inputs.text, request.form, "question", max_length=forms.MAX_QUESTION_LENGTH, min_length=5)
        terms = read(forms.terms, request.form, person.time_zone)
    opened = actions.open_on_question(person, room_id, question=question, terms=terms,
                                      vouched=inputs.flag(request.form, "vouched"), key=_key_of_opening())
    return redirect(opened.address)


@bp.get("/precedents")
def precedents() -> str:
    """Decisions of history."""
    return render_template("votes/precedents.html", precedents=queries.precedents())


@bp.get("/precedents/<precedent_id>")
def precedent(precedent_id: str) -> str:
    """One of them, judged by the same rules."""
    return render_template("votes/precedent.html", precedent=queries.precedent(precedent_id))


def _key_of_opening() -> str | None:
    return resending.key() if "key" in request.form else None


def _key() -> str | None:
    # Not the key of an earlier form: yes, no and yes again are three votes.
    return inputs.key(request.form) if "key" in request.form else None
