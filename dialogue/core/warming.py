"""Loading what the first pages need before they are asked for: locale data and compiled templates.

Together they take a third of a second, in which the process would answer no one. They are loaded in pieces, in the
background of a process that has just begun.
"""

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial

from babel import Locale
from flask import Flask
from jinja2 import TemplateError

from dialogue.core.languages import LANGUAGES, locale_of

log = logging.getLogger(__name__)
REST = 4.0  # Times as long as a piece took: people may be joining at this moment.
pause = time.sleep


def warm(app: Flask) -> None:
    """Load everything, leaving most of the time to other work. What cannot be loaded fails where it is used."""
    for load in _pieces(app):
        began = time.monotonic()
        try:
            load()
        except (OSError, TemplateError):
            log.exception("a template or locale could not be loaded")
        pause(REST * (time.monotonic() - began))


def _pieces(app: Flask) -> Iterator[Callable[[], object]]:
    for language in LANGUAGES:
        yield partial(_locale, locale_of(language))
    for name in app.jinja_env.list_templates(filter_func=app.select_jinja_autoescape):
        yield partial(app.jinja_env.get_template, name)


def _locale(code: str) -> None:
    """Read its data, which Babel keeps from then on."""
    Locale.parse(code).character_order  # noqa: B018 - reading the attribute reads the file.
