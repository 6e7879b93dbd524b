"""What limits count by is never kept as it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis as Client

from dialogue.core import hashed_keys, limits
from dialogue.core.hashed_keys import hashed_key
from tests.servers import Redis

TYPED = ("person@example.org", "AB12CD34", "correct horse battery staple", "192.0.2.7", "\ud800")


@pytest.fixture
def secret() -> Iterator[str]:
    """The installation's secret."""
    hashed_keys.connect("a secret of the installation")
    yield "a secret of the installation"
    hashed_keys.connect("test")


def kept(things: object, seen: set[int]) -> Iterator[str]:
    """Every text held by an object, at any depth."""
    if id(things) in seen:
        return
    seen.add(id(things))
    if isinstance(things, str):
        yield things
    elif isinstance(things, dict):
        for pair in list(things.items()):
            yield from kept(pair, seen)
    elif isinstance(things, list | tuple | set):
        for thing in things:
            yield from kept(thing, seen)
    elif type(things).__module__.startswith(("limits", "dialogue", "collections")):
        yield from kept(getattr(things, "__dict__", {}), seen)


def test_workers_with_one_secret_count_under_one_key(secret: str) -> None:
    before = hashed_key("sign_in", "person@example.org")
    hashed_keys.connect(secret)
    assert hashed_key("sign_in", "person@example.org") == before
    assert len(before) == 32


def test_another_secret_limit_or_person_gives_another_key(secret: str) -> None:
    keys = {hashed_key("sign_in", "a"), hashed_key("post", "a"), hashed_key("sign_in", "b"), hashed_key("sign_i", "na")}
    hashed_keys.connect(f"{secret} and more")
    assert len(keys | {hashed_key("sign_in", "a")}) == 5


def test_redis_is_sent_no_typed_word(secret: str, redis_server: Redis) -> None:
    limits.connect(redis_server.url)
    client: Any = Client.from_url(redis_server.url)
    with client.monitor() as heard:
        try:
            for what in limits.LIMITS:
                for who in TYPED:
                    limits.refuse_if_exhausted(what, who)
                    limits.throttle(what, who)
        finally:
            limits.connect(None)
        client.ping()
        sent = _until_ping(heard)
    assert any("sign_in" in line for line in sent)
    assert [who for who in TYPED[:4] if any(who in line for line in sent)] == []
    dumped = b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())
    assert [who for who in TYPED[:4] if who.encode() in dumped] == []


def _until_ping(heard: Any) -> list[str]:
    """What was sent up to the mark."""
    sent: list[str] = []
    while not sent or sent[-1] != "PING":
        sent.append(heard.next_command()["command"])
    return sent


def test_memory_keeps_no_typed_word(secret: str) -> None:
    limits.connect(None)
    for what in limits.LIMITS:
        for who in TYPED:
            limits.throttle(what, who)
    texts = set(kept([limits._limiter(), limits._buckets()], set()))
    limits.connect(None)
    assert any(hashed_key("sign_in", TYPED[0]) in text for text in texts)
    assert [who for who in TYPED if any(who in text for text in texts)] == []
