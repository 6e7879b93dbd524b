"""A process loads templates and locale data before the first page is asked for."""

import pytest
from babel import localedata
from flask import Flask
from jinja2 import TemplateSyntaxError

from dialogue.core.application import PerApp
from dialogue.core.preloading import preload
from dialogue.server import background


def test_all_templates_and_locales_are_loaded(app: Flask) -> None:
    app.jinja_env.cache.clear()
    localedata._cache.pop("en_GB", None)
    preload(app)
    assert len(app.jinja_env.cache) >= len(app.jinja_env.list_templates(["html"])) > 50
    assert "en_GB" in localedata._cache


def test_a_template_that_cannot_be_loaded_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(name: str) -> None:
        loaded.append(name)
        raise TemplateSyntaxError("broken", 1)

    monkeypatch.setattr(app.jinja_env, "get_template", load)
    preload(app)
    assert len(loaded) > 50


def test_the_background_tasks_start_after_everything_is_loaded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    class Starter:
        def start_background_task(self, *_task: object) -> None:
            order.append("task")

    monkeypatch.setattr(background, "_progress", PerApp(background._Progress))
    monkeypatch.setattr(background, "preload", lambda _app: order.append("loaded"))
    monkeypatch.setattr(background.broadcaster, "socket", Starter)
    monkeypatch.setattr(background.nudges, "begin", lambda: None)
    background.begin(app)
    assert order[0] == "loaded"
    assert "task" in order
