"""A JSON route refuses the same way whichever noun it belongs to."""

import re
from typing import Any

import pytest
from flask import Flask

from dialogue.core.json import Readers, answers, changes
from dialogue.core.permissions import Permission
from tests.test_matrix import declared_in_code
from tests.world import World

UNKNOWN = "x" * 22


def with_bodies(app: Flask) -> list[tuple[str, str]]:
    """The JSON routes that read a body, with ids of nothing."""
    adapter, found = app.url_map.bind(""), []
    for method, rule in declared_in_code(app):
        address = re.sub(r"<[^>]+>", UNKNOWN, rule)
        view: Any = app.view_functions[adapter.match(address, method=method)[0]]
        if "body" in view.__wrapped__.__code__.co_names:
            found.append((method, address))
    return found


def test_every_route_with_a_body_refuses_what_is_no_object_alike(app: Flask, world: World) -> None:
    browser = world.browser(world.convenor)
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/rooms").text)
    assert token
    routes = with_bodies(app)
    assert len(routes) > 8
    for method, address in routes:
        for sent in ("", "[]", "[" * 5_000):  # The last: nested too deep.
            answer = browser.client.open(address, method=method, data=sent, content_type="application/json",
                                         headers={"X-CSRFToken": token[1]})
            assert (answer.status_code, answer.json["error"]["field"]) == (422, "body"), (method, address, sent[:9])


def test_a_route_without_sign_in_is_one_whose_permission_the_public_has(app: Flask) -> None:
    @changes(Permission.EXPORT_MAKE, limit="export")
    def make() -> dict[str, Any]:
        return {"made": True}

    @changes(Permission.BALLOT_CAST)
    def cast() -> dict[str, Any]:
        return {}

    @answers(Readers.SIGNED_IN)
    def own() -> dict[str, Any]:
        return {}

    for n, view in enumerate((make, cast, own)):
        app.add_url_rule(f"/api/test/{n}", f"test-{n}", view, methods=["GET"])
    client = app.test_client()
    assert client.get("/api/test/0").json == {"ok": True, "made": True}
    assert [client.get(f"/api/test/{n}").status_code for n in (1, 2)] == [401, 401]


def test_a_visitor_without_an_account_is_limited_by_network_address(
        app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[tuple[str, str]] = []
    monkeypatch.setattr("dialogue.core.json.throttle", lambda *count: counted.append(count))
    app.add_url_rule("/api/test", "test", changes(Permission.EXPORT_MAKE, limit="export")(lambda: {}))
    app.test_client().get("/api/test", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert counted == [("export", "192.0.2.7")]
