"""Proposals for programs: thin over the same actions as the pages."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs
from dialogue.core.bounds import takes
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.json import Answer, Readers, answers, body, changes
from dialogue.core.permissions import Permission
from dialogue.proposals import actions, origins, queries, sheet
from dialogue.proposals.models import Proposal
from dialogue.proposals.page import Page, page

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.get("/proposals/<proposal_id>")
@answers(Readers.SEE)
def show(proposal_id: str) -> Answer:
    """A proposal with the text of its present version, or of `?version=`."""
    number = inputs.integer(request.args, "version", 1, 100_000, required=False)
    return {"proposal": _whole(page(proposal_id, current_person(), number))}


@bp.post("/rooms/<room_id>/proposals")
@changes(Permission.PROPOSAL_DRAFT, limit="post", status=201)
@takes(characters=sheet.MAX_CHARACTERS)
def draft(room_id: str) -> Answer:
    """Begin a draft: `{key, title, clauses: [{kind, text}], from?: [ids], questions?: [ids], vouched?}`."""
    sent = body()
    text = sheet.parsed(_as_form(sent))
    chosen = origins.refs(inputs.many(sent, "from"), inputs.many(sent, "questions"))
    made = actions.draft(require_person(), room_id, title=text.title, clauses=text.clauses, origins=chosen,
                         vouched=sent.is_vouched, key=inputs.key(sent))
    return _short(made)


@bp.put("/proposals/<proposal_id>")
@changes(Permission.PROPOSAL_REVISE, limit="post")
@takes(characters=sheet.MAX_CHARACTERS)
def revise(proposal_id: str) -> Answer:
    """Save the next version: `{base, title, clauses: [{key?, kind, text}], reason?, vouched?}`."""
    sent = body()
    text = sheet.parsed(_as_form(sent))
    reason = inputs.text(sent, "reason", max_length=sheet.MAX_REASON_LENGTH, required=False)
    return _short(actions.revise(require_person(), proposal_id, base=inputs.integer(sent, "base", 1, 100_000),
                                 title=text.title, clauses=text.clauses, reason=reason,
                                 vouched=sent.is_vouched))


@bp.post("/proposals/<proposal_id>/submission")
@changes(Permission.PROPOSAL_SUBMIT)
def submit(proposal_id: str) -> Answer:
    """Put the draft before the room."""
    return _short(actions.submit(require_person(), proposal_id))


@bp.post("/proposals/<proposal_id>/withdrawal")
@changes(Permission.PROPOSAL_WITHDRAW)
def withdraw(proposal_id: str) -> Answer:
    """Take the proposal back: `{reason}`."""
    reason = inputs.text(body(), "reason", max_length=sheet.MAX_REASON_LENGTH)
    return _short(actions.withdraw(require_person(), proposal_id, reason=reason))


@bp.post("/proposals/<proposal_id>/sponsorship")
@changes(Permission.PROPOSAL_SPONSOR)
def sponsor(proposal_id: str) -> Answer:
    """Join the sponsors."""
    return _short(actions.sponsor(require_person(), proposal_id))


@bp.post("/proposals/<proposal_id>/endorsement")
@changes(Permission.PROPOSAL_ENDORSE)
def endorse(proposal_id: str) -> Answer:
    """Support the text as it reads in a version: `{version}`."""
    version = inputs.integer(body(), "version", 1, 100_000)
    return _short(actions.endorse(require_person(), proposal_id, version=version))


@bp.delete("/proposals/<proposal_id>/endorsement")
@changes(Permission.PROPOSAL_ENDORSE)
def withdraw_endorsement(proposal_id: str) -> Answer:
    """Take one's support back."""
    return _short(actions.withdraw_endorsement(require_person(), proposal_id))


def _as_form(body: Mapping[str, Any]) -> dict[str, object]:
    """The clauses as numbered fields: one door for both, and the same names in refusals."""
    clauses = body.get("clauses")
    if not isinstance(clauses, list) or not all(isinstance(each, dict) for each in clauses):
        raise Invalid("clauses", _("Send a list of clauses, each with its kind and its text."))
    if len(clauses) > sheet.MAX_CLAUSES:
        raise Invalid("clauses", _("A text has at most %(most)s clauses.", most=sheet.MAX_CLAUSES))
    form: dict[str, object] = {"title": body.get("title")}
    for n, each in enumerate(clauses, 1):
        form.update({f"text-{n}": each.get("text"), f"kind-{n}": each.get("kind"), f"key-{n}": each.get("key")})
    return form


def _short(proposal: Proposal) -> Answer:
    return {"proposal": queries.outline(proposal, len(queries.endorsements(proposal.id)))}


def _whole(shown: Page) -> Answer:
    sponsors = [shown.names[each.voice_id].shown for each in shown.proposal.sponsors if each.voice_id in shown.names]
    return {
        **queries.outline(shown.proposal, shown.support.total),
        "room": shown.proposal.room_id, "shown_version": shown.version.number, "sponsors": sponsors,
        "clauses": [{"key": clause.key, "kind": clause.kind, "label": label, "text": clause.text}
                    for label, clause in shown.version.numbered],
        "versions": [{"number": line.number, "at": line.at.isoformat(), "reason": line.reason}
                     for line in shown.lines],
        "endorsements_by_set": {row.actor_set: row.value for row in shown.support.sets},
        "can": sorted(shown.can),
    }
