"""What a document is made of, whatever file it becomes.

A document is a title and a row of blocks; blocks hold runs of text. The writers (`markdown`, `docx`, `pdf`)
read this model and nothing else, so what one of them can show, all of them show. Every part is frozen and
can be sent to another process. Text is text: no writer reads markup out of it. A newline inside a run is a
line break.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from dialogue.core.isolation import direction_of

Direction = Literal["ltr", "rtl"]
Style = Literal["body", "lead", "note", "preamble"]
Align = Literal["start", "center", "end"]

DEEPEST_HEADING = 5


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one manner; `inserted` and `removed` mark a change to an earlier version."""

    text: str
    strong: bool = False
    emphasis: bool = False
    link: str | None = None
    inserted: bool = False
    removed: bool = False
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; level 1 is the highest."""

    level: int
    text: "Cell"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a `preamble` paragraph is unnumbered and opens with a participle in italics."""

    runs: Runs
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Clause:
    """An operative paragraph: its number is part of the text and never recounted. Level 1 is (a), 2 (i)."""

    number: str
    runs: Runs
    level: int = 0

    @property
    def label(self) -> str:
        """The number as it is printed: `3` becomes `3.`, `(a)` stays."""
        return f"{self.number}." if self.number.isdigit() else self.number


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is a row of blocks, another list among them where one is nested."""

    items: tuple[tuple["Block", ...], ...]
    ordered: bool = False
    start: int = 1

    @classmethod
    def of(cls, *lines: Runs, ordered: bool = False, start: int = 1) -> "Items":
        """Make a list whose items are one paragraph each."""
        return cls(tuple((Paragraph(runs),) for runs in lines), ordered, start)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines that keep their spaces and their width."""

    text: str


Cell = str | Runs


def cell_text(cell: Cell) -> str:
    """Return the words of a cell."""
    return cell if isinstance(cell, str) else "".join(run.text for run in cell)


def cell_runs(cell: Cell) -> Runs:
    """Return a cell as runs."""
    return (Run(cell),) if isinstance(cell, str) else cell


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; `align` names the columns' sides, `start` for those it leaves out."""

    caption: str
    columns: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...] = ()

    def aligned(self, column: int) -> Align:
        """The side on which the column's text stands."""
        return self.align[column] if column < len(self.align) else "start"

    @property
    def even(self) -> "Table":
        """The same table with header and rows filled up to the widest of them."""
        width = max(len(self.columns), *(len(row) for row in self.rows), 1)
        columns, *rows = (row + ("",) * (width - len(row)) for row in (self.columns, *self.rows))
        return Table(self.caption, columns, tuple(rows), tuple(self.aligned(at) for at in range(width)))


class Bar(NamedTuple):
    """One bar of a picture: its label, how much, and a mark so that nothing hangs on colour alone."""

    label: str
    value: int
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """The picture of a tally; where nothing can be drawn it is a table with these two column titles."""

    caption: str
    rows: tuple[Bar, ...]
    columns: tuple[str, str] = ("", "")

    @property
    def table(self) -> Table:
        """The same figures as a table."""
        rows = tuple((f"{bar.mark} {bar.label}".strip(), str(bar.value)) for bar in self.rows)
        return Table(self.caption, self.columns, rows, ("start", "end"))


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a person or a text, and where they are from."""

    blocks: tuple["Block", ...]
    source: str = ""

    @classmethod
    def of(cls, runs: Runs, source: str = "") -> "Quotation":
        """Make a quotation of one paragraph."""
        return cls((Paragraph(runs),), source)


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they stand for."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule between two parts of a text."""


Block = Heading | Paragraph | Clause | Items | Code | Table | Bars | Quotation | Facts | Rule | PageBreak


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says about itself: never a person's name, and the document's date, not the machine's."""

    date: date
    subject: str = ""
    title: str = ""  # … where it is another than the one that is printed


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be written; `language` is a BCP 47 tag such as `en`, `ar` or `zh-Hans`."""

    title: str
    language: str
    properties: Properties
    blocks: tuple[Block, ...] = field(default=())
    direction: Direction = "ltr"
    symbol: str | None = None


def side_of(value: object) -> Direction | None:
    """The side that a text, a run, a block or a row of them is read from, by the first letter that says it."""
    return next((found for text in _texts(value) if (found := direction_of(text))), None)


def _texts(value: object) -> Iterator[str]:
    """The people's words of a block; a clause's number and a quotation's source are not among them."""
    match value:
        case str(text) | Run(text):
            yield text
        case Heading(text=inner) | Paragraph(inner) | Clause(runs=inner) | Items(inner) | Quotation(inner):
            yield from _texts(inner)
        case tuple():
            for part in value:
                yield from _texts(part)


def levelled(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with headings that never skip a level: readers who listen move from one to the next."""
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            last = max(1, min(block.level, last + 1, DEEPEST_HEADING))
            yield replace(block, level=last)
        else:
            yield block
