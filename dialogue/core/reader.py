"""The reader's time zone, and the days it makes of moments. Kept apart, because actions are given days and zones."""

from datetime import date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, has_request_context, request
from flask_babel import get_timezone
from sqlalchemy import inspect

from dialogue.core.clock import now

COOKIE = "time_zone"  # The browser's zone, written by static/src/core/zone.js where no account says it.


def chosen_zone() -> tzinfo:
    """The zone of the reader's account; for readers without one their browser's, or UTC until it is known."""
    if not zone_is_guessed():
        return ZoneInfo(g.person.time_zone)
    told = request.cookies.get(COOKIE, "UTC") if has_request_context() else "UTC"
    try:
        return ZoneInfo(told[:64])
    except (ValueError, OSError, KeyError):  # A cookie can hold anything: no name, a folder, an unknown zone.
        return ZoneInfo("UTC")


def zone_is_guessed() -> bool:
    """Whether the browser says the zone, because no account does. Guests are asked for none."""
    person: Any = g.get("person")
    return person is None or bool(person.is_guest and person.time_zone == "UTC")


def forget_if_unreadable() -> None:
    """Show an error page as to a reader without an account, where the person's row can no longer be read."""
    person: Any = g.get("person")
    state: Any = inspect(person) if person is not None else None
    if state is not None and state.detached and state.expired_attributes:
        g.person = None


def offset(moment: datetime) -> str:
    """How far the reader's clocks are from UTC at a moment: "UTC+07:00"."""
    return f"UTC{moment.astimezone(zone()).isoformat(timespec='minutes')[-6:]}".removesuffix("+00:00")


def zone() -> tzinfo:
    """The time zone of the request's reader."""
    return get_timezone()  # type: ignore[no-any-return]


def today() -> date:
    """The day it is where the reader is."""
    return now().astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The moment the day begins where the reader is."""
    return datetime.combine(day, time(), zone())
