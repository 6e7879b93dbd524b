"""Collecting a document's data with its requester's permissions, ready for the child process."""

from collections.abc import Callable
from typing import Any

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.cooperative import yield_now
from dialogue.core.i18n import direction
from dialogue.exports.documents import agenda_data, labels, outcome_data
from dialogue.exports.job import Job
from dialogue.exports.jobs.writing import READ
from dialogue.exports.models import Export
from dialogue.exports.selection import Direction, Subject, Wanted
from dialogue.outcomes.models import Outcome

OnProgress = Callable[[int], None]


def for_export(export_id: str, site: str, on_progress: OnProgress) -> Job | None:
    """Return the job of an export, or None if its requester may no longer read it or nothing is left of it."""
    export = db.session().get(Export, export_id)
    if export is None:
        return None
    person = db.session().get(Person, export.owner_id) if export.owner_id else None
    if person is not None and person.disabled_at is not None:
        return None
    wanted = Wanted.restored(export.what)
    if wanted.subject is Subject.AGENDA:
        job = of_agenda(wanted, site, on_progress)
        return job if job.data["items"] else None
    outcome = outcome_data.readable(person, wanted.outcome_id)
    return of_outcome(wanted, outcome, site) if outcome else None


def of_agenda(wanted: Wanted, site: str, on_progress: OnProgress = lambda _percent: None) -> Job:
    """The job of an agenda summary or calendar: the agenda is public. Inside an application context."""
    return _job(wanted, agenda_data.gathered(wanted, site, lambda done, of: _read(on_progress, done, of)))


def of_outcome(wanted: Wanted, outcome: Outcome, site: str) -> Job:
    """Return the job of an outcome that the requester may see. Inside an application context."""
    return _job(wanted, outcome_data.gathered(outcome, site))


def _job(wanted: Wanted, data: dict[str, Any]) -> Job:
    side = direction(wanted.language) if wanted.direction is Direction.LANGUAGE else wanted.direction.value
    return Job(subject=wanted.subject.value, file=wanted.file.value, language=wanted.language, direction=side,
               written_on=wanted.filter.today().isoformat(), sections=[part.value for part in wanted.sections],
               words=labels.in_language(wanted.language), data=data)


def _read(on_progress: OnProgress, done: int, of: int) -> None:
    on_progress(READ * done // of)
    yield_now()
