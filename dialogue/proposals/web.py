"""Pages and forms of proposals."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import db, inputs, paging, resending, richtext
from dialogue.core.bounds import takes
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, permit
from dialogue.proposals import actions, api, origins, queries, sheet, versions
from dialogue.proposals.models import ClauseKind, Proposal, ProposalState
from dialogue.proposals.page import page
from dialogue.proposals.sheet import ClauseText, Sheet
from dialogue.rooms.models import Room
from dialogue.rooms.voices import bylines

bp = Blueprint("proposals", __name__)
bp.register_blueprint(api.bp)
EXCERPT = 1_500


@bp.get("/proposals")
def index() -> str:
    """All proposals the reader may read."""
    state = inputs.choice(request.args, "state", ProposalState) if request.args.get("state") else None
    theme_id, room_id = request.args.get("theme", ""), request.args.get("room", "")
    number = paging.page(request.args)
    found = queries.listed(current_person(), state=state, theme_id=theme_id, room_id=room_id, page=number)
    return render_template("proposals/index.html", found=found, state=state, theme_id=theme_id, room_id=room_id,
                           number=number, states=list(ProposalState))


@bp.get("/proposals/<proposal_id>")
def show(proposal_id: str) -> str:
    """One proposal: its text, who stands behind it, what it came from and what came of it."""
    number = inputs.integer(request.args, "version", 1, 100_000, required=False) if request.method == "GET" else None
    return render_template("proposals/show.html", page=page(proposal_id, current_person(), number))


@bp.get("/proposals/<proposal_id>/changes")
def changes(proposal_id: str) -> str:
    """What changed between two versions, word by word."""
    seen = queries.find(proposal_id, current_person())
    lines = versions.lines(seen)
    after = inputs.integer(request.args, "to", 1, 100_000, required=False) or lines[0].number
    before = inputs.integer(request.args, "from", 1, 100_000, required=False) or max(after - 1, lines[-1].number)
    _throttle_comparisons(seen, before, after)
    return render_template("proposals/changes.html", proposal=seen.proposal, lines=lines,
                           changes=versions.changes(seen, before, after))


def _throttle_comparisons(seen: queries.Seen, before: int, after: int) -> None:
    """Count only those that have to be made: all others cost next to nothing."""
    if not versions.is_compared(seen, before, after):
        reader = current_person()
        throttle("compare", reader.id if reader else request.remote_addr or "")


@bp.get("/rooms/<room_id>/proposals/new")
def new(room_id: str) -> str:
    """The empty sheet, or one begun from what was said."""
    room = _room_to_draft_in(room_id)
    chosen = origins.refs(request.values.getlist("from"), request.values.getlist("question"))
    # A contribution retracted meanwhile must not cost the writer their text.
    look = origins.still_there if request.method == "POST" else origins.origins_in
    found = look(db.session(), room, chosen)
    return render_template("proposals/new.html", room=room, sheet=_typed_sheet() or _begun_from(found), key=new_id(),
                           origins=found, names=bylines(room, {each.voice_id for each in found}),
                           excerpts={each.ref: richtext.excerpt(each.text, EXCERPT) for each in found})


@bp.post("/rooms/<room_id>/proposals")
@redisplays(new, "proposal")
@takes(characters=sheet.MAX_CHARACTERS, fields=sheet.MAX_FIELDS)
def draft(room_id: str) -> Any:
    """Keep the sheet as a draft, or rearrange its rows."""
    if not _is_saved():
        return new(room_id)
    throttle("post", require_person().id)
    text = sheet.parsed(request.form)
    chosen = origins.refs(request.form.getlist("from"), request.form.getlist("question"))
    made = actions.draft(require_person(), room_id, title=text.title, clauses=text.clauses, origins=chosen,
                         vouched=inputs.flag(request.form, "vouched"), key=resending.key())
    flash(_("Your draft is kept. Only its sponsors see it until you submit it."), "success")
    return redirect(made.address)


@bp.get("/proposals/<proposal_id>/edit")
def edit(proposal_id: str) -> str:
    """The sheet with the present wording; beside it what others saved since it was opened."""
    seen = queries.find(proposal_id, require_person())
    permit(require_person(), Permission.PROPOSAL_REVISE, seen.proposal)
    present = versions.version(seen)
    opened_on = _opened_on(seen.proposal) if request.method == "POST" else present.number
    newer = versions.changes(seen, opened_on, present.number) if opened_on != present.number else None
    return render_template("proposals/edit.html", proposal=seen.proposal, opened_on=opened_on, newer=newer,
                           present=present, sheet=_typed_sheet() or versions.sheet_of(present),
                           can_change=seen.proposal.takes_text and not seen.proposal.room.is_closed)


@bp.post("/proposals/<proposal_id>")
@redisplays(edit, "proposal")
@takes(characters=sheet.MAX_CHARACTERS, fields=sheet.MAX_FIELDS)
def revise(proposal_id: str) -> Any:
    """Keep the sheet as the next version, or rearrange its rows."""
    if not _is_saved():
        return edit(proposal_id)
    throttle("post", require_person().id)
    text = sheet.parsed(request.form)
    reason = inputs.text(request.form, "reason", max_length=sheet.MAX_REASON_LENGTH, required=False)
    changed = actions.revise(require_person(), proposal_id, base=inputs.integer(request.form, "base", 1, 100_000),
                             title=text.title, clauses=text.clauses, reason=reason,
                             vouched=inputs.flag(request.form, "vouched"))
    flash(_("Version %(number)s is kept.", number=changed.version), "success")
    return redirect(changed.address)


@bp.post("/proposals/<proposal_id>/submission")
@redisplays(show, "submit")
def submit(proposal_id: str) -> Any:
    """Put the draft before the room."""
    throttle("press", require_person().id)
    submitted = actions.submit(require_person(), proposal_id)
    flash(_("Submitted. All readers of the room can read it now."), "success")
    return redirect(submitted.address)


@bp.post("/proposals/<proposal_id>/withdrawal")
@redisplays(show, "withdraw")
def withdraw(proposal_id: str) -> Any:
    """Take the proposal back, with a reason."""
    throttle("press", require_person().id)
    reason = inputs.text(request.form, "withdrawal_reason", max_length=sheet.MAX_REASON_LENGTH)
    return redirect(actions.withdraw(require_person(), proposal_id, reason=reason).address)


@bp.post("/proposals/<proposal_id>/sponsors")
@redisplays(show, "sponsor")
def sponsor(proposal_id: str) -> Any:
    """Join the sponsors."""
    throttle("press", require_person().id)
    return redirect(actions.sponsor(require_person(), proposal_id).address)


@bp.post("/proposals/<proposal_id>/endorsement")
@redisplays(show, "endorse")
def endorse(proposal_id: str) -> Any:
    """Support the text as it was read."""
    throttle("press", require_person().id)
    version = inputs.integer(request.form, "version", 1, 100_000)
    return redirect(actions.endorse(require_person(), proposal_id, version=version).address)


@bp.post("/proposals/<proposal_id>/endorsement/withdrawal")
@redisplays(show, "endorse")
def withdraw_endorsement(proposal_id: str) -> Any:
    """Take one's support back."""
    throttle("press", require_person().id)
    return redirect(actions.withdraw_endorsement(require_person(), proposal_id).address)


def _room_to_draft_in(room_id: str) -> Room:
    room = db.session().get(Room, room_id)
    if room is None:
        raise NotFound()
    permit(require_person(), Permission.PROPOSAL_DRAFT, room)
    room.refuse_if_closed()
    return room


def _is_saved() -> bool:
    return request.form.get("do", "save") == "save"


def _typed_sheet() -> Sheet | None:
    """What stands in the form that was sent, its rows moved as its button said; None for a page just opened."""
    if request.method != "POST":
        return None
    return sheet.rearranged(sheet.typed(request.form), request.form.get("do", "save"))


def _begun_from(found: list[origins.Origin]) -> Sheet:
    clauses = [ClauseText(ClauseKind.OPERATIVE, richtext.excerpt(each.text, sheet.MAX_CLAUSE_LENGTH)) for each in found]
    return Sheet("", tuple(clauses) or (ClauseText(ClauseKind.PREAMBULAR, ""), ClauseText(ClauseKind.OPERATIVE, "")))


def _opened_on(proposal: Proposal) -> int:
    """The version the form was first opened on, however often it was shown again since."""
    try:
        return inputs.integer(request.form, "opened_on", 1, proposal.version)
    except Invalid:
        return proposal.version
