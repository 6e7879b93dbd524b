"""The reader's time zone, and the days it makes of moments. Kept apart, because actions are given days and zones."""

from datetime import date, datetime, time, tzinfo

from flask_babel import get_timezone

from dialogue.core.clock import now


def zone() -> tzinfo:
    """The time zone of the request's reader."""
    return get_timezone()  # type: ignore[no-any-return]


def today() -> date:
    """The day it is where the reader is."""
    return now().astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The moment the day begins where the reader is."""
    return datetime.combine(day, time(), zone())
