"""Links are made from `DIALOGUE_URL`: no answer repeats the host a request claims."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dialogue import create_app
from dialogue.core import db
from dialogue.settings import Settings
from tests.compiled import share_templates
from tests.exports.waiting import ask, taken
from tests.policies import built, declared
from tests.test_matrix import House
from tests.test_matrix import house as house
from tests.world import Browser

URL, EVIL = "https://dialogue.example", "elsewhere.invalid"
CLAIMS = {
    "HTTP_HOST": EVIL, "SERVER_NAME": EVIL, "HTTP_X_FORWARDED_HOST": EVIL, "HTTP_X_FORWARDED_SERVER": EVIL,
    "HTTP_X_HOST": EVIL, "HTTP_X_ORIGINAL_HOST": EVIL, "HTTP_FORWARDED": f"for=192.0.2.7;host={EVIL};proto=http",
    "HTTP_X_FORWARDED_PROTO": "gopher", "HTTP_X_FORWARDED_PORT": "81", "HTTP_X_FORWARDED_PREFIX": f"//{EVIL}",
    "HTTP_X_ORIGINAL_URL": f"//{EVIL}/", "HTTP_X_REWRITE_URL": f"//{EVIL}/",
}
LEAST = {"stranger": 20, "chair": 40, "convenor": 60}  # How many pages each is shown, so that these are looked at.


class Claiming:
    """A visitor whose every request claims another host."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on with its claims."""
        return self._app(environ | CLAIMS, start_response)


@pytest.fixture(params=[0, 1], ids=["no proxy", "one proxy"])
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application at an address with TLS, asked by such a visitor."""
    share_templates(tmp_path)
    made = create_app(Settings(instance=tmp_path, database_url=database_url, secret_key="test", url=URL,
                               proxies=request.param, testing=True))
    made.wsgi_app = Claiming(made.wsgi_app)  # type: ignore[method-assign]
    yield made
    db.release()
    db.engine().dispose()


def told(answer: TestResponse) -> str:
    """All of an answer: its headers and what it holds."""
    whole = str(answer.headers) + answer.get_data().decode("latin-1")
    answer.close()
    return whole


@pytest.mark.parametrize("who", LEAST)
def test_no_page_feed_calendar_or_picture_repeats_the_host_of_the_request(house: House, who: str) -> None:
    client = house.client(who)
    shown, wrong = 0, []
    for address in (built(address, house.ids) for method, address in declared() if method == "GET"):
        answer = client.get(address)
        shown += answer.status_code == 200
        if EVIL in told(answer):
            wrong.append(address)
    assert wrong == []
    assert shown > LEAST[who]


@pytest.mark.parametrize("address", ["//rooms", "/rooms//new", "/halls/", f"//{EVIL}/rooms", f"/%5C{EVIL}", "/start"])
def test_no_redirect_leads_to_the_host_of_the_request(house: House, address: str) -> None:
    answer = house.client("convenor").get(address)
    assert not re.match(rf"(\w+:)?[/\\]*{EVIL}", answer.headers.get("Location", ""))


def test_links_to_hand_out_begin_with_our_own_address(house: House) -> None:
    browser = Browser(house.client("convenor"))
    page = browser.post("/admin/invitations", days="7", capacity="personal", key="k").text
    assert f"{URL}/invitations/" in page
    for feed in ("/agenda.atom", "/outcomes.atom"):
        links = re.findall(r'(?:href="|<id>)(\w+://[^/"<]+)', browser.get(feed).text)
        assert set(links) == {URL}


@pytest.mark.parametrize("kind", ["md", "ics", "csv"])
def test_no_document_holds_the_host_of_the_request(house: House, kind: str) -> None:
    browser = Browser(house.client("convenor"))
    assert EVIL not in told(taken(browser, ask(browser, format=kind).location))


def test_the_cookie_of_a_site_with_tls_stays_with_it(app: Flask) -> None:
    answer = app.test_client().get("/sign-in")
    name, _equals, rest = answer.headers["Set-Cookie"].partition("=")
    assert name == "__Host-dialogue"
    assert set(rest.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
