"""From a job to the bytes of its file: pure, and everything slow about exports."""

from collections.abc import Callable
from typing import Literal

from dialogue.exports import agenda_document, calendar, outcome_document, tables
from dialogue.exports.blocks import Document
from dialogue.exports.job import Job
from dialogue.exports.speech import Speech

Told = Callable[[int | str], None]
READ, LAID_OUT = 35, 55  # percent of the work: the data is here; the document is put together


def written(job: Job, told: Told = lambda _percent: None) -> bytes:
    """The file that was asked for. `told` hears how far the work is, in percent, and each script without a font."""
    told(READ)
    return _WRITERS[job.file](job, told)


def _markdown(job: Job, told: Told) -> bytes:
    from dialogue.exports import markdown

    return markdown.write(_document(job, told)).encode()


def _docx(job: Job, told: Told) -> bytes:
    from dialogue.exports import docx  # Each writer is loaded only where it is needed: it takes its time.

    return docx.write(_document(job, told))


def _pdf(job: Job, told: Told) -> bytes:
    from dialogue.exports import pdf

    return pdf.write(_document(job, told), told)


def _document(job: Job, told: Told) -> Document:
    direction: Literal["ltr", "rtl"] = "rtl" if job.direction == "rtl" else "ltr"
    make = agenda_document.document if job.subject == "agenda" else outcome_document.document
    made = make(job, direction)
    told(LAID_OUT)
    return made


def _csv(job: Job, _told: Told) -> bytes:
    from dialogue.exports.sheets import write_csv

    if job.subject == "agenda":
        return write_csv(tables.ITEMS, tables.items(job.data))
    return write_csv(tables.FIGURES, tables.figures(job.data))


def _csv_milestones(job: Job, _told: Told) -> bytes:
    from dialogue.exports.sheets import write_csv

    return write_csv(tables.MILESTONES, tables.milestones(job.data))


def _ical(job: Job, _told: Told) -> bytes:
    from dialogue.exports import dates

    say = Speech(job.words, job.language)
    return dates.write(say("calendar"), calendar.events(job.data, say))


_WRITERS: dict[str, Callable[[Job, Told], bytes]] = {
    "md": _markdown, "docx": _docx, "pdf": _pdf, "csv": _csv, "csv-milestones": _csv_milestones, "ics": _ical,
}  # fmt: skip
