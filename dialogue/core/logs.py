"""The log: what happened and where, never a person's words, name or secrets.

A line holds the message as it stands in the source, without its arguments; the fields named here and no others;
and of an error its kind and its place, not its words, which often quote what was being worked on.
A library's message without arguments, which may quote anything, is replaced by its place in the source.
Imported before gevent: the standard library's logging, and nothing of ours.
"""

import json
import logging
import sys
import threading
import traceback
import warnings
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

log = logging.getLogger(__name__)
OURS = "dialogue."  # Not "dialogue" itself, which is Flask's: its messages quote addresses.
FIELDS = ("kind", "place", "task", "listener", "event", "endpoint", "method", "status", "ms", "export", "outcome",
          "ballot", "follower", "script")
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
        what = _message(record)
        told: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "log": record.name, "what": what}
        return told | {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}


def _message(record: logging.LogRecord) -> str:
    """The message as it stands in the source. A library's without arguments may be filled in already: its place."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.name.startswith(OURS) or record.args:
        return record.msg
    return f"said at {record.module}:{record.lineno}"


def _place(kind: type[BaseException] | None, trace: TracebackType | None) -> dict[str, Any]:
    if kind is None:
        return {}
    places = [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace)]
    return {"error": kind.__name__, "where": places[-DEEPEST:]}


class Handler(logging.StreamHandler):  # type: ignore[type-arg]
    """The one handler. What cannot be written is not quoted, as the standard one would."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """Drop the record; the log's reader may be gone."""


def begin(form: str) -> None:
    """Write logs this way from now on, to standard error and once; of libraries only warnings.

    Handlers that stand anywhere already go: Flask and gunicorn bring their own, which write words. With ours at the
    root Flask and `logging.basicConfig` add none later.
    """
    handler = Handler(sys.stderr)
    handler.setFormatter(Line(form))
    for logger in _loggers():
        logger.handlers, logger.propagate = [], True
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.lastResort = handler
    logging.raiseExceptions = False
    logging.getLogger("dialogue").setLevel(logging.INFO if form == "json" else logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.showwarning = _warn


def _loggers() -> list[logging.Logger]:
    known = logging.Logger.manager.loggerDict.values()
    return [logger for logger in known if isinstance(logger, logging.Logger)]


def _warn(message: Warning | str, category: type[Warning], filename: str, lineno: int,  # noqa: ARG001
          file: TextIO | None = None, line: str | None = None) -> None:  # noqa: ARG001 (Python's names)
    log.warning("python warning", extra={"kind": category.__name__, "place": f"{filename}:{lineno}"})


def guard() -> None:
    """Have what breaks outside a request logged like everything else: Python and gevent would print its words."""
    sys.excepthook = _broke
    threading.excepthook = lambda told: _broke(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _broke(told.exc_type, told.exc_value, told.exc_traceback)
    if "gevent.hub" in sys.modules:  # The class: each native thread may have a hub of its own.
        sys.modules["gevent.hub"].Hub.print_exception = _broke_in_hub


def _broke(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.error("unhandled error in a thread", exc_info=(kind, error or kind(), trace))


def _broke_in_hub(_hub: object, _context: object, kind: Any, error: Any, trace: Any) -> None:
    log.error("unhandled error in a greenlet", exc_info=(kind, error, trace))
