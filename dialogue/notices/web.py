"""The page of one's notices, and their number in the frame of every page."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from dialogue.accounts import identity
from dialogue.core import paging
from dialogue.notices import actions, queries

bp = Blueprint("notices", __name__)


def unread() -> dict[str, int]:
    """Counted once a request; the page that says the database is away must not need it."""
    if "notices_unread" not in g:
        try:
            g.notices_unread = queries.unread(identity.current_person())
        except SQLAlchemyError:
            g.notices_unread = 0
    return {"notices_unread": g.notices_unread}


@bp.get("/notices")
def index() -> str:
    """What concerns the reader, unread first."""
    number = paging.page(request.args)
    notices, has_more = queries.page(identity.require_person(), number=number)
    return render_template("notices/index.html", notices=notices,
                           previous=url_for("notices.index", page=number - 1) if number > 1 else None,
                           next=url_for("notices.index", page=number + 1) if has_more else None)


@bp.post("/notices/read")
def read_all() -> Any:
    """Mark everything read."""
    actions.read_all(identity.require_person())
    return redirect(url_for("notices.index"))


@bp.post("/notices/<notice_id>/read")
def read(notice_id: str) -> Any:
    """Mark one read and go where it leads."""
    return redirect(actions.read(identity.require_person(), notice_id).address)
