"""Composite pages, reading only."""

from flask import Blueprint

from dialogue.pages import halls, home, rooms

bp = Blueprint("pages", __name__)
bp.add_url_rule("/", view_func=home.home)
bp.add_url_rule("/rooms/<room_id>", "room", rooms.room)
bp.add_url_rule("/halls/<hall_id>", view_func=halls.hall)
bp.add_url_rule("/halls/<hall_id>/console", view_func=halls.hall_console)
bp.add_url_rule("/halls/<hall_id>/stage", view_func=halls.hall_stage)
