"""Loading what the first pages need before they are asked for: locale data and compiled templates.

Together they take a third of a second, in which the process would answer no one. They are loaded in pieces, in the
background of a process that has just begun.
"""

import logging
from collections.abc import Callable, Iterator

from babel import Locale
from flask import Flask
from jinja2 import TemplateError

from dialogue.core.giving_way import give_way
from dialogue.core.languages import LANGUAGES, locale_of

log = logging.getLogger(__name__)


def warm(app: Flask) -> None:
    """Load everything, yielding to other work after each piece. What cannot be loaded fails where it is used."""
    for load in _pieces(app):
        try:
            load()
        except (OSError, TemplateError):
            log.exception("a template or locale could not be loaded")
        give_way()


def _pieces(app: Flask) -> Iterator[Callable[[], object]]:
    for language in LANGUAGES:
        yield lambda language=language: Locale.parse(locale_of(language)).text_direction  # type: ignore[misc]
    for name in app.jinja_env.list_templates(filter_func=app.select_jinja_autoescape):
        yield lambda name=name: app.jinja_env.get_template(name)  # type: ignore[misc]
