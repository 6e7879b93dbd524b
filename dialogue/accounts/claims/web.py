"""Pages of claims: for convenors all that are pending, for a focal point those to its own actor."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from dialogue.accounts.claims import actions, queries
from dialogue.accounts.identity import require_person
from dialogue.accounts.queries import chosen_actor
from dialogue.core.errors import NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.permissions import Permission, permit

bp = Blueprint("claims", __name__)


@bp.get("/admin/claims")
def listed() -> str:
    """Show all pending claims to a convenor."""
    permit(require_person(), Permission.HOUSE_MANAGE)
    return render_template("accounts/claims.html", claims=queries.to_decide())


@bp.get("/account/claims")
def own() -> str:
    """Show a focal point the pending claims to its actor."""
    person = require_person()
    if not person.vouches_for_own_actor:
        raise NotFound()
    return render_template("accounts/own_claims.html", claims=queries.to_decide(person.actor_id),
                           actor=chosen_actor(person.actor_id))


def _page(**_parts: str) -> Any:
    return listed() if require_person().is_convenor else own()


@bp.post("/claims/<claim_id>/confirm")
@redisplays(_page, "claim")
def confirm(claim_id: str) -> Any:
    """Confirm that the person takes part for the actor."""
    actions.confirm(require_person(), claim_id)
    return _back(_("Confirmed: the person takes part for the actor now."))


@bp.post("/claims/<claim_id>/refuse")
@redisplays(_page, "claim")
def refuse(claim_id: str) -> Any:
    """Refuse it."""
    actions.refuse(require_person(), claim_id)
    return _back(_("Refused: the person takes part as before."))


def _back(message: str) -> Any:
    flash(message, "success")
    return redirect(url_for(".listed" if require_person().is_convenor else ".own"))
