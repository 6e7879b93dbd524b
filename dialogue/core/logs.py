"""What is written to the log: what happened and where, never what somebody said, who they are or how they signed in.

A line holds the message as it stands in the source, without its arguments; the fields named here and no others;
and of an error its kind and its place, not its words, which often quote what was being worked on.
Imported before gevent: the standard library's logging, and nothing of ours.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FIELDS = ("task", "listener", "event", "endpoint", "method", "status", "ms", "export", "outcome", "ballot", "follower")
# They print addresses, payloads and headers. The sockets' own loggers are named: left alone, they take a level and a
# handler of their own.
TALKATIVE = ("engineio", "engineio.server", "socketio", "socketio.server", "werkzeug", "gunicorn.access")
DEEPEST = 12  # Places of an error's traceback that are written, the innermost last.

TRACEBACK = "Traceback (most recent call last):\n"


class Line(logging.Formatter):
    """One line a record: JSON for machines, or the same fields for a person to read."""

    def __init__(self, form: str = "json") -> None:
        super().__init__()
        self._is_json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        """The record's line; for a person, an error's traceback follows it, without the error's words."""
        told = self.fields(record)
        kind, _error, trace = record.exc_info or (None, None, None)
        if self._is_json:
            return json.dumps(told | _place(kind, trace), ensure_ascii=False)
        rest = [f"{name}={value}" for name, value in told.items() if name not in ("at", "level", "what")]
        line = " ".join((told["at"], told["level"], told["what"], *rest))
        return line if kind is None else f"{line}\n{TRACEBACK}{''.join(traceback.format_tb(trace))}{kind.__name__}"

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """What may be told of a record, its error apart."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        what = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        told: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "log": record.name, "what": what}
        return told | {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}


def _place(kind: type[BaseException] | None, trace: TracebackType | None) -> dict[str, Any]:
    if kind is None:
        return {}
    places = [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace)]
    return {"error": kind.__name__, "where": places[-DEEPEST:]}


def begin(form: str) -> None:
    """Write logs this way from now on, to standard error; of libraries only warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line(form))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("dialogue").setLevel(logging.INFO if form == "json" else logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    gunicorn = logging.getLogger("gunicorn.error")
    gunicorn.handlers, gunicorn.propagate = [], True
