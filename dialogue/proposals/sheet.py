"""The editor's sheet: a title and rows of clauses, as they are typed, moved about and at last checked.

In a form the rows are `text-1`, `kind-1`, `key-1`, `text-2`, …; a row keeps its number from the page to the
message beside it. The same names stand in the refusals of the JSON API.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.proposals import numbering
from dialogue.proposals.models import ClauseKind

MAX_CLAUSES = 60
MAX_TITLE_LENGTH, MAX_CLAUSE_LENGTH, MAX_TEXT_LENGTH, MAX_REASON_LENGTH = 200, 4_000, 40_000, 500  # characters
MAX_CHARACTERS = MAX_TEXT_LENGTH + 5_000  # … of all fields of the form together.
MAX_FIELDS = 3 * 2 * MAX_CLAUSES + 140  # Text, kind and key of each row; what the text came from.
BELOW = _("A subparagraph stands below an operative clause. Move it, or choose another kind.")


@dataclass(frozen=True)
class ClauseText:
    """A clause on the form; `key` is empty until the clause was saved once, `row` is its place on the page from 1."""

    kind: ClauseKind
    text: str
    key: str = ""
    row: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Sheet:
    """A whole text while it is edited."""

    title: str
    clauses: tuple[ClauseText, ...]

    @property
    def rows(self) -> list[tuple[int, str, ClauseText]]:
        """Row number from 1, the number the clause will have in the text, and the clause."""
        labels = numbering.labels([each.kind for each in self.clauses])
        return [(n, label, each) for n, (label, each) in enumerate(zip(labels, self.clauses, strict=True), 1)]


def typed(form: Mapping[str, object]) -> Sheet:
    """Exactly what stands in the form, whatever it is: for showing it again."""
    return Sheet(_shown(form.get("title")), tuple(
        ClauseText(_kind(form.get(f"kind-{n}")), _shown(form.get(f"text-{n}")), _shown(form.get(f"key-{n}")))
        for n in _numbers(form)))


def rearranged(sheet: Sheet, step: str) -> Sheet:
    """The sheet after a press on `add:<kind>`, `up:<row>`, `down:<row>` or `remove:<row>`; else unchanged."""
    what, _colon, which = step.partition(":")
    rows = list(sheet.clauses)
    if what == "add" and len(rows) < MAX_CLAUSES:
        kind = _kind(which)
        rows.insert(_place_of_new(rows, kind), ClauseText(kind, ""))
    row = int(which) - 1 if which.isascii() and which.isdigit() else -1
    if 0 <= row < len(rows):
        _move(rows, row, what)
    return replace(sheet, clauses=tuple(rows))


def parsed(form: Mapping[str, object]) -> Sheet:
    """The sheet as it may be saved; new rows left empty are dropped. Raises Invalid at the first wrong field."""
    title = inputs.text(form, "title", max_length=MAX_TITLE_LENGTH)
    rows = {n: clause for n in _numbers(form) if (clause := _clause(form, n)).text}
    refuse_unless_fitting(tuple(rows.values()), rows=tuple(rows))
    return Sheet(title, tuple(rows.values()))


def refuse_unless_fitting(clauses: Sequence[ClauseText], *, rows: Sequence[int] = ()) -> None:
    """Raise Invalid unless these clauses make a text that can be kept; `rows` are their row numbers on the page."""
    rows = rows or range(1, len(clauses) + 1)
    if not clauses:
        raise Invalid("text-1", _("Write at least one clause."))
    if len(clauses) > MAX_CLAUSES:
        raise Invalid("form", _("A text has at most %(most)s clauses.", most=MAX_CLAUSES))
    for n, each in zip(rows, clauses, strict=True):
        inputs.text({f"text-{n}": each.text}, f"text-{n}", max_length=MAX_CLAUSE_LENGTH, multiline=True)
    length = sum(len(each.text) for each in clauses)
    if length > MAX_TEXT_LENGTH:
        sizes = {"length": f"{length:,}", "most": f"{MAX_TEXT_LENGTH:,}"}
        raise Invalid("form", _("The whole text is %(length)s characters; at most %(most)s fit.", **sizes))
    for place in numbering.stranded([each.kind for each in clauses])[:1]:
        raise Invalid(f"kind-{rows[place]}", BELOW)


def _clause(form: Mapping[str, object], n: int) -> ClauseText:
    key = _shown(form.get(f"key-{n}"))
    # An empty row that was never saved is no mistake; a clause that lost its words may be one.
    text = inputs.text(form, f"text-{n}", max_length=MAX_CLAUSE_LENGTH, required=bool(key), multiline=True)
    kind = inputs.choice(form, f"kind-{n}", ClauseKind, ClauseKind.OPERATIVE)
    return ClauseText(kind, text, key[:22], n)


def _numbers(form: Mapping[str, object]) -> Iterable[int]:
    n = 1
    while f"text-{n}" in form and n <= 2 * MAX_CLAUSES:
        yield n
        n += 1


def _move(rows: list[ClauseText], row: int, what: str) -> None:
    if what == "remove":
        del rows[row]
    elif what == "up" and row > 0:
        rows.insert(row - 1, rows.pop(row))
    elif what == "down":
        rows.insert(row + 1, rows.pop(row))


def _place_of_new(rows: Sequence[ClauseText], kind: ClauseKind) -> int:
    """A new preambular clause goes behind the other ones, everything else to the end."""
    if kind is not ClauseKind.PREAMBULAR:
        return len(rows)
    return max((n for n, each in enumerate(rows, 1) if each.kind is kind), default=0)


def _kind(value: object) -> ClauseKind:
    return next((each for each in ClauseKind if each.value == value), ClauseKind.OPERATIVE)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else ""
