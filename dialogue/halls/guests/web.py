"""Pages of guests' votes: the convenor's measure and codes, the moderators' door, a guest's own vote."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs, paging
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid
from dialogue.core.forms import page_named, redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import refuse_if_exhausted, throttle
from dialogue.core.permissions import Permission, permit
from dialogue.halls.codes import shown
from dialogue.halls.guests import actions, queries
from dialogue.halls.queries import Seat, run_by, seat
from dialogue.rooms.guest_votes import GuestVotes

bp = Blueprint("guests", __name__, url_prefix="/halls/<hall_id>")


@bp.post("/guest-votes")
@redisplays(page_named("pages.hall_console", "hall_id"), "guest_votes")
def choose(hall_id: str) -> Any:
    """Choose the measure, as convenor."""
    actions.set_measure(require_person(), hall_id, measure=inputs.choice(request.form, "guest_votes", GuestVotes))
    flash(_("Saved. Ballots opened from now on follow it; open ballots keep their roll."), "success")
    return redirect(url_for("pages.hall_console", hall_id=hall_id))


@bp.get("/voting-codes")
def codes(hall_id: str, made: tuple[str, ...] = ()) -> str:
    """How many codes there are, and the form to make more; `made` are new ones, shown this once."""
    place = _for_convenor(hall_id)
    return render_template("halls/voting_codes.html", seat=place, codes=queries.codes(place.hall), made=made,
                           most=actions.MAX_CODES, key=new_id())


@bp.post("/voting-codes")
@redisplays(codes, "codes")
def make_codes(hall_id: str) -> Any:
    """Make codes: shown on a page to print, or sent as a text file, this once."""
    made = [shown(code) for code in actions.make_codes(
        require_person(), hall_id, number=inputs.integer(request.form, "number", 1, actions.MAX_CODES),
        key=inputs.key(request.form))]
    if request.form.get("as") != "file":
        return codes(hall_id, made=tuple(made))
    headers = {"Content-Disposition": 'attachment; filename="voting-codes.txt"'}
    return Response("\n".join(made) + "\n", mimetype="text/plain", headers=headers)


@bp.get("/door")
def door(hall_id: str, **_parts: str) -> str:
    """The guests, to check them in; also after a refused check-in of one of them."""
    place = run_by(current_person(), hall_id)
    search = inputs.text(request.args, "q", max_length=100, required=False)
    page = paging.page(request.args)
    guests, more = queries.at_door(place.hall, search, page)
    return render_template("halls/door.html", seat=place, guests=guests, more=more, search=search, page=page)


@bp.post("/door/<person_id>/check-in")
@redisplays(door, "door")
def check_in(hall_id: str, person_id: str) -> Any:
    """Give the guest a vote."""
    actions.check_in(require_person(), hall_id, guest_id=person_id)
    return _to_door(hall_id)


@bp.post("/door/<person_id>/take-back")
@redisplays(door, "door")
def take_back(hall_id: str, person_id: str) -> Any:
    """Take it back."""
    actions.take_back(require_person(), hall_id, guest_id=person_id)
    return _to_door(hall_id)


@bp.post("/vote")
@redisplays(page_named("pages.hall", "hall_id"), "own_vote")
def take_vote(hall_id: str) -> Any:
    """Take one's vote as a guest; slowed down by network address."""
    here, address = seat(current_person(), hall_id), request.remote_addr or ""
    permit(current_person(), Permission.GUEST_VOTE_TAKE, here)
    throttle("press", require_person().id)
    if here.hall.guest_votes is GuestVotes.UNVERIFIED and not here.has_vote:
        throttle("guest_vote", f"{hall_id} {address}")
        throttle("guest_vote_hourly", f"{hall_id} {address}")
    refuse_if_exhausted("wrong_code", address)
    try:
        actions.take_vote(require_person(), hall_id,
                          code=inputs.text(request.form, "voting_code", max_length=40, required=False))
    except Invalid as wrong:
        throttle("wrong_code", address)
        raise Invalid("voting_code", wrong.message) from wrong
    flash(_("You have a vote in ballots opened from now on."), "success")
    return redirect(url_for("pages.hall", hall_id=hall_id))


def _for_convenor(hall_id: str) -> Seat:
    place = run_by(current_person(), hall_id)
    permit(current_person(), Permission.GUEST_VOTES_SET, place)
    return place


def _to_door(hall_id: str) -> Any:
    return redirect(url_for(".door", hall_id=hall_id, q=request.args.get("q", "")[:100] or None))
