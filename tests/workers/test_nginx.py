"""deploy/nginx with TLS in front of two workers; see tests/nginx.py for where nginx comes from."""

import subprocess
import time
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.sessions import SecureCookieSessionInterface
from simple_websocket import ConnectionError

from dialogue.accounts import actions as accounts
from tests.servers import free_port
from tests.workers.conftest import Cluster, token_of
from tests.workers.front import Front, configured
from tests.workers.front import _worlds as _worlds
from tests.workers.front import cluster as cluster
from tests.workers.front import front as front
from tests.workers.front import nginx as nginx
from tests.workers.wire import Line, Lost, Participant
from tests.world import World


def answer_of(front: Front, path: str, **sent: str) -> tuple[Message, str]:
    """The headers and the text of an answer over TLS."""
    connection = HTTPSConnection(urlsplit(front.url).netloc, context=front.trust, timeout=5)
    connection.request("GET", path, headers=sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.headers, text


def test_the_containers_configuration_is_one(nginx: str, tmp_path: Path) -> None:
    main = configured(tmp_path, "compose.conf", **{r"worker\d:8000": f"127.0.0.1:{free_port()}"})
    tried = subprocess.run([nginx, "-t", "-c", str(main)], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr


def test_figures_and_readiness_are_closed_to_the_outside(front: Front) -> None:
    assert front.status("/agenda") == 200
    assert front.status("/metrics") == front.status("/readyz") == 404


def test_too_large_a_body_is_refused_at_the_front(front: Front) -> None:
    assert front.status("/sign-in", b"x" * 1_100_000) == 413


def test_the_session_cookie_is_bound_to_tls_and_to_this_host(front: Front) -> None:
    name, _equals, rest = str(answer_of(front, "/sign-in")[0]["Set-Cookie"]).partition("=")
    assert name == "__Host-dialogue"
    assert set(rest.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/nothing", "/metrics", "/static/favicon.svg"])
def test_every_answer_asks_once_for_tls_from_now_on(front: Front, path: str) -> None:
    assert answer_of(front, path)[0].get_all("Strict-Transport-Security") == ["max-age=63072000"]


def test_without_tls_a_visitor_is_sent_to_the_sites_own_name_whatever_host_was_claimed(front: Front) -> None:
    connection = HTTPConnection(urlsplit(front.plain).netloc, timeout=5)
    connection.request("GET", "/rooms", headers={"Host": "elsewhere.invalid"})
    assert connection.getresponse().headers["Location"] == "https://localhost/rooms"
    connection.close()


def test_a_claimed_host_enters_no_feed(front: Front) -> None:
    claims = {"Host": "elsewhere.invalid", "X-Forwarded-Host": "elsewhere.invalid"}
    _headers, feed = answer_of(front, "/agenda.atom", **claims)
    assert f'href="{front.url}/agenda' in feed
    assert "elsewhere.invalid" not in feed


def test_a_socket_with_a_cookie_is_let_in_from_our_origin_alone(front: Front, world: World) -> None:
    room = world.room()
    serializer = SecureCookieSessionInterface().get_signing_serializer(world.app)
    assert serializer
    value = serializer.dumps({"_user_id": accounts.start_sign_in(world.member(room))})
    cookie = f"__Host-dialogue={value}"
    line = Line(front.url, headers={"Origin": front.url, "Cookie": cookie}, trust=front.trust)
    assert line.ask("stream.join", stream=room.id)["ok"]
    line.close()
    others = ("https://elsewhere.invalid", "null", front.url.replace("https", "http"), "https://localhost",
              f"{front.url}.elsewhere.invalid", front.cluster.workers[0].url)
    for origin in others:
        with pytest.raises(ConnectionError, match="400"):
            Line(front.url, headers={"Origin": origin, "Cookie": cookie}, trust=front.trust)
    with pytest.raises(Lost):
        Line(front.url, headers={"Cookie": cookie}, trust=front.trust)


def test_who_is_in_a_room_goes_on_at_another_worker_when_theirs_goes(
        cluster: Cluster, world: World, front: Front) -> None:
    room = world.room()
    talking, listening = (
        Participant([front.url], token_of(world.member(room)), room.id, front.trust) for _ in range(2))
    assert listening.connected().is_open
    for worker in cluster.workers:
        said = talking.post("Before")
        worker.stop()
        began = time.monotonic()
        said = talking.post("Somewhere else")
        assert listening.connected().until(lambda seq=said: seq in listening.seen(), 5)
        assert time.monotonic() - began < 5
        worker.start()
    assert listening.seen() == list(range(1, said + 1))


def test_the_front_writes_down_no_queries_and_no_secrets(front: Front) -> None:
    front.status("/agenda?search=query-of-mine")
    front.status(f"/invitations/{'s' * 43}")
    log = (front.folder / "dialogue.log").read_text()
    assert "/agenda 200" in log
    assert "query-of-mine" not in log
    assert "ssss" not in log
