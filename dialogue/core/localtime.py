"""From a clock on the wall to an instant, and back."""

import datetime as dt
from zoneinfo import ZoneInfo

YEARS = range(1900, 3000)  # A year nearer to the calendar's end has moments that other zones cannot show.


class Skipped(ValueError):
    """The clocks of the zone jump over this time."""


class Twice(ValueError):
    """The clocks of the zone show this time twice."""


class OutOfRange(ValueError):
    """A year near the end of the calendar, entered by mistake."""


def instant(local: dt.datetime, zone: str) -> dt.datetime:
    """The instant, in UTC, at which clocks in the IANA `zone` show the naive time `local`.

    Raises `Skipped`, `Twice` or `OutOfRange`, and `ZoneInfoNotFoundError` for a zone there is not.
    """
    if local.year not in YEARS:
        raise OutOfRange
    place = ZoneInfo(zone)
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    returned = first.astimezone(place).replace(tzinfo=None)
    if returned != local:
        raise Skipped
    if first != second:
        raise Twice
    return first


def shown(moment: dt.datetime, zone: str) -> str:
    """An aware `moment` as clocks in `zone` show it, to the minute: `2026-11-30 14:05`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
