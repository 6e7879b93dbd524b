"""A line of the log: what and where, never the words."""

import ast
import json
import logging
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dialogue.core import db
from dialogue.core.logs import FIELDS, Line
from tests.app_server import ROOT
from tests.world import World


def record(message: object, *arguments: object, **fields: object) -> logging.LogRecord:
    """A record as a logger makes it, with the error at hand."""
    made = logging.LogRecord("dialogue.test", logging.WARNING, __file__, 1, message, arguments, sys.exc_info())
    made.__dict__.update(fields)
    return made


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_line_holds_neither_arguments_nor_the_words_of_an_error(form: str) -> None:
    words = "what somebody typed"
    try:
        raise ValueError(words)
    except ValueError:
        line = Line(form).format(record("%s broke", "a secret", task="publish", person="Somebody"))
    assert "%s broke" in line
    assert "publish" in line
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert [word for word in ("a secret", "Somebody", "typed") if word in line] == []


def test_a_line_is_one_line_of_json() -> None:
    line = Line().format(record("two\nlines"))
    assert json.loads(line)["what"] == "two\nlines"
    assert "\n" not in line


def test_an_error_logged_as_the_message_is_named_and_not_quoted() -> None:
    assert json.loads(Line().format(record(ValueError("typed"))))["what"] == "ValueError"


def test_the_sockets_own_loggers_write_nothing_by_themselves() -> None:
    quoted = ("import logging; from dialogue.core import logs; import engineio; logs.begin('json'); engineio.Server();"
              "logging.getLogger('engineio.server').error('%s is not an accepted origin.', 'https://a-header')")
    told = subprocess.run([sys.executable, "-c", quoted], capture_output=True, text=True, check=True)
    assert told.stdout + told.stderr == ""


CANARY = "what somebody typed"
FIRST = {
    "flask": "import flask; flask.Flask('dialogue').logger.warning('first')",
    "basicConfig": "logging.basicConfig()",
    "handlers": "logging.getLogger('dialogue').addHandler(logging.StreamHandler());"
                "logging.getLogger('dialogue.core').addHandler(logging.StreamHandler())",
    "gunicorn": "from gunicorn.config import Config; from gunicorn.glogging import Logger; Logger(Config())",
    "sqlalchemy": "import sqlalchemy; sqlalchemy.create_engine('sqlite://', echo=True)",
    "nothing": "pass",
}
AFTER = {
    "flask": "import flask; flask.Flask('dialogue').logger",
    "basicConfig": "logging.basicConfig()",
    "sockets": "import engineio, socketio; engineio.Server(); socketio.Server()",
    "nothing": "pass",
}


def ran(*steps: str, status: int = 0) -> list[str]:
    """The lines a process writes that does this."""
    code = "\n".join(("import logging, sys, threading, warnings", "from dialogue.core import logs", *steps))
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == status, done.stderr
    return (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("first", FIRST)
def test_a_record_is_written_once_however_logging_was_set_up(first: str, after: str) -> None:
    lines = ran(FIRST[first], "logs.begin('json')", AFTER[after],
                "logging.getLogger('dialogue.core.x').warning('said')",
                "logging.getLogger('dialogue').warning('%s said', 1)",
                "logging.getLogger('gunicorn.error').warning('%s said', 1)")
    said = [json.loads(line)["what"] for line in lines if line.startswith("{")]
    assert said == ["said", "%s said", "%s said"]
    assert [line for line in lines if "said" in line and not line.startswith("{")] == []


def test_a_library_message_that_may_be_filled_in_already_is_replaced_by_its_place() -> None:
    for name in ("gunicorn.error", "dialogue", "anything"):
        lines = ran("logs.begin('json')", f"logging.getLogger({name!r}).error(f'Invalid request: {CANARY}')")
        assert json.loads(lines[0])["what"].startswith("said at ")
        assert CANARY not in "".join(lines)


BREAKS = {
    "a thread": "thread = threading.Thread(target=lambda: fail()); thread.start(); thread.join()",
    "a destructor": "class Thing:\n    def __del__(self): fail()\nThing()",
    "a greenlet": "import gevent; logs.guard(); gevent.spawn(fail).join()",
    "a pool": "import gevent.threadpool as pools; logs.guard(); pools.ThreadPool(1).spawn(fail).wait()",
    "the main thread": "fail()",
}


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("broken", BREAKS)
def test_what_breaks_outside_a_request_is_logged_without_its_words(broken: str, form: str) -> None:
    failing = ("def fail():", "    try:", "        raise KeyError(words)", "    except KeyError as error:",
               "        error.add_note(words)", "        raise ValueError(words) from error")
    lines = ran(f"logs.begin({form!r}); logs.guard()", f"words = {CANARY[:9]!r} + {CANARY[9:]!r}", *failing,
                BREAKS[broken], status=1 if broken == "the main thread" else 0)
    assert any("ValueError" in line for line in lines)
    assert any("unhandled error" in line for line in lines)
    assert CANARY not in "".join(lines)


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_warning_names_its_kind_and_place_alone(form: str) -> None:
    lines = ran(f"logs.begin({form!r})", f"warnings.warn({CANARY!r}, UserWarning)")
    assert "UserWarning" in lines[0]
    assert "<string>" in lines[0]
    assert CANARY not in "".join(lines)


def test_a_record_that_cannot_be_written_is_not_quoted() -> None:
    lines = ran("import os; logs.begin('json')", "logging.root.handlers[0].setStream(open('/dev/full', 'w'))",
                f"logging.getLogger('dialogue.core').warning('%d', {CANARY!r})", "os._exit(0)")
    assert lines == []


def calls() -> list[tuple[str, ast.Call]]:
    """Every call of a logger in our code."""
    files = (ROOT / "dialogue").rglob("*.py")
    found = [(str(file), node) for file in files for node in ast.walk(ast.parse(file.read_text()))]
    levels = ("debug", "info", "warning", "error", "exception", "critical", "log")
    return [(file, node) for file, node in found if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and node.func.attr in levels and "log" in ast.unparse(node.func.value)]


def test_our_messages_are_constants_and_their_fields_are_listed() -> None:
    assert len(calls()) > 20
    for file, call in calls():
        assert isinstance(call.args[0], ast.Constant), (file, ast.unparse(call))
        extra = next((word.value for word in call.keywords if word.arg == "extra"), ast.Dict([], []))
        assert isinstance(extra, ast.Dict)
        assert {key.value for key in extra.keys if isinstance(key, ast.Constant)} <= {*FIELDS}, (file, call.lineno)


def test_an_error_of_the_database_names_no_parameter(world: World) -> None:
    for failing in (text("SELECT nothing FROM nowhere WHERE word = :word"), text("SELECT nothing WHERE :word = 1")):
        with pytest.raises(SQLAlchemyError) as caught:
            db.session().execute(failing, {"word": CANARY})
        assert CANARY not in str(caught.value)
        db.release()


def test_every_engine_hides_its_parameters() -> None:
    made = [line for file in (ROOT / "dialogue").rglob("*.py") for line in file.read_text().splitlines()
            if "create_engine(" in line]
    assert made
    assert all("hide_parameters=True" in line for line in made)


def test_a_request_that_fails_is_logged_without_its_address(
        app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(code: str) -> str:
        raise ValueError(code)

    app.add_url_rule("/fails/<code>", view_func=fail)
    assert app.test_client().get(f"/fails/{CANARY}?q={CANARY}").status_code == 500
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert CANARY not in record.getMessage()
    assert record.__dict__["endpoint"] == "fail"
    assert not [*logging.getLogger("dialogue").handlers]
