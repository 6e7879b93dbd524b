"""Loading what the first pages need before they are asked for: locale data and compiled templates.

Together they take a third of a second, in which the process would answer no one. They are loaded in pieces, in the
background of a process that has just begun.
"""

import logging
import time
from collections.abc import Callable, Iterator

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
        yield lambda language=language: Locale.parse(locale_of(language)).text_direction  # type: ignore[misc]
    for name in app.jinja_env.list_templates(filter_func=app.select_jinja_autoescape):
        yield lambda name=name: app.jinja_env.get_template(name)  # type: ignore[misc]
