"""Loading what pages need before the first request: locale data and compiled templates.

Otherwise the first pages of a process would load them, a third of a second in which it answers no one. It takes a tenth
of a second before the process listens, and two where no templates were compiled yet: they are kept in the instance.
"""

import logging

from babel import Locale
from flask import Flask
from jinja2 import TemplateError

from dialogue.core.languages import LANGUAGES, locale_of

log = logging.getLogger(__name__)


def preload(app: Flask) -> None:
    """Load everything. What cannot be loaded is logged, and fails where it is used."""
    try:
        for language in LANGUAGES:
            Locale.parse(locale_of(language)).character_order  # noqa: B018 - Babel reads the file when this is read.
    except OSError:
        log.exception("locale data could not be loaded")
    for name in app.jinja_env.list_templates(filter_func=app.select_jinja_autoescape):
        try:
            app.jinja_env.get_template(name)
        except (OSError, TemplateError):
            log.exception("a template could not be loaded")
