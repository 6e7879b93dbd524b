"""Translation: the one place texts for people are taken from."""

from flask_babel import gettext, lazy_gettext, ngettext  # type: ignore[import-untyped]

__all__ = ["gettext", "lazy_gettext", "ngettext"]
