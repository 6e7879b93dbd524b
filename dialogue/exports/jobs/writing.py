"""From a job to the bytes of its file: pure, and everything slow about exports."""

from collections.abc import Callable
from typing import Literal

from dialogue.exports.documents import agenda, calendar_events, outcome, tables
from dialogue.exports.documents.blocks import Document
from dialogue.exports.documents.locale import Speech
from dialogue.exports.job import Job

Told = Callable[[int | str], None]
READ, LAID_OUT = 35, 55  # percent of the work: the data is here; the document is put together


def written(job: Job, told: Told = lambda _percent: None) -> bytes:
    """The file that was asked for. `told` hears how far the work is, in percent, and each script without a font."""
    told(READ)
    return _WRITERS[job.file](job, told)


def _markdown(job: Job, told: Told) -> bytes:
    from dialogue.exports.formats import markdown

    return markdown.write(_document(job, told)).encode()


def _docx(job: Job, told: Told) -> bytes:
    from dialogue.exports.formats import docx  # Each writer is loaded only where it is needed: it takes its time.

    return docx.write(_document(job, told))


def _pdf(job: Job, told: Told) -> bytes:
    from dialogue.exports.formats import pdf

    return pdf.write(_document(job, told), told)


def _document(job: Job, told: Told) -> Document:
    direction: Literal["ltr", "rtl"] = "rtl" if job.direction == "rtl" else "ltr"
    make = agenda.document if job.subject == "agenda" else outcome.document
    made = make(job, direction)
    told(LAID_OUT)
    return made


def _csv(job: Job, _told: Told) -> bytes:
    from dialogue.exports.formats.csv import write_csv

    if job.subject == "agenda":
        return write_csv(tables.ITEMS, tables.items(job.data))
    return write_csv(tables.FIGURES, tables.figures(job.data))


def _csv_milestones(job: Job, _told: Told) -> bytes:
    from dialogue.exports.formats.csv import write_csv

    return write_csv(tables.MILESTONES, tables.milestones(job.data))


def _ical(job: Job, _told: Told) -> bytes:
    from dialogue.exports.formats import ical

    say = Speech(job.words, job.language)
    return ical.write(say("calendar"), calendar_events.events(job.data, say))


_WRITERS: dict[str, Callable[[Job, Told], bytes]] = {
    "md": _markdown, "docx": _docx, "pdf": _pdf, "csv": _csv, "csv-milestones": _csv_milestones, "ics": _ical,
}  # fmt: skip
