"""Languages: the one door to the gettext catalogues, to dates and to the direction of writing."""

from babel import Locale
from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from dialogue.core.languages import LANGUAGES

__all__ = ["LANGUAGES", "LazyString", "direction", "gettext", "language_names", "lazy_gettext", "ngettext"]


def direction(language: str) -> str:
    """`rtl` for Arabic and its kin, else `ltr`."""
    return str(Locale.parse(language).text_direction)


def language_names() -> list[tuple[str, str]]:
    """Each language under its own name, as people look for it."""
    return [(code, Locale.parse(code).get_display_name(code) or code) for code in LANGUAGES]
