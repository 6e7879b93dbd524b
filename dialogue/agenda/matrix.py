"""What is where: the agenda's items by forum or pace, and by stage."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.agenda.filters import Grouping
from dialogue.agenda.listing import Line
from dialogue.agenda.models import Pace, Stage

MAX_ROWS = 8
MAX_DOTS = 12
DOTS_A_ROW = 4
STEP = 16  # From dot to dot, in the units of the picture.


@dataclass(frozen=True)
class Dot:
    """An item in the picture, and where its middle is."""

    line: Line
    x: int
    y: int


@dataclass(frozen=True)
class Cell:
    """How many items of a row are in a stage, and dots for the first of them."""

    stage: Stage
    count: int
    dots: Sequence[Dot]

    @property
    def width(self) -> int:
        """Of the picture."""
        return min(len(self.dots), DOTS_A_ROW) * STEP

    @property
    def height(self) -> int:
        """Of the picture."""
        return -(-len(self.dots) // DOTS_A_ROW) * STEP

    @property
    def more(self) -> int:
        """Items without a dot."""
        return self.count - len(self.dots)


@dataclass(frozen=True)
class Row:
    """A forum, a pace, or (with an empty `key`) all the forums that have no row of their own."""

    key: str
    cells: Sequence[Cell]

    @property
    def total(self) -> int:
        """Items in the row."""
        return sum(cell.count for cell in self.cells)


def matrix(lines: Sequence[Line], grouping: Grouping) -> list[Row]:
    """The rows, the fullest forum first or the fastest pace first; a cell for every stage."""
    if grouping is Grouping.PACE:
        return [_row(pace, [line for line in lines if line.pace is pace]) for pace in Pace]
    sizes = Counter(line.forum for line in lines)
    ranked = sorted(sizes, key=lambda forum: (-sizes[forum], forum))
    named = ranked if len(ranked) <= MAX_ROWS else ranked[: MAX_ROWS - 1]
    rows = [_row(forum, [line for line in lines if line.forum == forum]) for forum in named]
    others = [line for line in lines if line.forum not in named]
    return [*rows, _row("", others)] if others else rows


def _row(key: str, lines: Iterable[Line]) -> Row:
    by_stage: dict[Stage, list[Line]] = {stage: [] for stage in Stage}
    for line in lines:
        by_stage[line.stage].append(line)
    return Row(key, [Cell(stage, len(there), _dots(there)) for stage, there in by_stage.items()])


def _dots(lines: Sequence[Line]) -> list[Dot]:
    return [Dot(line, STEP * (n % DOTS_A_ROW) + STEP // 2, STEP * (n // DOTS_A_ROW) + STEP // 2)
            for n, line in enumerate(lines[:MAX_DOTS])]
