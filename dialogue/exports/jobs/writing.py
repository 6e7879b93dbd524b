"""From a job to the bytes of its file: pure, and everything slow about exports."""

from collections.abc import Callable
from typing import Literal

from dialogue.exports.documents import agenda, calendar_events, outcome, tables
from dialogue.exports.documents.blocks import Document
from dialogue.exports.documents.locale import DocumentLocale
from dialogue.exports.job import Job

OnProgress = Callable[[int | str], None]
READ, LAID_OUT = 35, 55  # percent of the work: the data is here; the document is put together


def written(job: Job, on_progress: OnProgress = lambda _percent: None) -> bytes:
    """The file that was asked for. `on_progress` is called with the percentage, and each script without a font."""
    on_progress(READ)
    return _WRITERS[job.file](job, on_progress)


def _markdown(job: Job, on_progress: OnProgress) -> bytes:
    from dialogue.exports.formats import markdown

    return markdown.write(_document(job, on_progress)).encode()


def _docx(job: Job, on_progress: OnProgress) -> bytes:
    from dialogue.exports.formats import docx  # Each writer is loaded only where it is needed: it takes its time.

    return docx.write(_document(job, on_progress))


def _pdf(job: Job, on_progress: OnProgress) -> bytes:
    from dialogue.exports.formats import pdf

    return pdf.write(_document(job, on_progress), on_progress)


def _document(job: Job, on_progress: OnProgress) -> Document:
    direction: Literal["ltr", "rtl"] = "rtl" if job.direction == "rtl" else "ltr"
    make = agenda.document if job.subject == "agenda" else outcome.document
    made = make(job, direction)
    on_progress(LAID_OUT)
    return made


def _csv(job: Job, _report_progress: OnProgress) -> bytes:
    from dialogue.exports.formats.csv import write_csv

    if job.subject == "agenda":
        return write_csv(tables.ITEMS, tables.items(job.data))
    return write_csv(tables.FIGURES, tables.figures(job.data))


def _csv_milestones(job: Job, _report_progress: OnProgress) -> bytes:
    from dialogue.exports.formats.csv import write_csv

    return write_csv(tables.MILESTONES, tables.milestones(job.data))


def _ical(job: Job, _report_progress: OnProgress) -> bytes:
    from dialogue.exports.formats import ical

    say = DocumentLocale(job.words, job.language)
    return ical.write(say("calendar"), calendar_events.events(job.data, say))


_WRITERS: dict[str, Callable[[Job, OnProgress], bytes]] = {
    "md": _markdown, "docx": _docx, "pdf": _pdf, "csv": _csv, "csv-milestones": _csv_milestones, "ics": _ical,
}  # fmt: skip
