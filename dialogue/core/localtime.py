"""From a clock on the wall to an instant, and back."""

import datetime as dt
from zoneinfo import ZoneInfo


class Skipped(ValueError):
    """The clocks of the zone jump over this time."""


class Twice(ValueError):
    """The clocks of the zone show this time twice."""


class OutOfRange(ValueError):
    """The calendar ends before this time."""


def instant(local: dt.datetime, zone: str) -> dt.datetime:
    """The instant, in UTC, at which clocks in the IANA `zone` show the naive time `local`.

    Raises `Skipped`, `Twice` or `OutOfRange`, and `ZoneInfoNotFoundError` for a zone there is not.
    """
    place = ZoneInfo(zone)
    try:
        first, second = (local.replace(tzinfo=place, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
        returned = first.astimezone(place).replace(tzinfo=None)
    except OverflowError as error:
        raise OutOfRange from error
    if returned != local:
        raise Skipped
    if first != second:
        raise Twice
    return first


def shown(moment: dt.datetime, zone: str) -> str:
    """An aware `moment` as clocks in `zone` show it, to the minute: `2026-11-30 14:05`."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
