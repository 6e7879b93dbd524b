"""A line of the log: what and where, never the words."""

import json
import logging
import subprocess
import sys

import pytest

from dialogue.core.logs import Line


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
