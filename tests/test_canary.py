"""No word, name, address, secret or choice reaches the log or the figures, whichever statement of SQL fails.

Every declared route and socket event is driven with marked values, and again with the database failing at each of its
statements in turn, with errors that quote all they were given.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from dialogue.core import db, logs, metrics
from tests.live.conftest import Socket
from tests.live.conftest import socket as socket
from tests.policies import EVENT_THINGS, FILLED, FILLED_IN_JSON, built, declared
from tests.test_matrix import House, _payload
from tests.test_matrix import house as house
from tests.test_matrix import nothing_lasts as nothing_lasts
from tests.world import PASSWORD, World

pytestmark = pytest.mark.slow("each route and event, with the database failing at each statement")

CANARY = "canarybird"
KEPT = {"kind-1", "base", "version", "revision", "rule", "visibility", "position", "language", "time_zone", "choice"}
TYPED = {name: value if name in KEPT else f"{CANARY}-{name}" for name, value in FILLED.items()}
TYPED |= {"choice": "abstain", "email": f"{CANARY}@example.org", "password": f"{CANARY} {PASSWORD}", "code": "CANARYBI",
          "current": PASSWORD, "new": f"{CANARY} {PASSWORD}", "description": CANARY, "purpose": CANARY, "days": "7",
          "search": CANARY, "decision": CANARY, "note": CANARY, "answer": CANARY, "url": f"https://{CANARY}.example"}
TYPED_IN_JSON = {**TYPED, "base": 1, "version": 1, "clauses": [{"kind": "operative", "text": CANARY}]}
SAYS = (CANARY, "CANARYBI", "abstain", PASSWORD, "@example.org", "quoted by the database")
MOST = 25  # Statements of one request that are made to fail, from the first on.
BREAKS = ("OperationalError", "ProgrammingError", "IntegrityError", "DataError", "InternalError", "RuntimeError")


class Written(logging.Handler):
    """What the log would hold, in both of its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._forms = [logs.Line("json"), logs.Line("text")]

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line in each form."""
        self.lines += [form.format(record) for form in self._forms]


class Failing:
    """A database that fails at the statement it is told to, quoting the statement and its values."""

    def __init__(self) -> None:
        self.at = 0
        self.seen = 0
        self._kinds = cycle(BREAKS)

    def arm(self, at: int) -> None:
        """Fail at this statement from now on, counted from one; 0 for none."""
        self.at, self.seen = at, 0

    def execute(self, _cursor: Any, statement: str, values: Any, _context: Any) -> None:
        """Fail, or let the statement pass."""
        self.seen += 1
        if self.seen == self.at:
            kind = next(self._kinds)
            error = RuntimeError if kind == "RuntimeError" else getattr(db.engine().dialect.loaded_dbapi, kind)
            quoting = f"quoted by the database: {statement} {values!r} DETAIL: Key (email)=({CANARY})"
            raise error(quoting)


@pytest.fixture
def written() -> Iterator[Written]:
    """The log from here on."""
    handler, ours = Written(), logging.getLogger("dialogue")
    logging.root.addHandler(handler)
    before = ours.level
    ours.setLevel(logging.INFO)
    yield handler
    ours.setLevel(before)
    logging.root.removeHandler(handler)


@pytest.fixture
def failing(app: Flask) -> Iterator[Failing]:
    """The database, which fails when armed."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    made = Failing()
    for name in ("do_execute", "do_executemany"):
        event.listen(db.engine(), name, made.execute)
    yield made
    for name in ("do_execute", "do_executemany"):
        event.remove(db.engine(), name, made.execute)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, of this process and of the programs it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)  # It is looked up again.
    return folder


def left_in(folder: Path) -> list[Path]:
    """The files left there that hold what must not be kept."""
    return [path for path in folder.rglob("*") if path.is_file()
            and any(word.encode() in path.read_bytes() for word in SAYS)]


def drive(failing: Failing, ask: Callable[[], Any]) -> int:
    """Ask once with a sound database and once for each statement of it; returns how often a statement failed."""
    failing.arm(0)
    ask()
    statements = min(failing.seen, MOST)
    for at in range(1, statements + 1):
        failing.arm(at)
        ask()
    failing.arm(0)
    return statements


