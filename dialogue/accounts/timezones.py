"""The time zones people choose from."""

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from dialogue.core.errors import Invalid
from dialogue.core.i18n import LANGUAGES
from dialogue.core.i18n import lazy_gettext as _

CONTINENTS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian",
              "Pacific")


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA zones that name a place, and UTC first."""
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.split("/")[0] in CONTINENTS and "/" in zone))


def chosen_zone(form: Mapping[str, object], field: str = "time_zone") -> str:
    """The zone in a form; UTC when none was sent. Raises Invalid."""
    zone = form.get(field) or "UTC"
    if zone not in time_zones():
        raise Invalid(field, _("Choose one of the time zones."))
    return str(zone)


def chosen_language(form: Mapping[str, object], field: str = "language") -> str:
    """The language in a form; English when none was sent. Raises Invalid."""
    language = form.get(field) or "en"
    if language not in LANGUAGES:
        raise Invalid(field, _("Choose one of the languages."))
    return str(language)
