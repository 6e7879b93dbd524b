"""A served Dialogue can be reached, killed and started again with what it knew."""

from collections.abc import Callable
from urllib.request import urlopen

import pytest

from tests.app_server import AppServer
from tests.test_servers import is_gone


def alive(server: AppServer) -> bool:
    """Ask the server how it is."""
    with urlopen(f"{server.url}/healthz", timeout=5) as answer:
        return bool(answer.status == 200)


def test_a_served_dialogue_survives_kill_9_at_the_same_address(serve: Callable[..., AppServer]):
    server = serve()
    first, url = server.pid, server.url
    server.kill()
    assert is_gone(first)
    server.restart()
    assert server.url == url
    assert server.pid != first
    assert alive(server)


def test_a_dialogue_is_served_from_postgres(serve: Callable[..., AppServer], postgres_url: Callable[[], str]):
    server = serve(postgres_url())
    assert alive(server)
    assert not list(server.folder.glob("*.sqlite*"))


def test_two_served_dialogues_share_nothing(serve: Callable[..., AppServer]):
    one, other = serve(), serve()
    assert one.url != other.url
    one.stop()
    assert is_gone(one.pid)
    assert alive(other)


def test_a_dialogue_that_cannot_start_says_why(serve: Callable[..., AppServer]):
    with pytest.raises(pytest.fail.Exception, match="DIALOGUE_URL must look like"):
        serve(DIALOGUE_URL="nonsense")
