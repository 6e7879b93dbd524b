"""What a reader asks of the agenda: which items, in which order, weighed how. Read from an address, safely."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from dialogue.agenda.models import Pace, Stage
from dialogue.agenda.scoring import EQUAL_WEIGHTS, Weights
from dialogue.core import inputs, page_addresses, paging
from dialogue.core.attribution import ActorSet
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

HEAVIEST = 5
FILTERS = ("theme", "stage", "forum", "pace", "champions", "overdue", "q")


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
    """Which items: empty fields let everything through. `champions` is the set of one of an item's champions."""

    theme: str = ""
    stage: Stage | None = None
    forum: str = ""
    pace: Pace | None = None
    champions: ActorSet | None = None
    overdue: bool = False
    q: str = ""


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

    filter: Filter = Filter()
    view: View = View()
    errors: dict[str, object] = field(default_factory=dict)

    def address(self, **changes: Any) -> str:
        """The address of the agenda as it is asked for here, but for the changes; defaults are left out."""
        asked = {name: str(value) for name, value in (self._parts() | changes).items() if value}
        return page_addresses.AGENDA + (f"?{urlencode(asked)}" if asked else "")

    @property
    def export_address(self) -> str:
        """Where the items asked for here are exported, narrowed by the same filters."""
        kept = {name: value for name, value in self._parts().items() if name in FILTERS and value}
        return page_addresses.EXPORTS + (f"?{urlencode(kept)}" if kept else "")

    def _parts(self) -> dict[str, Any]:
        which = {f.name: getattr(self.filter, f.name) for f in fields(Filter)}
        weights = self.view.weights
        heavy = {} if weights == EQUAL_WEIGHTS else {
            "wu": str(weights.urgency), "wf": str(weights.feasibility), "wc": str(weights.cost)}
        return which | heavy | {
            "overdue": "1" if self.filter.overdue else "", "page": self.view.page if self.view.page > 1 else "",
            "sort": self.view.sort if self.view.sort is not Sort.SCORE else "",
            "rows": self.view.rows if self.view.rows is not Grouping.FORUM else ""}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return self.filter != Filter()


def read(form: inputs.Form) -> AgendaQuery:
    """Read an address's arguments; never raises."""
    asked = AgendaQuery()
    readers: Mapping[str, Callable[[], Any]] = {
        "theme": lambda: inputs.text(form, "theme", max_length=22, required=False),
        "stage": lambda: inputs.choice(form, "stage", Stage) if form.get("stage") else None,
        "forum": lambda: inputs.text(form, "forum", max_length=160, required=False),
        "pace": lambda: inputs.choice(form, "pace", Pace) if form.get("pace") else None,
        "champions": lambda: inputs.choice(form, "champions", ActorSet) if form.get("champions") else None,
        "overdue": lambda: inputs.flag(form, "overdue"),
        "q": lambda: inputs.text(form, "q", max_length=100, required=False),
    }
    asked.filter = Filter(**{name: _or_default(asked, name, read) for name, read in readers.items()})
    asked.view = _view(form, asked)
    return asked


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


def _or_default(asked: AgendaQuery, name: str, read: Callable[[], Any], default: Any = "") -> Any:
    try:
        return read()
    except Invalid as refusal:
        asked.errors[refusal.field or name] = refusal.message
        return default or (False if name == "overdue" else None if name in ("stage", "pace", "champions") else "")