def told(written: Written, house: House, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that say what must not be said."""
    secrets = [secret for secret in house.secrets.values() if secret]
    printed = capfd.readouterr()
    lines = [*written.lines, *printed.out.splitlines(), *printed.err.splitlines(),
             *metrics.text().decode().splitlines()]
    return [line for line in lines if any(word in line for word in (*SAYS, *secrets))]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("who", "part"), [("convenor", 0), ("chair", 0), ("chair", 1), ("chair", 2)])
def test_no_failing_statement_of_a_route_makes_the_log_quote_words(
        house: House, who: str, part: int, written: Written, failing: Failing, nothing_lasts: Callable[[], None],
        temporary: Path, capfd: pytest.CaptureFixture[str]) -> None:
    client = house.client(who)
    token = client.get("/rooms").text.partition('name="csrf-token" content="')[2].partition('"')[0]
    with client.session_transaction() as session:
        as_it_began = dict(session)
    nothing_lasts()
    fails = 0
    by_convenor = who == "convenor"
    mine = [route for route, policy in sorted(declared().items()) if (policy.thing == "house") == by_convenor]
    for method, address in mine[part::1 if by_convenor else 3]:
        if address.startswith("/static") or address == "/metrics":
            continue

        def ask(method: str = method, address: str = address) -> None:
            with client.session_transaction() as session:
                session.clear()
                session.update(as_it_began)
            answer = client.open(built(address, house.ids), method=method, headers={"X-CSRFToken": token},
                                 query_string={"search": CANARY, "q": CANARY, "next": f"/{CANARY}"},
                                 **_body(house, method, address))
            assert "quoted by the database" not in answer.text, (method, address)
            answer.close()
            db.release()

        fails += drive(failing, ask)
    assert fails > 100
    assert any("a request failed" in line for line in written.lines)
    assert told(written, house, capfd) == []
    assert left_in(temporary) == []


def _body(house: House, method: str, address: str) -> dict[str, Any]:
    if method == "GET":
        return {}
    if address.startswith("/api/"):
        return {"json": TYPED_IN_JSON}
    form = TYPED | {"segment": house.ids["segment_id"]} | ({"rule": "on_record"} if address.endswith("/enter") else {})
    if address.endswith("/proposals"):
        del form["question"]  # There it names what the text grew from.
    return {"data": form}


def test_no_failing_statement_of_a_socket_event_makes_the_log_quote_words(
        house: House, world: World, socket: Callable[..., Socket], written: Written, failing: Failing,
        nothing_lasts: Callable[[], None], monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str]) -> None:
    browser = house.client("chair")
    monkeypatch.setattr(world, "browser", lambda _person: type("B", (), {"client": browser}))
    there = socket(None)
    nothing_lasts()
    keys = count()
    fails = 0
    for name in EVENT_THINGS:
        def ask(name: str = name) -> None:
            payload = _payload(house, name) | {"text": CANARY, "reason": CANARY, "choice": "abstain"}
            there.ask(name, **payload | {"key": f"{CANARY}-{next(keys)}"})
            db.release()

        fails += drive(failing, ask)
    there.ask(f"{CANARY}.made.up", text=CANARY)
    assert fails > 40
    assert any("a socket event failed" in line for line in written.lines)
    assert told(written, house, capfd) == []


def test_the_canary_is_alive(house: House, written: Written, failing: Failing, temporary: Path) -> None:
    """What would be found is found: the search sees a line that quotes, and a file that was left."""
    del house
    with tempfile.NamedTemporaryFile(delete=False) as left:
        left.write(CANARY.encode())
    assert left_in(temporary) == [Path(left.name)]
    failing.arm(1)
    with pytest.raises(Exception, match=CANARY) as quoted:
        db.session().connection().exec_driver_sql("SELECT 1")
    db.release()
    logging.getLogger("dialogue.test").error(str(quoted.value))
    assert any(CANARY in line for line in written.lines)
    assert TYPED_IN_JSON.keys() >= FILLED_IN_JSON.keys()
