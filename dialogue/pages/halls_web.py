"""A town hall with everything in it: for those who take part, for its moderators, for the projector."""

from typing import Any

from flask import redirect, render_template, request, url_for

from dialogue.accounts.identity import person
from dialogue.core import inputs
from dialogue.core.db import new_id
from dialogue.halls import queries
from dialogue.halls.polls.queries import polls, present_poll
from dialogue.halls.qr_web import origin
from dialogue.halls.questions.queries import Questions, Show, Sort, listed

DEEPEST = 10_000


def hall(hall_id: str) -> Any:
    """The lobby before it starts, then what the chair has put before everybody."""
    seat = queries.seat(person(), hall_id)
    if not seat.is_member and request.args.get("code"):
        return redirect(url_for("halls.join_page", code=request.args["code"]))
    if not seat.reads:
        return render_template("halls/face.html", seat=seat)
    return render_template("pages/hall.html", seat=seat, questions=_questions(seat), poll=present_poll(seat),
                           key=new_id())


def hall_console(hall_id: str) -> str:
    """Everything a moderator presses."""
    seat = queries.run_by(person(), hall_id)
    return render_template("pages/hall_console.html", seat=seat, questions=_questions(seat), polls=polls(seat),
                           origin=origin())


def hall_stage(hall_id: str) -> str:
    """What the projector shows."""
    seat = queries.run_by(person(), hall_id)
    return render_template("pages/hall_stage.html", seat=seat, questions=listed(seat), poll=present_poll(seat),
                           origin=origin())


def _questions(seat: queries.Seat) -> Questions:
    """The page of questions the address asks for."""
    return listed(seat, sort=inputs.choice(request.args, "sort", Sort, Sort.SUPPORT),
                  show=inputs.choice(request.args, "show", Show, Show.OPEN),
                  page=inputs.integer(request.args, "page", 1, DEEPEST, required=False) or 1)
