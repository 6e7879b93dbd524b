"""The runner of exports: at most two at once in a process, each document written by a child process.

Nothing of the work lives in this process alone: the book (`queue.py`) says what waits, so that a restarted server,
or another one, goes on where this one was stopped. A request for an unfinished export wakes the queue.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from dialogue.core import db
from dialogue.core.errors import DomainError
from dialogue.exports.jobs import child, gathering, queue
from dialogue.exports.models import Failure
from dialogue.exports.selection import Wanted

log = logging.getLogger(__name__)
AT_ONCE = 2
TIDY_SECONDS = 3600.0


class Runner:
    """Makes documents into `folder`. `site` is our address for permalinks, `context` what languages need."""

    def __init__(self, folder: Path, site: str, context: Callable[[], AbstractContextManager[Any]]) -> None:
        self.folder = folder
        self.site = site
        self._context = context
        self._lock = threading.Lock()
        self._taking = threading.Lock()  # Else two threads here may take up two exports of one person at once.
        self._working = 0
        self._tidied = float("-inf")
        self._awaited: dict[str, threading.Event] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, export_id: str) -> Path:
        """Where the file of an export lies."""
        return self.folder / export_id

    def wake(self) -> None:
        """Start work on waiting exports."""
        with self._lock:
            if self._working >= AT_ONCE:
                return
            self._working += 1
        threading.Thread(target=self._work, name="exports", daemon=True).start()

    def wake_for(self, export_id: str, seconds: float) -> None:
        """Wake the runner and wait until this export is finished, or until the time is over."""
        finished = self._awaited[export_id] = threading.Event()
        self.wake()
        finished.wait(seconds)
        self._awaited.pop(export_id, None)

    def wake_if_needed(self) -> None:
        """Wake the runner if an export waits, or if it has not removed old files for an hour."""
        if self._is_untidy() or queue.is_waiting():
            self.wake()

    def calendar(self, wanted: Wanted, name: str) -> Path:
        """Return the file of a subscribed calendar, made anew unless one of this name exists."""
        target = self.folder / name
        if not target.exists():
            job = gathering.of_agenda(wanted, self.site)
            db.release()  # The connection is for others while the child writes.
            child.write(job.sent(), target, lambda _percent: None)
        return target

    def tidy(self) -> None:
        """Forget what is older than a day, and remove files that belong to nothing any more."""
        known = set(queue.forget_old())
        for file in self.folder.iterdir():
            with suppress(FileNotFoundError):  # Another process tidies too.
                is_old = time.time() - file.stat().st_mtime > TIDY_SECONDS
                if is_old and file.name.partition(".")[0] not in known:
                    file.unlink()

    def _work(self) -> None:
        try:
            with self._context():
                if self._is_untidy():
                    self._tidied = time.monotonic()
                    self.tidy()
                while export_id := self._next():
                    self._make(export_id)
        except Exception:
            log.exception("the export runner stopped")
        finally:
            db.release()
            with self._lock:
                self._working -= 1

    def _next(self) -> str | None:
        """Take up what comes next. The lock is held by a thread that waits for the database alone."""
        with self._taking:
            return queue.take_up() if queue.is_waiting() else None

    def _is_untidy(self) -> bool:
        return time.monotonic() - self._tidied > TIDY_SECONDS

    def _make(self, export_id: str) -> None:
        """Make one document, or write down why there is none."""
        try:
            why = self._failure(export_id)
            queue.fail(export_id, why) if why else queue.finish(export_id)
        except DomainError:
            log.info("the export was finished or cancelled by another process", extra={"export": export_id})
        finally:
            if awaited := self._awaited.get(export_id):
                awaited.set()

    def _failure(self, export_id: str) -> Failure | None:
        try:
            job = gathering.for_export(export_id, self.site, lambda percent: queue.advance(export_id, percent))
            if job is None:
                return Failure.GONE
            db.release()
            child.write(job.sent(), self.path(export_id), lambda percent: queue.advance(export_id, percent))
        except child.TooSlow:
            return Failure.TOO_SLOW
        except child.Failed as broken:
            # Nothing of what was to be written may stand in a log.
            log.warning("an export failed: %s", broken, extra={"export": export_id})
            return Failure.BROKEN
        return None
