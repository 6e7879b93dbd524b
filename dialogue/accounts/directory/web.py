"""The convenors' pages: people and actors."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts import queries as accounts
from dialogue.accounts.actions import add_actor
from dialogue.accounts.claims.queries import focal_points
from dialogue.accounts.directory import actions, queries
from dialogue.accounts.identity import require_person, require_person_at_browser
from dialogue.accounts.models import RegionalGroup, Subtype
from dialogue.accounts.resets import actions as resetting
from dialogue.accounts.resets import queries as resets
from dialogue.core import inputs, paging
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.clock import now
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.near_names import refuse_near
from dialogue.core.permissions import Permission, permit

bp = Blueprint("directory", __name__, url_prefix="/admin")


@bp.get("")
def people() -> str:
    """Show the accounts."""
    permit(require_person(), Permission.HOUSE_MANAGE)
    search, page = _search(), _page()
    found, more = queries.people(search, page)
    return render_template("accounts/people.html", people=found, search=search, page=page, more=more)


@bp.get("/people/<person_id>")
def person(person_id: str, link: str | None = None) -> str:
    """One of them; `link` is the address of a new reset link, shown this once."""
    permit(require_person(), Permission.HOUSE_MANAGE)
    other = queries.person(person_id)
    return render_template("accounts/person.html", other=other, actors=accounts.actors(), link=link,
                           resets=resets.history(other), now=now())


@bp.post("/people/<person_id>/actor")
@redisplays(person, "actor")
def assign_actor(person_id: str) -> Any:
    """Say for which actor they come."""
    actions.assign_actor(
        require_person(), person_id, actor_id=inputs.text(request.form, "actor", max_length=22, required=False) or None,
        capacity=inputs.choice(request.form, "capacity", Capacity, Capacity.PERSONAL))
    return _back_to(person_id, _("Changed. Places this person already holds stay as they are."))


@bp.post("/people/<person_id>/disable")
@redisplays(person, "account")
def disable(person_id: str) -> Any:
    """Shut the account."""
    actions.disable(require_person(), person_id)
    return _back_to(person_id, _("The account is disabled, and signed out everywhere."))


@bp.post("/people/<person_id>/enable")
@redisplays(person, "account")
def enable(person_id: str) -> Any:
    """Open it again."""
    actions.enable(require_person(), person_id)
    return _back_to(person_id, _("The account is open again."))


@bp.post("/people/<person_id>/convenor/appoint")
@redisplays(person, "account")
def appoint(person_id: str) -> Any:
    """Make them a convenor."""
    actions.appoint_convenor(require_person(), person_id)
    return _back_to(person_id, _("This person is a convenor now."))


@bp.post("/people/<person_id>/convenor/dismiss")
@redisplays(person, "account")
def dismiss(person_id: str) -> Any:
    """Make them no convenor any more."""
    actions.dismiss_convenor(require_person(), person_id)
    return _back_to(person_id, _("This person is no convenor any more."))


@bp.post("/people/<person_id>/focal-point/appoint")
@redisplays(person, "account")
def appoint_focal_point(person_id: str) -> Any:
    """Make them the focal point of their actor."""
    actions.appoint_focal_point(require_person(), person_id)
    return _back_to(person_id, _("This person is a focal point now and confirms who takes part for the actor."))


@bp.post("/people/<person_id>/focal-point/dismiss")
@redisplays(person, "account")
def dismiss_focal_point(person_id: str) -> Any:
    """Make them no focal point any more."""
    actions.dismiss_focal_point(require_person(), person_id)
    return _back_to(person_id, _("This person is no focal point any more. What they confirmed stays."))


@bp.post("/people/<person_id>/password-reset")
@redisplays(person, "account")
def issue_reset_link(person_id: str) -> Any:
    """Issue a reset link, shown this once. Signed in by password: a leaked token must not open other accounts."""
    _made, secret = resetting.issue(require_person_at_browser(), person_id)
    return person(person_id, url_for("accounts.resets.show", secret=secret, _external=True))


@bp.post("/people/<person_id>/password-reset/withdraw")
@redisplays(person, "account")
def withdraw_reset_link(person_id: str) -> Any:
    """Withdraw it."""
    resetting.withdraw(require_person_at_browser(), person_id)
    return _back_to(person_id, _("The reset link is withdrawn: it no longer works."))


@bp.get("/actors")
def actors() -> str:
    """States, organisations and offices."""
    permit(require_person(), Permission.ACTOR_EDIT)
    search, page = _search(), _page()
    found, more = queries.actors_with_people(search, page)
    return render_template("accounts/actors.html", actors=found, search=search, page=page, more=more)


@bp.get("/actors/new")
def new_actor() -> str:
    """An empty form."""
    permit(require_person(), Permission.ACTOR_EDIT)
    return _actor_form(None)


@bp.post("/actors/new")
@redisplays(new_actor, "actor")
def add() -> Any:
    """Add one."""
    described = _actor()
    name = described["name"]  # The very same name is refused by the action.
    refuse_near(request.form, "name", name, (each.name for each in accounts.actors() if each.name != name))
    made = add_actor(require_person(), **described)
    flash(_("%(name)s is added.", name=made.name), "success")
    return redirect(url_for(".actors"))


@bp.get("/actors/<actor_id>")
def actor(actor_id: str) -> str:
    """One of them, to correct it."""
    permit(require_person(), Permission.ACTOR_EDIT)
    return _actor_form(queries.actor(actor_id))


@bp.post("/actors/<actor_id>")
@redisplays(actor, "actor")
def change_actor(actor_id: str) -> Any:
    """Correct it."""
    changed = actions.change_actor(require_person(), actor_id, **_actor())
    flash(_("%(name)s is changed.", name=changed.name), "success")
    return redirect(url_for(".actors"))


def _actor_form(found: Any) -> str:
    return render_template("accounts/actor.html", actor=found, focal_points=focal_points(found.id) if found else ())


def _actor() -> dict[str, Any]:
    group = inputs.text(request.form, "regional_group", max_length=24, required=False)
    return {
        "name": inputs.text(request.form, "name", max_length=200),
        "actor_set": inputs.choice(request.form, "actor_set", ActorSet),
        "subtype": inputs.choice(request.form, "subtype", Subtype),
        "country": inputs.text(request.form, "country", max_length=120, required=False),
        "regional_group": inputs.choice(request.form, "regional_group", RegionalGroup) if group else None,
    }


def _search() -> str:
    return inputs.text(request.args, "q", max_length=100, required=False)


def _page() -> int:
    return paging.page(request.args)


def _back_to(person_id: str, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for(".person", person_id=person_id))
