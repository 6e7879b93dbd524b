"""Pages of town halls: what is on, setting one up, coming in, and the moderators' buttons."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import segno
from flask import Blueprint, Response, redirect, render_template, request, session, url_for

from dialogue.accounts import names
from dialogue.accounts.identity import current_person, require_person, welcome
from dialogue.core import inputs, resending
from dialogue.core.address import our_address
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid, TooMany
from dialogue.core.forms import page_named, redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import refuse_if_exhausted, throttle
from dialogue.core.permissions import Permission, Role, permit
from dialogue.halls import actions, codes, queries
from dialogue.halls.guests import door
from dialogue.halls.guests import web as guests_web
from dialogue.halls.models import Hall, Plan, SegmentKind
from dialogue.halls.polls import web as polls_web
from dialogue.halls.questions import web as questions_web
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.models import Access, RoomRole
from dialogue.rooms.themes import queries as themes

bp = Blueprint("halls", __name__)
for _part in (questions_web, polls_web, guests_web):
    bp.register_blueprint(_part.bp)

SEGMENTS = 10  # as many as the form has lines for
MAX_MINUTES = 240  # minutes
OFFERED = ((SegmentKind.OPENING, 5), (SegmentKind.PANEL, 15), (SegmentKind.QUESTIONS, 25), (SegmentKind.POLL, 5),
           (SegmentKind.DECISION, 10), (SegmentKind.CLOSING, 5))


def code_shown(code: str) -> str:
    """A registration code as people read it."""
    return codes.shown(code)


def door_number_shown(person_id: str, hall_id: str) -> str:
    """The number a guest shows at the door of a hall."""
    return door.shown(door.number(hall_id, person_id))


@bp.get("/halls")
def index() -> str:
    """What is live, what is next, what was."""
    return render_template("halls/index.html", listing=queries.listed(current_person()), now=now())


@bp.get("/halls/new")
def new() -> str:
    """A town hall to be set up, with a programme to begin from."""
    permit(current_person(), Permission.HALL_CREATE)
    return render_template("halls/new.html", themes=themes.choices(), key=new_id(), rows=SEGMENTS, offered=OFFERED)


@bp.post("/halls/new")
@redisplays(new, "hall")
def create() -> Any:
    """Set a town hall up."""
    form, convenor = request.form, require_person()
    with together() as read:
        fields: dict[str, Any] = {
            "theme_id": read(inputs.text, form, "theme_id", max_length=22),
            "title": read(inputs.text, form, "title", max_length=160),
            "purpose": read(inputs.text, form, "purpose", max_length=2000, required=False, multiline=True),
            "starts_at": read(_starts_at, form, convenor.time_zone),
            "attribution": read(inputs.choice, form, "attribution", AttributionRule),
            "access": read(inputs.choice, form, "access", Access),
            "guest_votes": read(inputs.choice, form, "guest_votes", GuestVotes, GuestVotes.NONE),
            "own_role": RoomRole.CHAIR if read(inputs.flag, form, "chairs") else None,
            "programme": read(_programme, form), "key": read(resending.key)}
    hall = actions.open_hall(convenor, **fields)
    return redirect(url_for("pages.hall", hall_id=hall.id))


def code_page() -> str:
    """Where a code is typed."""
    return render_template("halls/code.html", code=request.values.get("code", ""))


@bp.get("/halls/join")
@redisplays(code_page, "code")
def join_page() -> Any:
    """The door: first the code, then a name and the rule."""
    if not request.values.get("code"):
        return code_page()
    hall = _hall_behind(request.values["code"])
    if Role.MEMBER in hall.roles_of(current_person()):  # `seat` does not find an invited hall.
        return redirect(url_for("pages.hall", hall_id=hall.id))
    if current_person() is None:
        session.setdefault("joining", new_id())
    return render_template("halls/join.html", hall=hall, code=codes.shown(hall.code))


@bp.post("/halls/join")
@redisplays(join_page, "join")
def join() -> Any:
    """Come in: with one's account, or with a display name."""
    code = inputs.text(request.form, "code", max_length=40)
    hall = _hall_behind(code)
    throttle("hall_code", hall.code)
    someone = current_person()
    with together() as read:
        name = "" if someone else read(names.chosen, request.form, max_length=60)
        rule = read(_rule_kept)
    if someone is not None:
        actions.join(someone, code=code, rule=rule, may_vote=_leaves_a_vote(hall))
    else:
        # Drawn when the page was shown: the browser's cookie, not the form, says that two presses are one person.
        welcome(actions.register(person_id=session.get("joining") or new_id(), name=name, code=code, rule=rule,
                                 may_vote=_leaves_a_vote(hall)))
    return redirect(url_for("pages.hall", hall_id=hall.id))


