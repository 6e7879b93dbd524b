"""Pages of accounts: the first start, signing in and out."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from dialogue.accounts import actions, api, cli, names, passwords, queries, tries
from dialogue.accounts.claims import web as claims_web
from dialogue.accounts.directory import web as directory_web
from dialogue.accounts.identity import current_person, device_of, farewell, require_person_at_browser, welcome
from dialogue.accounts.invitations import web as invitations_web
from dialogue.accounts.profile import web as profile_web
from dialogue.accounts.resets import web as resets_web
from dialogue.accounts.timezones import chosen_language, chosen_zone, time_zones
from dialogue.core import inputs, paths
from dialogue.core.errors import NotFound
from dialogue.core.forms import redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import gettext as _
from dialogue.core.i18n import language_names
from dialogue.core.limits import throttle

bp = Blueprint("accounts", __name__)
for part in (profile_web, invitations_web, directory_web, claims_web, resets_web, api, cli):
    bp.register_blueprint(part.bp)


def offer_the_start() -> Any:
    """Lead the first visitor of a new installation to the page that makes its first convenor."""
    if request.endpoint == "pages.home" and current_person() is None and not _is_started():
        return redirect(url_for("accounts.start_page"))
    return None


def _is_started() -> bool:
    # Asked until it is so, and never again: there is always a convenor afterwards.
    started = current_app.extensions.get("is_started") or queries.has_convenor()
    current_app.extensions["is_started"] = started
    return bool(started)


@bp.get("/start")
def start_page() -> str:
    """Where the first convenor's account is made; gone as soon as there is one."""
    if _is_started():
        raise NotFound()
    return render_template("accounts/start.html", languages=language_names(), time_zones=time_zones())


@bp.post("/start")
@redisplays(start_page, "start")
def start() -> Any:
    """Make the first convenor's account and sign them in."""
    if _is_started():
        raise NotFound()
    throttle("register", request.remote_addr or "")
    with together() as read:
        name = read(names.chosen, request.form)
        email = read(inputs.email, request.form, "email")
        password = read(passwords.chosen, request.form, "password", about=(name or "", email or ""))
        language, zone = read(chosen_language, request.form), read(chosen_zone, request.form)
    welcome(actions.create_first_convenor(name=name, email=email, password=password, language=language, time_zone=zone))
    flash(_("Welcome. Next: add the actors, a theme and a first room."), "success")
    return redirect(url_for("accounts.directory.actors"))


@bp.get("/sign-in")
def sign_in_page() -> str:
    """The door."""
    wanted = request.values.get("next")
    return render_template("accounts/sign_in.html", next=wanted if paths.is_path(wanted) else "/")


@bp.post("/sign-in")
@redisplays(sign_in_page, "sign-in")
def sign_in() -> Any:
    """Come in."""
    afterwards = paths.path(request.form, "next")
    email = inputs.text(request.form, "email", max_length=254)
    tries.count(email=email, address=request.remote_addr or "", device=device_of(email))
    welcome(actions.check_password(email=email, password=request.form.get("password", "")))
    return redirect(afterwards)


@bp.post("/sign-out")
def sign_out() -> Any:
    """Leave."""
    farewell()
    return redirect(url_for("pages.home"))


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> Any:
    """Leave on every device."""
    actions.end_all_sign_ins(require_person_at_browser())
    farewell()
    flash(_("You are signed out everywhere."), "success")
    return redirect(url_for("accounts.sign_in_page"))
