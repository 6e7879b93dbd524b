"""Loading what the first pages need before they are asked for: locale data and compiled templates.

Together they take a third of a second, or several where templates are still to be compiled, in which the process would
answer no one. They are loaded in pieces, in the background of a process that has just begun, while it has little else
to do.
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
LOOK = 0.02  # Seconds over which the process is watched before each piece.
IDLE = 0.3  # Share of that time in which it may be at work and still counts as idle.
MAX_LOOKS = 100  # Then the next piece is loaded all the same: a process may be busy for hours.
pause = time.sleep
work = time.process_time


def warm(app: Flask) -> None:
    """Load everything, a piece whenever the process is idle. What cannot be loaded fails where it is used."""
    for load in _pieces(app):
        _wait_for_idleness()
        try:
            load()
        except (OSError, TemplateError):
            log.exception("a template or locale could not be loaded")


def _wait_for_idleness() -> None:
    for _look in range(MAX_LOOKS):
        before = work()
        pause(LOOK)
        if work() - before <= IDLE * LOOK:
            return


def _pieces(app: Flask) -> Iterator[Callable[[], object]]:
    for language in LANGUAGES:
        yield partial(_locale, locale_of(language))
    for name in app.jinja_env.list_templates(filter_func=app.select_jinja_autoescape):
        yield partial(app.jinja_env.get_template, name)


def _locale(code: str) -> None:
    """Read its data, which Babel keeps from then on."""
    Locale.parse(code).character_order  # noqa: B018 - reading the attribute reads the file.
