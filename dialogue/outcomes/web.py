"""Pages of outcomes: the list, the record and its feed, the rapporteur's form, the buttons of rapporteur and chair."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from dialogue.accounts import identity
from dialogue.core import inputs, paging, resending, thread
from dialogue.core.address import our_address
from dialogue.core.attribution import AttributionRule
from dialogue.core.bounds import takes
from dialogue.core.db import new_id
from dialogue.core.forms import redisplays, typed
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, Role, allows, permit
from dialogue.core.thread import Ref
from dialogue.outcomes import actions, api, decision, editing, queries, sources
from dialogue.outcomes.feed import atom
from dialogue.outcomes.line import line
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.outcomes.sections import SECTIONS
from dialogue.rooms.themes import queries as themes
from dialogue.rooms.voices import bylines

bp = Blueprint("outcomes", __name__)
bp.register_blueprint(api.bp)
A_FEED = 50
MAX_CORRIGENDUM_LENGTH = 4000
TO_PICK_FROM = 60
MAX_CHARACTERS = 40_000  # Of the whole form: some fifteen pages.
MAX_FIELDS = 6 * actions.MAX_SENTENCES + 100  # Each sentence's own, and the draft's.
MAY = {"edit": Permission.OUTCOME_EDIT, "sign_summary": Permission.SUMMARY_SIGN, "sign": Permission.OUTCOME_SIGN,
       "publish": Permission.OUTCOME_PUBLISH, "correct": Permission.OUTCOME_CORRECT, "agenda": Permission.AGENDA_EDIT}


@bp.get("/outcomes")
def index() -> str:
    """All published outcomes, and the drafts of the reader's rooms."""
    number = paging.page(request.args)
    wanted = api.wanted()
    shown, total = queries.page(identity.current_person(), wanted, number=number)
    return render_template("outcomes/index.html", outcomes=shown, total=total, wanted=wanted,
                           theme_options=themes.choices(),
                           previous=_page(number - 1) if number > 1 else None,
                           next=_page(number + 1) if number * queries.PAGE_SIZE < total else None,
                           first=(number - 1) * queries.PAGE_SIZE + 1)


def _page(number: int) -> str:
    kept = {name: value for name, value in request.args.items() if name in ("theme", "kind", "verdict") and value}
    return f"{url_for('outcomes.index')}?{urlencode({**kept, 'page': number})}"


@bp.get("/outcomes.atom")
def feed() -> Response:
    """Published outcomes for feed readers."""
    made = atom(queries.newest_published(A_FEED), origin=our_address(), title=_("Dialogue: outcomes"))
    return Response(made, mimetype="application/atom+xml")


@bp.get("/outcomes/<outcome_id>")
def show(outcome_id: str) -> str:
    """The record."""
    person = identity.current_person()
    outcome, roles = queries.outcome_for(person, outcome_id)
    is_led = outcome.shows_sources(roles)
    reads_room = outcome.room.is_read_by(roles)
    found = thread.reached(Ref("outcome", outcome.id))
    explanations = queries.explanations(outcome) if outcome.tells_explanations(roles) else []
    lines = queries.lines_of(outcome, explanations)
    return render_template(
        "outcomes/show.html", outcome=outcome, line=line(outcome, found, person, reads_room=reads_room),
        has_follow_up=any(ref.kind == "agenda_item" for ref in found), reads_room=reads_room,
        explanations=[(one, lines[one.voice_id]) for one in explanations],
        signer=lines.get(outcome.signed_by_id or ""), by_set=decision.by_set_rows(outcome.decision),
        summary_signer=lines.get(outcome.summary_signature.voice_id if outcome.summary_signature else ""),
        voted_at=decision.voted_at(outcome.decision), reveals=decision.revealed(outcome.decision),
        is_led=is_led, new_key=new_id(),
        said=sources.of(outcome.room, outcome.cited) if is_led else {},
        can=_possible(outcome, roles))


def _possible(outcome: Outcome, roles: frozenset[Role]) -> set[str]:
    """What the reader may do with it. Where people are hidden, chairs alone correct (see rooms/naming.py)."""
    may = {name for name, permission in MAY.items() if allows(roles, permission)}
    unseen = outcome.room.attribution.hides_people and not allows(roles, Permission.ROOM_MANAGE)
    return may - {"correct"} if unseen else may


@bp.get("/rooms/<room_id>/outcomes/new")
def new_session(room_id: str) -> str:
    """The form that closes a sitting with an outcome without a ballot."""
    room = queries.room_to_record(identity.require_person(), room_id)
    return render_template("outcomes/new_session.html", room=room, new_key=new_id())


