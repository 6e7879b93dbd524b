"""A process loads templates and locale data before the first page is asked for."""

import pytest
from babel import localedata
from flask import Flask
from jinja2 import TemplateSyntaxError

from dialogue.core import warming
from dialogue.core.warming import warm


def test_all_templates_and_locales_are_loaded(app: Flask) -> None:
    app.jinja_env.cache.clear()
    localedata._cache.pop("en_GB", None)
    warm(app)
    assert len(app.jinja_env.cache) >= len(app.jinja_env.list_templates(["html"])) > 50
    assert "en_GB" in localedata._cache


def test_other_work_runs_between_two_pieces(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(warming, "pause", pauses.append)
    warm(app)
    assert len(pauses) > len(app.jinja_env.list_templates(["html"]))
    assert min(pauses) >= 0


def test_a_template_that_cannot_be_loaded_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(name: str) -> None:
        loaded.append(name)
        raise TemplateSyntaxError("broken", 1)

    monkeypatch.setattr(app.jinja_env, "get_template", load)
    warm(app)
    assert len(loaded) > 50
