"""The account pages: profile, password and devices, access tokens."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import names, passwords, queries
from dialogue.accounts.claims.queries import of_person
from dialogue.accounts.identity import require_person, require_person_at_browser, this_sign_in
from dialogue.accounts.profile import actions
from dialogue.accounts.resets import queries as resets
from dialogue.accounts.secrets import digest
from dialogue.accounts.timezones import chosen_language, chosen_zone, time_zones
from dialogue.core import inputs
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.forms import redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import gettext as _
from dialogue.core.i18n import language_names
from dialogue.core.limits import throttle

bp = Blueprint("profile", __name__, url_prefix="/account")
MAX_DAYS = 366


@bp.get("")
def show() -> str:
    """How the person is called and addressed."""
    own = require_person()
    return render_template("accounts/profile.html", own=own, actor=queries.chosen_actor(own.actor_id),
                           claims=of_person(own), languages=language_names(), time_zones=time_zones())


@bp.post("")
@redisplays(show, "profile")
def change() -> Any:
    """Change it."""
    own = require_person_at_browser()
    with together() as read:
        language, zone = read(chosen_language, request.form), read(chosen_zone, request.form)
        name = own.name if own.is_guest else read(names.chosen, request.form)
    if own.is_guest:
        actions.change_preferences(own, language=language, time_zone=zone)
    else:
        actions.change_profile(own, name=name, language=language, time_zone=zone)
    flash(_("Your profile is changed."), "success")
    return redirect(url_for(".show"))


@bp.get("/password")
def password_page() -> str:
    """The password, and the browsers that are signed in."""
    own = require_person_at_browser()
    return render_template("accounts/password.html", own=own, sign_ins=queries.open_sign_ins(own),
                           this_browser=digest(this_sign_in()), resets=resets.history(own), now=now())


@bp.post("/password")
@redisplays(password_page, "password")
def change_password() -> Any:
    """Set a new password."""
    own = require_person_at_browser()
    throttle("sign_in", own.id)
    new = passwords.chosen(request.form, "new", about=(own.name, own.email or ""))
    actions.change_password(own, current=request.form.get("current", ""), new=new, stay=this_sign_in())
    flash(_("Your password is changed. Other browsers are signed out."), "success")
    return redirect(url_for(".password_page"))


@bp.get("/tokens")
def tokens(made: str | None = None) -> str:
    """The personal access tokens; `made` is the secret of a new one, shown this once."""
    return render_template("accounts/tokens.html", tokens=queries.tokens_of(require_person_at_browser()), made=made,
                           key=new_id(), now=now())


@bp.post("/tokens")
@redisplays(tokens, "token")
def make_token() -> Any:
    """Make one. Its secret is shown in the answer and kept nowhere, so there is nothing to redirect to."""
    _token, secret = actions.make_token(
        require_person_at_browser(), label=inputs.text(request.form, "label", max_length=80),
        days=inputs.integer(request.form, "days", 1, MAX_DAYS, required=False), key=inputs.key(request.form))
    return tokens(secret)


@bp.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Any:
    """End one."""
    actions.revoke_token(require_person_at_browser(), token_id)
    flash(_("The token is revoked."), "success")
    return redirect(url_for(".tokens"))
