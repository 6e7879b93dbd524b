"""What arrives in a form or in JSON, made into values or refused at its field.

Each parser takes the mapping and the field's name. Anything may stand there: a wrong type is refused like
a wrong value, with `Invalid(field, message)`, and nothing else is ever raised.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Literal, TypeVar, overload

from dialogue.core import localtime, mail_addresses, web_addresses
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.richtext import clean

Form = Mapping[str, object]
Choice = TypeVar("Choice", bound=Enum)
Parsed = TypeVar("Parsed", dt.date, dt.datetime)

MAX_ITEMS, MAX_ITEM = 200, 200
MAX_URL, MAX_EMAIL = web_addresses.MAX_LENGTH, 254

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Letters that are drawn as nothing at all.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_YES = frozenset({"on", "true", "yes", "1"})
_NO = frozenset({"", "off", "false", "no", "0"})
_INTEGER = re.compile(r"[+\-−]?\d{1,15}")
_DATE = re.compile(r"(19|2\d)\d\d-\d{2}-\d{2}", re.ASCII)  # Not where the calendar ends: zones reach beyond it.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9._:\-]{1,64}")


def text(
    form: Form,
    field: str,
    *,
    max_length: int,
    min_length: int = 1,
    required: bool = True,
    multiline: bool = False,
) -> str:
    """Cleaned text of `min_length` to `max_length` characters; empty if not required and nothing is there.

    On one line unless `multiline`: its line breaks become spaces.
    """
    value = clean(_string(form, field))
    if not multiline:
        value = " ".join(value.split())
    if not _is_visible(value):
        if required:
            raise Invalid(field, _("Write at least one word."))
        return ""
    _check_length(field, len(value), min_length, max_length)
    return value


def choice(form: Form, field: str, options: type[Choice], default: Choice | None = None) -> Choice:
    """The option whose value was sent; `default` if nothing was."""
    value = _string(form, field).strip()
    if not value and default is not None:
        return default
    for option in options:
        if str(option.value) == value:
            return option
    raise Invalid(field, _("Choose one of the options."))


@overload
def integer(form: Form, field: str, low: int, high: int, required: Literal[True] = True) -> int: ...
@overload
def integer(form: Form, field: str, low: int, high: int, required: bool) -> int | None: ...
def integer(form: Form, field: str, low: int, high: int, required: bool = True) -> int | None:
    """A whole number from `low` to `high`, in the digits of any script; None if not required and absent."""
    sent = form.get(field)
    value = str(sent) if type(sent) is int and abs(sent) < 10**15 else _string(form, field).strip()
    if not value and not required:
        return None
    number = int(value.replace("−", "-")) if _INTEGER.fullmatch(value) else None
    if number is None or not low <= number <= high:
        raise Invalid(
            field, _("Write a whole number from %(low)s to %(high)s.", low=f"{low:,}", high=f"{high:,}")
        )
    return number


@overload
def date(
    form: Form, field: str, *, not_before: dt.date | None = None, required: Literal[True] = True
) -> dt.date: ...
@overload
def date(form: Form, field: str, *, not_before: dt.date | None = None, required: bool) -> dt.date | None: ...
def date(
    form: Form, field: str, *, not_before: dt.date | None = None, required: bool = True
) -> dt.date | None:
    """The day of an `<input type="date">`; None if not required and absent."""
    value = _string(form, field).strip()
    if not value and not required:
        return None
    day = _parsed(value, _DATE, dt.date.fromisoformat)
    if day is None:
        raise Invalid(field, _("Write the day as year-month-day, for example 2026-11-30."))
    if not_before is not None and day < not_before:
        raise Invalid(field, _("Choose %(day)s or a later day.", day=not_before.isoformat()))
    return day


@overload
def moment(
    form: Form, field: str, zone: str, *, after: dt.datetime | None = None, required: Literal[True] = True
) -> dt.datetime: ...
@overload
def moment(
    form: Form, field: str, zone: str, *, after: dt.datetime | None = None, required: bool
) -> dt.datetime | None: ...
def moment(
    form: Form, field: str, zone: str, *, after: dt.datetime | None = None, required: bool = True
) -> dt.datetime | None:
    """The instant, in UTC, of an `<input type="datetime-local">` read in the IANA `zone`.

    A time the clocks of the zone skip, or show twice, is refused, because it is ambiguous.
    None if not required and absent.
    """
    value = _string(form, field).strip()
    if not value and not required:
        return None
    instant = _instant(field, value, zone)
    if after is not None and instant <= after:
        earliest = localtime.shown(after, zone)
        raise Invalid(field, _("Choose a time later than %(time)s (%(zone)s).", time=earliest, zone=zone))
    return instant


def email(form: Form, field: str) -> str:
    """A well-formed mail address in its one spelling; whether it exists is not asked.

    A name of a closed network (`anna@mission.local`, `anna@intranet`) is one too: many missions have such.
    """
    value = clean(_string(form, field))
    found = mail_addresses.well_formed(value) if len(value) <= MAX_EMAIL else None
    if found is None or len(found) > MAX_EMAIL:
        raise Invalid(field, _("Write a mail address, for example name@example.org."))
    return found


def url(form: Form, field: str, required: bool = True) -> str:
    """A web address (http or https) without user name or password; empty if not required and absent."""
    value = clean(_string(form, field))
    if not value and not required:
        return ""
    if len(value) > MAX_URL or not web_addresses.is_full(value):
        raise Invalid(field, _("Write a full web address, for example https://example.org/page."))
    return value


def flag(form: Form, field: str) -> bool:
    """Whether a box is ticked; an absent one is not."""
    sent = form.get(field)
    value = sent if isinstance(sent, bool) else _string(form, field).strip().lower()
    if value is True or value in _YES:
        return True
    if value is False or value in _NO:
        return False
    raise Invalid(field, _("Answer with yes or no."))


def many(form: Form, field: str) -> list[str]:
    """The distinct values chosen, in order: at most `MAX_ITEMS`, each of 1 to `MAX_ITEM` characters."""
    getlist = getattr(form, "getlist", None)
    sent = getlist(field) if callable(getlist) else form.get(field, [])
    items = [] if sent is None else [sent] if isinstance(sent, str) else sent
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise Invalid(field, _("Choose at most %(most)s.", most=MAX_ITEMS))
    if None in items:
        raise Invalid(field, _("This must be text."))
    values = [clean(_string({field: item}, field)) for item in items]
    if any(len(value) > MAX_ITEM for value in values):
        raise Invalid(field, _("Choose one of the options."))
    return list(dict.fromkeys(value for value in values if value))


def key(form: Form, field: str = "key") -> str:
    """The key under which a repeated request gives the same answer: 1 to 64 of `A–Z a–z 0–9 . _ : -`."""
    value = _string(form, field)
    if not _KEY.fullmatch(value):
        raise Invalid(field, _("This page is out of date. Load it again and send once more."))
    return value


def _string(form: Form, field: str) -> str:
    value = form.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(field, _("This must be text."))
    if _UNSTORABLE.search(value):
        raise Invalid(field, _("This contains characters that cannot be stored."))
    return value


def _check_length(field: str, length: int, least: int, most: int) -> None:
    if length < least:
        raise Invalid(field, _("Write at least %(least)s characters.", least=f"{least:,}"))
    if length > most:
        sizes = {"length": f"{length:,}", "most": f"{most:,}"}
        raise Invalid(field, _("This is %(length)s characters; at most %(most)s fit.", **sizes))


def _is_visible(value: str) -> bool:
    """Joiners, marks and spaces alone leave a blank place on the page."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK for sign in value)


def _parsed(value: str, shape: re.Pattern[str], read: Callable[[str], Parsed]) -> Parsed | None:
    try:
        return read(value) if shape.fullmatch(value) else None
    except ValueError:
        return None  # The thirtieth of February has the right shape.


def _instant(field: str, value: str, zone: str) -> dt.datetime:
    local = _parsed(value, _MOMENT, dt.datetime.fromisoformat)
    if local is None:
        raise Invalid(field, _("Write day and time, for example 2026-11-30 14:05."))
    try:
        return localtime.instant(local, zone)
    except localtime.Skipped:
        message = _("In %(zone)s the clocks skip this time. Choose another.", zone=zone)
    except localtime.Twice:
        message = _("In %(zone)s the clocks show this time twice. Choose another.", zone=zone)
    except localtime.OutOfRange:
        message = _("Choose a day nearer to today.")
    raise Invalid(field, message)
