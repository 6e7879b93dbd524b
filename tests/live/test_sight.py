"""Who may see the figures, and whose word about the visitor's address is taken."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from dialogue import create_app
from dialogue.core import db
from dialogue.settings import Settings, SettingsError


def application(database_url: str, folder: Path, **more: Any) -> Flask:
    """The application with these settings."""
    return create_app(
        Settings(instance=folder, database_url=database_url, secret_key="test", testing=True, **more))


def seen(app: Flask, **headers: str) -> int:
    """What `/metrics` answers."""
    return app.test_client().get("/metrics", headers=headers).status_code


def test_without_a_token_only_this_machine_sees_the_figures(app: Flask) -> None:
    assert seen(app) == 200
    assert seen(app, **{"X-Forwarded-For": "192.0.2.7"}) == 404
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert app.test_client().get("/metrics", environ_base=elsewhere).status_code == 404


def test_with_a_token_only_who_shows_it_sees_them(database_url: str, tmp_path: Path) -> None:
    app = application(database_url, tmp_path, metrics_token="a secret of the operator's")
    assert seen(app) == 404
    assert seen(app, Authorization="Bearer a guess") == 404
    assert seen(app, Authorization="Bearer ü") == 404
    assert seen(app, Authorization="Bearer a secret of the operator's") == 200
    db.engine().dispose()


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_a_proxy_is_believed_only_where_one_stands(
        database_url: str, tmp_path: Path, proxies: int, address: str) -> None:
    app = application(database_url, tmp_path, proxies=proxies)
    app.add_url_rule("/whence", view_func=lambda: request.remote_addr or "")
    claimed = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}
    assert app.test_client().get("/whence", headers=claimed).text == address
    db.engine().dispose()


@pytest.mark.parametrize("nonsense", [
    {"DIALOGUE_PROXIES": "many"}, {"DIALOGUE_PROXIES": "-1"}, {"DIALOGUE_LOG": "loud"}])
def test_a_senseless_setting_is_refused(tmp_path: Path, nonsense: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(nonsense))):
        Settings.from_env({"DIALOGUE_INSTANCE": str(tmp_path), **nonsense})
