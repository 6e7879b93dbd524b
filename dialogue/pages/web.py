"""Composite pages, reading only."""

from flask import Blueprint, render_template

from dialogue.pages import halls, rooms

bp = Blueprint("pages", __name__)
bp.add_url_rule("/halls/<hall_id>", view_func=halls.hall)
bp.add_url_rule("/halls/<hall_id>/console", view_func=halls.hall_console)
bp.add_url_rule("/halls/<hall_id>/stage", view_func=halls.hall_stage)


@bp.get("/")
def home() -> str:
    """What is live now, what is next, newest outcomes, the agenda at a glance."""
    return render_template("pages/home.html")


bp.add_url_rule("/rooms/<room_id>", "room", rooms.room)
