"""What the page of exports offers, in words."""

from collections.abc import Iterable
from typing import Any

from dialogue.agenda.models import Pace, Stage
from dialogue.core.attribution import ActorSet
from dialogue.core.i18n import LazyString
from dialogue.core.i18n import lazy_gettext as _
from dialogue.exports.documents.labels import WORDS
from dialogue.exports.selection import OF_AN_OUTCOME, File, Order, Section, Subject

Options = list[tuple[str, Any]]

_FILES = {
    File.DOCX: (_("Word document"), _("to edit, comment and send on")),
    File.PDF: (_("PDF"), _("to print, to read anywhere, to keep")),
    File.MARKDOWN: (_("Markdown"), _("plain text for wikis and repositories")),
    File.CSV: (_("Table (CSV)"), _("to calculate with in a spreadsheet")),
    File.CSV_MILESTONES: (_("Table of milestones (CSV)"), _("a row for each milestone")),
    File.ICAL: (_("Calendar (iCal)"), _("milestones and reviews as entries")),
}  # fmt: skip
_FIGURES = (_("Table (CSV)"), _("the vote in the columns of UN voting data"))
_ORDERS = {Order.SCORE: _("Score"), Order.STAGE: _("Stage"), Order.REVIEW: _("Review"),
           Order.UPDATED: _("Latest change"), Order.TITLE: _("Title")}


def files(subject: Subject) -> list[tuple[str, LazyString, LazyString]]:
    """The files to choose from, each with what it is for."""
    if subject is Subject.OUTCOME:
        return [(file.value, *(_FIGURES if file is File.CSV else _FILES[file])) for file in OF_AN_OUTCOME]
    return [(file.value, *_FILES[file]) for file in File]


def agenda() -> dict[str, Options]:
    """The choices that narrow, cut and sort an agenda summary."""
    return {"stages": _named("stage", (stage.value for stage in Stage)),
            "paces": _named("pace", (pace.value for pace in Pace)),
            "sets": _named("set", (actor_set.value for actor_set in ActorSet)),
            "sections": [(section.value, WORDS[section.value]) for section in Section],
            "orders": [(order.value, words) for order, words in _ORDERS.items()]}


def _named(kind: str, codes: Iterable[str]) -> Options:
    return [(code, WORDS[f"{kind}.{code}"]) for code in codes]
