"""The options of a document: its things, their parts, the language and the direction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any

from dialogue.agenda.filters import EVERYTHING, Filter
from dialogue.agenda.models import Pace, Stage
from dialogue.core.attribution import ActorSet
from dialogue.core.languages import offered
from dialogue.exports.models import Format


class Subject(StrEnum):
    """What can be exported."""

    AGENDA = "agenda"
    OUTCOME = "outcome"


class File(StrEnum):
    """The files to choose from; two of them are CSV."""

    DOCX = "docx"
    PDF = "pdf"
    MARKDOWN = "md"
    CSV = "csv"
    CSV_MILESTONES = "csv-milestones"
    ICAL = "ics"

    @property
    def written_as(self) -> Format:
        """How it is written."""
        return Format(self.value.partition("-")[0])


OF_AN_OUTCOME = (File.DOCX, File.PDF, File.MARKDOWN, File.CSV)
DOCUMENTS = (File.DOCX, File.PDF, File.MARKDOWN)


class Section(StrEnum):
    """The parts of an agenda summary, in their order."""

    FIGURES = "figures"
    TABLE = "table"
    ITEMS = "items"
    MILESTONES = "milestones"
    CHANGES = "changes"
    OUTCOMES = "outcomes"
    METHOD = "method"


class Order(StrEnum):
    """How the agenda's items are sorted."""

    SCORE = "score"
    STAGE = "stage"
    REVIEW = "review"
    UPDATED = "updated"
    TITLE = "title"


class Direction(StrEnum):
    """Return the side on which lines begin: as requested, else that of the language."""

    LANGUAGE = "language"
    LTR = "ltr"
    RTL = "rtl"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A document as it was asked for."""

    subject: Subject
    file: File
    language: str
    direction: Direction = Direction.LANGUAGE
    outcome_id: str = ""
    filter: Filter = EVERYTHING
    sections: tuple[Section, ...] = tuple(Section)
    order: Order = Order.SCORE
    changes_since: date | None = None

    def stored(self) -> dict[str, Any]:
        """The same as JSON."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> "Wanted":
        """What `stored` kept."""
        return cls(
            subject=Subject(kept["subject"]), file=File(kept["file"]), language=offered(kept["language"]),
            direction=Direction(kept["direction"]), outcome_id=kept["outcome_id"],
            filter=_filter(kept["filter"]), sections=tuple(Section(name) for name in kept["sections"]),
            order=Order(kept["order"]), changes_since=_day(kept["changes_since"]))


def _filter(kept: Mapping[str, Any]) -> Filter:
    return Filter(
        theme=kept["theme"], stage=Stage(kept["stage"]) if kept["stage"] else None, forum=kept["forum"],
        champions=ActorSet(kept["champions"]) if kept["champions"] else None,
        updated_since=_day(kept["updated_since"]), q=kept.get("q", ""),
        pace=Pace(kept["pace"]) if kept.get("pace") else None, overdue=kept.get("overdue", False),
        time_zone=kept.get("time_zone", "UTC"))


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
