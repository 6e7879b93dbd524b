"""Pages of accounts: signing in and out."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for

from dialogue.accounts import actions
from dialogue.accounts.identity import farewell, welcome
from dialogue.core import inputs
from dialogue.core.forms import redisplays
from dialogue.core.limits import throttle

bp = Blueprint("accounts", __name__)


def safe_next(target: str | None) -> str:
    """Where to go afterwards: a path of ours, never another site."""
    parts = urlsplit(target or "")
    ours = target and target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if ours and target else "/"


@bp.get("/sign-in")
def sign_in_page() -> str:
    """The door."""
    return render_template("accounts/sign_in.html", next=safe_next(request.values.get("next")))


@bp.post("/sign-in")
@redisplays(sign_in_page, "sign-in")
def sign_in() -> Any:
    """Come in."""
    throttle("sign_in_address", request.remote_addr or "")
    email = inputs.text(request.form, "email", max_length=254)
    throttle("sign_in", email.lower())
    welcome(actions.check_password(email=email, password=request.form.get("password", "")))
    return redirect(safe_next(request.form.get("next")))


@bp.post("/sign-out")
def sign_out() -> Any:
    """Leave."""
    farewell()
    return redirect(url_for("pages.home"))
