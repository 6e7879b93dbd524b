"""Server time and queries of each main page on a full platform, and the time from import to the first page."""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from dialogue import create_app
from dialogue.core import db
from dialogue.database import config
from dialogue.settings import Settings
from tests.bench.world import Full
from tests.world import PASSWORD

ROUNDS = 30
GOAL_MS, GOAL_QUERIES, GOAL_START_S = 30, 12, 2


def measure() -> list[str]:
    """The report's lines: a table row a page."""
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        addresses = _addresses(Full())
        client = _signed_in(app)
        rows = [_row(client, name, address) for name, address in addresses.items()]
        start = _import_to_first_page(folder)
        db.release()
        db.engine().dispose()
    return ["## Pages with 10,000 contributions, 300 proposals and 500 agenda items (SQLite, one core)", "",
            f"| page | p50 ms (goal {GOAL_MS}) | p95 ms | queries (goal {GOAL_QUERIES}) |", "|---|---|---|---|", *rows,
            "", f"From import to the first page: {start:.2f} s (goal {GOAL_START_S} s)."]


def _application(folder: Path) -> Flask:
    app = create_app(Settings(instance=folder, database_url=f"sqlite:///{folder}/bench.sqlite", secret_key="bench"))
    command.upgrade(config(), "head")
    return app


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/sign-in").text)
    assert token
    fields = {"csrf_token": token[1], "email": "person0@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=fields).status_code == 302
    return client


def _addresses(full: Full) -> dict[str, str]:
    middle = full.contributions[len(full.contributions) // 2]
    return {
        "home": "/", "rooms": "/rooms", "room": f"/rooms/{full.room.id}",
        "room at a permalink": f"/rooms/{full.room.id}?at={middle}",
        "theme": f"/themes/{full.theme.id}", "proposals": "/proposals", "proposal": f"/proposals/{full.proposals[1]}",
        "ballots": "/ballots", "outcomes": "/outcomes", "agenda": "/agenda", "agenda item": f"/agenda/{full.items[0]}",
        "agenda changes": "/agenda/changes", "exports": "/exports", "account": "/account", "notices": "/notices",
    }


def _row(client: FlaskClient, name: str, address: str) -> str:
    sent: list[str] = []
    event.listen(db.engine(), "before_cursor_execute", lambda *a: sent.append(a[2]))
    assert client.get(address).status_code == 200, address
    queries = sum(1 for statement in sent if not statement.startswith(("BEGIN", "PRAGMA")))
    times = sorted(_milliseconds(client, address) for _ in range(ROUNDS))
    return f"| {name} | {statistics.median(times):.1f} | {times[int(ROUNDS * 0.95)]:.1f} | {queries} |"


def _milliseconds(client: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


def _import_to_first_page(folder: str) -> float:
    """Seconds a new process needs until it has answered its first page; the median of five."""
    program = "from dialogue import create_app; assert create_app().test_client().get('/').status_code == 200"
    environment = {"DIALOGUE_INSTANCE": folder, "DIALOGUE_DATABASE_URL": f"sqlite:///{folder}/bench.sqlite"}
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)