@bp.post("/rooms/<room_id>/outcomes")
@redisplays(new_session, "session")
def draft_session(room_id: str) -> Any:
    """Draft the record of a sitting."""
    person = identity.require_person()
    throttle("press", person.id)
    made = actions.draft_session(person, room_id, title=inputs.text(request.form, "title", max_length=200),
                                 vouched=inputs.flag(request.form, "vouched"), key=resending.key())
    return redirect(url_for("outcomes.edit", outcome_id=made.id))


@bp.get("/outcomes/<outcome_id>/edit")
def edit(outcome_id: str) -> Any:
    """The draft in a form."""
    person = identity.require_person()
    outcome, _roles = queries.outcome_for(person, outcome_id)
    permit(person, Permission.OUTCOME_EDIT, outcome)
    if outcome.state is not OutcomeState.DRAFT:
        return redirect(outcome.address)
    picks = sources.listed(outcome.room, limit=TO_PICK_FROM)
    return render_template("outcomes/edit.html", outcome=outcome, rows=_rows(outcome), picks=picks,
                           lines=bylines(outcome.room, {said.voice_id for said in picks}), sections=SECTIONS,
                           has_summary=outcome.room.attribution is not AttributionRule.CLOSED)


def _rows(outcome: Outcome) -> list[editing.Row]:
    saved = editing.rows(outcome, sources.of(outcome.room, outcome.cited))
    if not typed("edit").refusal:
        return saved
    return editing.typed_rows(saved, request.form, request.form.getlist("points"))


@bp.post("/outcomes/<outcome_id>/edit")
@redisplays(edit, "edit")
@takes(characters=MAX_CHARACTERS, fields=MAX_FIELDS)
def save(outcome_id: str) -> Any:
    """Save title and sentences; a button beside a sentence also moves it."""
    person = identity.require_person()
    throttle("press", person.id)
    base = inputs.integer(request.form, "base", 1, 1_000_000)
    title = inputs.text(request.form, "title", max_length=200)
    actions.edit(person, outcome_id, base=base, title=title, summary=editing.read(request.form),
                 vouched=inputs.flag(request.form, "vouched"))
    flash(_("The draft is saved."), "success")
    return redirect(url_for("outcomes.edit", outcome_id=outcome_id) + _place(str(request.form.get("move") or "")))


def _place(move: str) -> str:
    key = move.partition(":")[2]
    return f"#sentence-{key}" if key.replace("-", "").replace("_", "").isalnum() else ""


@bp.post("/outcomes/<outcome_id>/summary")
@redisplays(edit, "draft")
def draft_summary(outcome_id: str) -> Any:
    """Draft the summary from what was said."""
    person = identity.require_person()
    throttle("export", person.id)
    actions.draft_summary(person, outcome_id)
    return redirect(url_for("outcomes.edit", outcome_id=outcome_id) + "#summary")


@bp.post("/outcomes/<outcome_id>/summary/sign")
@redisplays(show, "sign")
def sign_summary(outcome_id: str) -> Any:
    """Sign the summary as read."""
    revision = inputs.integer(request.form, "revision", 1, 1_000_000)
    actions.sign_summary(identity.require_person(), outcome_id, revision=revision)
    return redirect(url_for("outcomes.show", outcome_id=outcome_id))


@bp.post("/outcomes/<outcome_id>/sign")
@redisplays(show, "sign")
def sign(outcome_id: str) -> Any:
    """Sign as read."""
    revision = inputs.integer(request.form, "revision", 1, 1_000_000)
    actions.sign(identity.require_person(), outcome_id, revision=revision)
    return redirect(url_for("outcomes.show", outcome_id=outcome_id))


@bp.post("/outcomes/<outcome_id>/send-back")
@redisplays(show, "sign")
def send_back(outcome_id: str) -> Any:
    """Take the signature off."""
    actions.send_back(identity.require_person(), outcome_id)
    return redirect(url_for("outcomes.show", outcome_id=outcome_id))


@bp.post("/outcomes/<outcome_id>/publish")
@redisplays(show, "sign")
def publish(outcome_id: str) -> Any:
    """Make public for good."""
    actions.publish(identity.require_person(), outcome_id)
    return redirect(url_for("outcomes.show", outcome_id=outcome_id))


@bp.post("/outcomes/<outcome_id>/corrigenda")
@redisplays(show, "corrigendum")
def correct(outcome_id: str) -> Any:
    """Add a correction."""
    text = inputs.text(request.form, "text", max_length=MAX_CORRIGENDUM_LENGTH, multiline=True)
    actions.correct(identity.require_person(), outcome_id, text=text, key=resending.key())
    return redirect(url_for("outcomes.show", outcome_id=outcome_id) + "#corrigenda")
