"""Asking for a file as a page does, and waiting for it as a page does."""

import itertools
import time
from typing import Any

from werkzeug.datastructures import MultiDict

from dialogue.exports.asking import wanted
from dialogue.exports.documents import outcome_data
from dialogue.exports.job import Job
from dialogue.exports.jobs import gathering
from dialogue.exports.jobs.writing import written
from dialogue.exports.selection import Subject
from tests.world import Browser, World

SITE = "https://dialogue.example"

SECTIONS = ["figures", "table", "items", "milestones", "changes", "outcomes", "method"]
_keys = itertools.count(1)


def ask(browser: Browser, **fields: Any) -> Any:
    """Send the form; without another word for the whole agenda as Markdown."""
    given = {"what": "agenda", "format": "md", "sections": SECTIONS, "language": "en", "key": f"key-{next(_keys)}"}
    return browser.post("/exports", **(given | fields))


def finished(browser: Browser, address: str, seconds: float = 60) -> dict[str, Any]:
    """What the program's door says once the work has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        told: dict[str, Any] = browser.get(f"/api/v1{address}").json
        if told["state"] in ("done", "failed"):
            return told
        time.sleep(0.05)
    raise TimeoutError(told)


def taken(browser: Browser, address: str) -> Any:
    """The file, once it is there."""
    assert finished(browser, address)["state"] == "done"
    file = browser.get(f"{address}/file", buffered=True)
    assert file.status_code == 200
    return file


def made(world: World, time_zone: str = "UTC", **fields: Any) -> bytes:
    """The same file for the public, made in this process: for tests of what stands in it."""
    given = {"what": "agenda", "format": "md", "sections": SECTIONS, "language": "en", "key": "key"} | fields
    with world.app.test_request_context():
        asked = wanted(MultiDict([(k, one) for k, v in given.items() for one in (v if isinstance(v, list) else [v])]),
                       time_zone)
        if asked.subject is Subject.AGENDA:
            job = gathering.of_agenda(asked, SITE)
        else:
            outcome = outcome_data.readable(None, asked.outcome_id)
            assert outcome
            job = gathering.of_outcome(asked, outcome, SITE)
        return written(Job.received(job.sent()))
