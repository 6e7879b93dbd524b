"""Exports in a served Dialogue: others are answered meanwhile, and a killed server goes on where it was."""

import json
import time
from collections.abc import Callable
from datetime import date
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from dialogue.agenda.models import AgendaItem, LegalRoute, Milestone, Pace, Stage
from dialogue.core import db
from dialogue.core.db import new_id
from dialogue.rooms.models import Theme
from tests.app_server import AppServer
from tests.exports.story import AT

LONG = "A paragraph about the pace of reform, and who carries it. " * 10


@pytest.fixture
def server(serve: Callable[..., AppServer]) -> AppServer:
    """A served Dialogue with 500 items on its agenda."""
    started = serve()
    db.connect(f"sqlite:///{started.folder / 'dialogue.sqlite'}")
    with db.engine().connect().execution_options(writes=True) as connection, connection.begin():
        theme = new_id()
        connection.execute(Theme.__table__.insert(), [{"id": theme, "title": "T", "created_at": AT}])
        ids = [new_id() for _ in range(500)]
        connection.execute(AgendaItem.__table__.insert(), [
            {"id": id, "theme_id": theme, "title": f"Item {n}", "problem": LONG, "goal": LONG, "forum": "Forum",
             "pace": Pace.FAST, "legal_route": LegalRoute.NONE, "stage": Stage.IDEA, "stage_note": "",
             "review_on": date(2027, 1, 1), "revision": 1, "created_at": AT, "updated_at": AT}
            for n, id in enumerate(ids)])
        connection.execute(Milestone.__table__.insert(), [
            {"id": new_id(), "item_id": id, "statement": "A step", "due": date(2027, 1, 1), "status": "on_track",
             "sequence": 0, "updated_at": AT} for id in ids])
    db.engine().dispose()
    return started


class Visitor:
    """A browser without a script."""

    def __init__(self, server: AppServer) -> None:
        self.url = server.url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, address: str, **fields: Any) -> tuple[str, bytes]:
        data = urlencode(fields, doseq=True).encode() if fields else None
        with self._opener.open(self.url + address, data, timeout=60) as answer:
            return answer.geturl().removeprefix(self.url), answer.read()

    def ask(self, file: str) -> str:
        """Ask for the whole agenda; the address of its page."""
        page = self.open("/exports")[1].decode()
        token = page.partition('csrf-token" content="')[2].partition('"')[0]
        return self.open("/exports", csrf_token=token, key="once", what="agenda", format=file, sections="items")[0]

    def state(self, address: str) -> str:
        """How far it is."""
        told: dict[str, str] = json.loads(self.open(f"/api/v1{address}")[1])
        return told["state"]


def test_others_are_answered_while_a_long_document_is_made(server: AppServer) -> None:
    visitor = Visitor(server)
    address = visitor.ask("pdf")
    waited = []
    while visitor.state(address) not in ("done", "failed"):
        started = time.monotonic()
        Visitor(server).open("/healthz")
        waited.append(time.monotonic() - started)
        time.sleep(0.05)
    assert len(waited) >= 5, "the document was there too soon to see anything"
    assert sorted(waited)[len(waited) // 2] < 0.5
    assert visitor.state(address) == "done"
    assert visitor.open(f"{address}/file")[1].startswith(b"%PDF")


def test_a_killed_server_goes_on_with_the_document_when_it_is_back(server: AppServer) -> None:
    visitor = Visitor(server)
    address = visitor.ask("pdf")
    assert visitor.state(address) == "running"
    server.kill()
    server.start()
    deadline = time.monotonic() + 100
    while (state := visitor.state(address)) not in ("done", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert state == "done"
    assert visitor.open(f"{address}/file")[1].startswith(b"%PDF")