@bp.post("/halls/<hall_id>/enter")
@redisplays(page_named("pages.hall", "hall_id"), "enter")
def enter(hall_id: str) -> Any:
    """Take up a place one was given."""
    actions.enter(require_person(), hall_id, rule=_rule_kept())
    return redirect(url_for("pages.hall", hall_id=hall_id))


@bp.post("/halls/<hall_id>/begin")
@redisplays(page_named("pages.hall_console", "hall_id"), "programme")
def begin(hall_id: str) -> Any:
    """Start a segment's clock."""
    actions.begin_segment(require_person(), hall_id, segment_id=request.form.get("segment", ""),
                          after=request.form.get("after") or None)
    return _to_console(hall_id)


@bp.post("/halls/<hall_id>/pause")
@redisplays(page_named("pages.hall_console", "hall_id"), "programme")
def pause(hall_id: str) -> Any:
    """Stop the present segment's clock."""
    actions.stop_clock(require_person(), hall_id, segment_id=request.form.get("segment", ""))
    return _to_console(hall_id)


@bp.post("/halls/<hall_id>/resume")
@redisplays(page_named("pages.hall_console", "hall_id"), "programme")
def resume(hall_id: str) -> Any:
    """Let the present segment's clock run on."""
    actions.resume_clock(require_person(), hall_id, segment_id=request.form.get("segment", ""))
    return _to_console(hall_id)


@bp.post("/halls/<hall_id>/end")
@redisplays(page_named("pages.hall_console", "hall_id"), "programme")
def end(hall_id: str) -> Any:
    """End the town hall."""
    actions.end_hall(require_person(), hall_id)
    return _to_console(hall_id)


@bp.get("/halls/<hall_id>/programme")
def programme(hall_id: str) -> str:
    """What is still to come, to be planned anew."""
    return render_template("halls/programme.html", seat=queries.run_by(current_person(), hall_id), rows=SEGMENTS)


@bp.post("/halls/<hall_id>/programme")
@redisplays(programme, "segments")
def revise(hall_id: str) -> Any:
    """Plan anew what was not begun yet."""
    actions.revise_programme(require_person(), hall_id, programme=_programme(request.form))
    return _to_console(hall_id)


@bp.post("/halls/<hall_id>/code")
@redisplays(page_named("pages.hall_console", "hall_id"), "code")
def change_code(hall_id: str) -> Any:
    """Issue a new registration code."""
    actions.change_code(require_person(), hall_id)
    return _to_console(hall_id)


@bp.get("/halls/<hall_id>/qr.svg")
def qr(hall_id: str) -> Response:
    """The hall's join address with its code, as a QR code (ISO/IEC 18004) in SVG."""
    hall = queries.run_by(current_person(), hall_id).hall
    address = our_address() + url_for("halls.join_page", code=codes.shown(hall.code))
    drawn = io.BytesIO()
    # Dark on white with its quiet zone: readable in the dark scheme too.
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=8, border=4, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _to_console(hall_id: str) -> Any:
    return redirect(url_for("pages.hall_console", hall_id=hall_id))


def _hall_behind(code: str) -> Hall:
    """Return the hall of a code; wrong codes are limited by network address."""
    address = request.remote_addr or ""
    throttle("hall_address", address)
    refuse_if_exhausted("wrong_code", address)
    try:
        return queries.hall_of_code(code)
    except Invalid:
        throttle("wrong_code", address)
        raise


def _leaves_a_vote(hall: Hall) -> bool:
    """Whether the limit of votes by registration alone leaves one for this network address; it counts one.

    Who finds none left comes in without a vote, and takes it on the hall's page a minute later.
    """
    someone = current_person()
    if hall.guest_votes is not GuestVotes.UNVERIFIED or (someone is not None and not someone.is_guest):
        return False
    try:
        for limit in ("guest_vote", "guest_vote_hourly"):
            throttle(limit, f"{hall.id} {request.remote_addr or ''}")
    except TooMany:
        return False
    return True


def _rule_kept() -> AttributionRule:
    if not request.form.get("rule"):
        raise Invalid("rule", _("Tick this box to say that you will keep the rule."))
    return inputs.choice(request.form, "rule", AttributionRule)


def _starts_at(form: Mapping[str, object], zone: str) -> datetime | None:
    return inputs.moment(form, "starts_at", zone, after=now(), required=False)


def _minutes(form: Mapping[str, object], line: int) -> int:
    return inputs.integer(form, f"minutes-{line}", 1, MAX_MINUTES)


def _programme(form: Mapping[str, object]) -> list[Plan]:
    """The lines of the form that have a title."""
    lines = []
    with together() as read:
        for n in range(1, SEGMENTS + 1):
            title = read(inputs.text, form, f"title-{n}", max_length=160, required=False)
            if title:
                kind = read(inputs.choice, form, f"kind-{n}", SegmentKind)
                lines.append(Plan(kind, title, read(_minutes, form, n)))
    return lines
