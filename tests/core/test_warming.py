"""A process loads templates and locale data before the first page is asked for."""

from itertools import count

import pytest
from babel import localedata
from flask import Flask
from jinja2 import TemplateSyntaxError

from dialogue.core import warming
from dialogue.core.warming import warm


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the lengths of the pauses, which take no time here."""
    pauses: list[float] = []
    monkeypatch.setattr(warming, "pause", pauses.append)
    return pauses


def test_all_templates_and_locales_are_loaded(app: Flask) -> None:
    app.jinja_env.cache.clear()
    localedata._cache.pop("en_GB", None)
    warm(app)
    assert len(app.jinja_env.cache) >= len(app.jinja_env.list_templates(["html"])) > 50
    assert "en_GB" in localedata._cache


def test_an_idle_process_loads_a_piece_after_one_look(app: Flask, no_pauses: list[float],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "work", lambda: 0.0)
    pieces = len(list(warming._pieces(app)))
    warm(app)
    assert len(no_pauses) == pieces


def test_a_busy_process_waits_before_each_piece_but_not_for_ever(app: Flask, no_pauses: list[float],
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    times = count()
    monkeypatch.setattr(warming, "work", lambda: next(times) * warming.LOOK)
    pieces = len(list(warming._pieces(app)))
    warm(app)
    assert len(no_pauses) == pieces * warming.MAX_LOOKS


def test_a_template_that_cannot_be_loaded_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(name: str) -> None:
        loaded.append(name)
        raise TemplateSyntaxError("broken", 1)

    monkeypatch.setattr(app.jinja_env, "get_template", load)
    warm(app)
    assert len(loaded) > 50
