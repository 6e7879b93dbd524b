"""What a reader asks of the agenda: which items, in which order, weighed how. Read from an address, safely."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dialogue.agenda.models import Pace, Stage
from dialogue.agenda.scoring import EQUAL_WEIGHTS, Weights
from dialogue.core import inputs, page_addresses, paging
from dialogue.core.attribution import ActorSet
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

HEAVIEST = 5


class Sort(StrEnum):
    """The orders there are; each has one direction, the one a reader looks for."""

    SCORE = "score"
    URGENCY = "urgency"
    FEASIBILITY = "feasibility"
    COST = "cost"
    DUE = "due"
    NEWEST = "newest"


class Grouping(StrEnum):
    """What the rows of the picture are."""

    FORUM = "forum"
    PACE = "pace"


@dataclass(frozen=True)
class Filter:
    """The filter of agenda items, the same for page, API, feed, calendar and export. An empty field filters nothing.

    `champions` is the set of one of an item's champions. Days are days in `time_zone` (IANA).
    """

    theme: str = ""
    stage: Stage | None = None
    forum: str = ""
    pace: Pace | None = None
    champions: ActorSet | None = None
    overdue: bool = False
    updated_since: date | None = None
    q: str = ""
    time_zone: str = "UTC"

    @property
    def is_narrowed(self) -> bool:
        """Return whether the filter can leave items out."""
        return self != Filter(time_zone=self.time_zone)

    def asked(self) -> dict[str, str]:
        """The arguments of an address that asks for the same; fields that leave nothing out are left out."""
        given = {name: getattr(self, name) for name in FILTERS}
        return {name: "1" if value is True else str(value) for name, value in given.items() if value}

    def day_of(self, moment: datetime) -> date:
        """The day of a moment in the zone."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def today(self) -> date:
        """The day it is in the zone."""
        return self.day_of(now())

    def start_of(self, day: date) -> datetime:
        """The moment a day begins in the zone."""
        return datetime.combine(day, time(), ZoneInfo(self.time_zone))


EVERYTHING = Filter()
FILTERS = tuple(f.name for f in fields(Filter) if f.name != "time_zone")  # The names of the arguments.


@dataclass(frozen=True)
class View:
    """How they are shown."""

    sort: Sort = Sort.SCORE
    weights: Weights = EQUAL_WEIGHTS
    rows: Grouping = Grouping.FORUM
    page: int = 1


@dataclass
class AgendaQuery:
    """An address, read. What could not be read stands in `errors` by field, and counts as not asked."""

    filter: Filter = EVERYTHING
    view: View = View()
    errors: dict[str, object] = field(default_factory=dict)

    def address(self, **changes: Any) -> str:
        """The address of the agenda as it is asked for here, but for the changes; defaults are left out."""
        asked = {name: str(value) for name, value in (self._parts() | changes).items() if value}
        return page_addresses.AGENDA + (f"?{urlencode(asked)}" if asked else "")

    @property
    def export_address(self) -> str:
        """Where the items asked for here are exported, narrowed by the same filters."""
        return self._narrowed(page_addresses.EXPORTS)

    @property
    def feed_address(self) -> str:
        """Return the address of the feed with the changes of the filtered items."""
        return self._narrowed(page_addresses.AGENDA + ".atom")

    def _narrowed(self, path: str) -> str:
        kept = self.filter.asked()
        return path + (f"?{urlencode(kept)}" if kept else "")

    def _parts(self) -> dict[str, Any]:
        weights = self.view.weights
        heavy = {} if weights == EQUAL_WEIGHTS else {
            "wu": str(weights.urgency), "wf": str(weights.feasibility), "wc": str(weights.cost)}
        return self.filter.asked() | heavy | {
            "page": self.view.page if self.view.page > 1 else "",
            "sort": self.view.sort if self.view.sort is not Sort.SCORE else "",
            "rows": self.view.rows if self.view.rows is not Grouping.FORUM else ""}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.filter.is_narrowed


def read(form: inputs.Form, time_zone: str) -> AgendaQuery:
    """Read an address's arguments for a reader in the zone; never raises."""
    asked = AgendaQuery()
    read = {name: _or_default(asked, name, reader, getattr(Filter, name)) for name, reader in _readers(form).items()}
    asked.filter = Filter(time_zone=time_zone, **read)
    asked.view = _view(form, asked)
    return asked


def filter_of(form: inputs.Form, time_zone: str) -> Filter:
    """The same items, for programs and files: what cannot be read is refused. Raises Invalid."""
    return Filter(time_zone=time_zone, **{name: read() for name, read in _readers(form).items()})


def _readers(form: inputs.Form) -> Mapping[str, Callable[[], Any]]:
    return {
        "theme": lambda: inputs.text(form, "theme", max_length=22, required=False),
        "stage": lambda: inputs.choice(form, "stage", Stage) if form.get("stage") else None,
        "forum": lambda: inputs.text(form, "forum", max_length=160, required=False),
        "pace": lambda: inputs.choice(form, "pace", Pace) if form.get("pace") else None,
        "champions": lambda: inputs.choice(form, "champions", ActorSet) if form.get("champions") else None,
        "overdue": lambda: inputs.flag(form, "overdue"),
        "updated_since": lambda: inputs.date(form, "updated_since", required=False),
        "q": lambda: inputs.text(form, "q", max_length=100, required=False),
    }


def _view(form: inputs.Form, asked: AgendaQuery) -> View:
    return View(
        sort=_or_default(asked, "sort", lambda: inputs.choice(form, "sort", Sort, Sort.SCORE), Sort.SCORE),
        weights=_or_default(asked, "wu", lambda: weights(form), EQUAL_WEIGHTS),
        rows=_or_default(asked, "rows", lambda: inputs.choice(form, "rows", Grouping, Grouping.FORUM), Grouping.FORUM),
        page=_or_default(asked, "page", lambda: paging.page(form), 1),
    )


def weights(form: inputs.Form) -> Weights:
    """The reader's weights, 0 to 5 each, from `wu`, `wf`, `wc`; equal ones where nothing is said.

    Raises Invalid, at `wu` when all three are nothing.
    """
    wu, wf, wc = (_whole(form, name, 0, HEAVIEST, 1) for name in ("wu", "wf", "wc"))
    if not wu + wf + wc:
        raise Invalid("wu", _("Give at least one of the three a weight."))
    return Weights(wu, wf, wc)


def since(form: inputs.Form, otherwise: date) -> date:
    """The day of `since`, or `otherwise` where none is given. Raises Invalid."""
    return inputs.date(form, "since", required=False) or otherwise


def _whole(form: inputs.Form, name: str, low: int, high: int, default: int) -> int:
    number = inputs.integer(form, name, low, high, required=False)
    return default if number is None else number


def _or_default(asked: AgendaQuery, name: str, read: Callable[[], Any], default: Any) -> Any:
    try:
        return read()
    except Invalid as refusal:
        asked.errors[refusal.field or name] = refusal.message
        return default
