"""Pages of themes, and the convenors' lists of themes and rooms."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from dialogue.accounts.identity import current_person, require_person
from dialogue.core import inputs, paging
from dialogue.core.bounds import takes
from dialogue.core.forms import redisplays
from dialogue.core.i18n import gettext as _
from dialogue.core.near_names import refuse_near
from dialogue.core.permissions import Permission, Role, allows, house_roles, permit
from dialogue.rooms import queries
from dialogue.rooms.themes import queries as themes
from dialogue.rooms.themes.actions import add_theme, change_theme

bp = Blueprint("themes", __name__)
MAX_TEXT = 5000
MAX_CHARACTERS = MAX_TEXT + 1_000  # … of the whole form.


@bp.get("/themes")
def listed() -> str:
    """The thematic priorities."""
    reader = current_person()
    return render_template("rooms/themes.html", themes=themes.themes(), numbers=queries.rooms_by_theme(reader),
                           may_manage=Role.CONVENOR in house_roles(reader))


@bp.get("/themes/<theme_id>")
def show(theme_id: str) -> str:
    """One theme and its rooms; later chapters add their own through `block more`."""
    reader, theme, page = current_person(), themes.theme(theme_id), _page()
    rooms, more = queries.rooms_of_theme(theme.id, reader, page)
    ids = [room.id for room in rooms]
    return render_template(
        "rooms/theme.html", theme=theme, rooms=rooms, more=more, page=page, tracks=queries.tracks(ids),
        people=queries.how_many(ids), can_create=allows(house_roles(reader), Permission.ROOM_CREATE),
        can_edit=allows(house_roles(reader), Permission.THEME_EDIT))


@bp.get("/admin/themes")
def managed() -> str:
    """The themes, to add to and to reword."""
    permit(require_person(), Permission.THEME_EDIT)
    return render_template("rooms/themes_managed.html", themes=themes.themes(),
                           numbers=queries.rooms_by_theme(current_person()))


@bp.post("/admin/themes")
@redisplays(managed, "theme")
@takes(characters=MAX_CHARACTERS)
def add() -> Any:
    """Add one."""
    described = _theme()
    _refuse_near(described["title"])
    made = add_theme(require_person(), **described)
    flash(_("%(name)s is added.", name=made.title), "success")
    return redirect(url_for(".managed"))


@bp.get("/admin/themes/<theme_id>")
def edit(theme_id: str) -> str:
    """One theme, to reword it."""
    permit(require_person(), Permission.THEME_EDIT)
    return render_template("rooms/theme_edit.html", theme=themes.theme(theme_id))


@bp.post("/admin/themes/<theme_id>")
@redisplays(edit, "theme")
@takes(characters=MAX_CHARACTERS)
def change(theme_id: str) -> Any:
    """Reword it."""
    changed = change_theme(require_person(), theme_id, **_theme())
    flash(_("%(name)s is changed.", name=changed.title), "success")
    return redirect(url_for(".show", theme_id=changed.id))


@bp.get("/admin/rooms")
def rooms() -> str:
    """Every room and hall, for convenors."""
    permit(require_person(), Permission.HOUSE_MANAGE)
    page = _page()
    found, more = queries.all_rooms(page)
    ids = [room.id for room in found]
    return render_template("rooms/rooms_managed.html", rooms=found, more=more, page=page,
                           tracks=queries.tracks(ids), people=queries.how_many(ids))


def _refuse_near(title: str) -> None:
    # The very same title is refused by the action.
    refuse_near(request.form, "title", title, (t.title for t in themes.themes() if t.title != title))


def _theme() -> dict[str, str]:
    return {"title": inputs.text(request.form, "title", max_length=160),
            "description": inputs.text(request.form, "description", max_length=MAX_TEXT, required=False,
                                       multiline=True)}


def _page() -> int:
    return paging.page(request.args)
