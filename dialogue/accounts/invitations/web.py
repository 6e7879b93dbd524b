"""The page an invitation leads to, and the convenors' list of invitations."""

import logging
import re
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for

from dialogue.accounts import names, passwords, queries
from dialogue.accounts.identity import current_person, require_person, welcome
from dialogue.accounts.invitations import actions
from dialogue.accounts.invitations.offers import offers
from dialogue.accounts.invitations.queries import invitation_of, outstanding
from dialogue.accounts.timezones import chosen_language, chosen_zone, time_zones
from dialogue.core import inputs
from dialogue.core.attribution import Capacity
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Conflict, NotFound
from dialogue.core.forms import redisplays
from dialogue.core.gathering import together
from dialogue.core.i18n import gettext as _
from dialogue.core.i18n import language_names
from dialogue.core.limits import throttle
from dialogue.core.permissions import Permission, permit

bp = Blueprint("invitations", __name__)
DEFAULT_DAYS = 7


class WithoutSecrets(logging.Filter):
    """Keeps the addresses of invitations and reset links out of every line that names a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank the secret in the line; always let the line pass."""
        line = record.getMessage()
        blanked = re.sub(r"((?:invitations|password-resets)(?:/|%2F))[\w\-]{20,}", r"\1…", line)
        if blanked != line:
            record.msg, record.args = blanked, None
        return True


_WITHOUT_SECRETS = WithoutSecrets()


def keep_secrets_out_of_logs(app: Flask) -> None:
    """Filter the two logs that write request addresses.

    By name: `app.logger` would bring a handler of Flask's that writes every record a second time, words included.
    """
    for log in (logging.getLogger(app.name), logging.getLogger("werkzeug")):
        log.addFilter(_WITHOUT_SECRETS)  # The same object, so that two applications add one filter.


@bp.get("/invitations/<secret>")
def show(secret: str) -> Any:
    """Show the invitation and both ways to accept it, or the reason why it is no longer valid."""
    invitation = _invitation(secret)
    try:
        invitation.refuse_unless_usable(now())
    except Conflict as spent:
        return render_template("accounts/link_spent.html", reason=spent.message), spent.status
    own = current_person()
    return render_template(
        "accounts/invitation.html", invitation=invitation, offer=offers([invitation.id]).get(invitation.id),
        secret=secret, own=own if own and not own.is_guest else None, languages=language_names(),
        time_zones=time_zones())


@bp.post("/invitations/<secret>")
@redisplays(show, "invitation")
def redeem(secret: str) -> Any:
    """Accept as the signed-in person."""
    _invitation(secret)
    return _led_on(actions.redeem(require_person(), secret).id)


@bp.post("/invitations/<secret>/account")
@redisplays(show, "account")
def redeem_as_new(secret: str) -> Any:
    """Accept by making an account."""
    _invitation(secret).refuse_unless_usable(now())
    throttle("register", request.remote_addr or "")
    with together() as read:
        name = read(names.chosen, request.form)
        email = read(inputs.email, request.form, "email")
        password = read(passwords.chosen, request.form, "password", about=(name or "", email or ""))
        language, zone = read(chosen_language, request.form), read(chosen_zone, request.form)
    made, invitation = actions.redeem_as_new(secret, name=name, email=email, password=password, language=language,
                                             time_zone=zone)
    welcome(made)
    return _led_on(invitation.id)


def _invitation(secret: str) -> Any:
    """The invitation of the address; guessing addresses is slowed down."""
    try:
        return invitation_of(secret)
    except NotFound:
        throttle("invitation", request.remote_addr or "")
        raise


def _led_on(invitation_id: str) -> Any:
    offer = offers([invitation_id]).get(invitation_id)
    flash(_("Welcome. Your invitation is accepted."), "success")
    return redirect(offer.address if offer else url_for("pages.home"))


@bp.get("/admin/invitations")
def listed(link: str | None = None) -> str:
    """The invitations not yet used; `link` is a new one's address, shown this once."""
    permit(require_person(), Permission.HOUSE_MANAGE)
    found = outstanding()
    return render_template("accounts/invitations.html", invitations=found, offers=offers([i.id for i in found]),
                           actors=queries.actors(), link=link, key=new_id(), days=DEFAULT_DAYS)


@bp.post("/admin/invitations")
@redisplays(listed, "invitation")
def invite() -> Any:
    """Make one that leads to the house alone. Its link is shown in the answer and kept nowhere."""
    _made, secret = actions.invite(require_person(), guest(), key=inputs.key(request.form))
    return listed(address(secret))


@bp.post("/admin/invitations/<invitation_id>/revoke")
def revoke(invitation_id: str) -> Any:
    """Withdraw one."""
    actions.revoke(require_person(), invitation_id)
    flash(_("The invitation is withdrawn: its link no longer works."), "success")
    return redirect(url_for(".listed"))


def guest() -> actions.Guest:
    """Return the invited person as described in the form."""
    return actions.Guest(
        name=names.chosen(request.form, required=False),
        actor_id=inputs.text(request.form, "actor", max_length=22, required=False) or None,
        capacity=inputs.choice(request.form, "capacity", Capacity, Capacity.PERSONAL),
        days=inputs.integer(request.form, "days", 1, actions.MAX_DAYS))


def address(secret: str) -> str:
    """The whole address to hand out."""
    return url_for("accounts.invitations.show", secret=secret, _external=True)
