"""A town hall with everything in it: for those who take part, for its moderators, for the projector."""

from typing import Any

from flask import redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person
from dialogue.core.address import our_address
from dialogue.core.db import new_id
from dialogue.core.permissions import Permission, allows
from dialogue.halls import queries
from dialogue.halls.polls.queries import polls, present_poll
from dialogue.halls.questions.queries import asked_for, listed
from dialogue.rooms.voices import own_byline
from dialogue.votes import queries as votes
from dialogue.votes.papers import Board, board


def hall(hall_id: str) -> Any:
    """Show the lobby before the start, then what the chair has opened for all."""
    seat = queries.seat(current_person(), hall_id)
    if not seat.is_member and request.args.get("code"):
        return redirect(url_for("halls.join_page", code=request.args["code"]))
    if not seat.reads:
        return render_template("halls/face.html", seat=seat)
    return render_template("pages/hall.html", seat=seat, questions=asked_for(seat, request.args),
                           poll=present_poll(seat), board=_board(seat), key=new_id(),
                           own_byline=own_byline(seat.hall, seat.voice_id if seat.is_member else None))


def hall_console(hall_id: str) -> str:
    """Everything a moderator presses."""
    seat = queries.run_by(current_person(), hall_id)
    return render_template("pages/hall_console.html", seat=seat, questions=asked_for(seat, request.args),
                           polls=polls(seat), board=_board(seat), key=new_id(), origin=our_address())


def _board(seat: queries.Seat) -> Board:
    casts = allows(seat.roles, Permission.BALLOT_CAST)
    return board(seat.hall, seat.voice_id if casts else None, has_vote=seat.has_vote)


def hall_stage(hall_id: str) -> str:
    """What the projector shows."""
    seat = queries.run_by(current_person(), hall_id)
    return render_template("pages/hall_stage.html", seat=seat, questions=listed(seat), poll=present_poll(seat),
                           ballots=_on_stage(seat), origin=our_address())


def _on_stage(seat: queries.Seat) -> list[votes.Listed]:
    """What is being decided now, and what was while the present segment runs."""
    begun = seat.hall.current.started_at if seat.hall.current else None
    return [one for one in votes.in_room(seat.hall) if one.ballot.closed_at is None
            or (begun is not None and one.ballot.closed_at >= begun)]
