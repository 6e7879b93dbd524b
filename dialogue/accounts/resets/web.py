"""The page a reset link leads to; convenors issue links on a person's page (directory)."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import passwords
from dialogue.accounts.identity import farewell
from dialogue.accounts.resets import actions
from dialogue.accounts.resets.models import ResetLink
from dialogue.accounts.resets.queries import link_of
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.limits import throttle

bp = Blueprint("resets", __name__)


@bp.get("/password-resets/<secret>")
def show(secret: str) -> Any:
    """Show the form for a new password, or the reason why the link is no longer valid."""
    link = _link(secret)
    try:
        link.refuse_unless_usable(now())
    except Conflict as spent:
        return render_template("accounts/link_spent.html", reason=spent.message), spent.status
    return render_template("accounts/reset.html", link=link, secret=secret)


@bp.post("/password-resets/<secret>")
@redisplays(show, "reset")
def redeem(secret: str) -> Any:
    """Set it."""
    link = _link(secret)
    link.refuse_unless_usable(now())
    throttle("sign_in", link.person_id)
    owner = link.person
    new = passwords.chosen(request.form, "password", about=(owner.name, owner.email or ""))
    actions.redeem(secret, password=new)
    farewell()
    flash(_("Your new password is set, and all browsers are signed out. Sign in with it now."), "success")
    return redirect(url_for("accounts.sign_in_page"))


def _link(secret: str) -> ResetLink:
    """The link of the address; guessing addresses is slowed down."""
    try:
        return link_of(secret)
    except NotFound:
        throttle("invitation", request.remote_addr or "")
        raise
