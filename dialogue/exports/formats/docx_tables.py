"""Tables as WordprocessingML: ruled, with a header row that repeats, turned round in right-to-left pages."""

from collections.abc import Iterator
from dataclasses import replace

from docx.oxml.ns import qn
from lxml.etree import _Element

from dialogue.exports.documents.blocks import (
    Align,
    Cell,
    Direction,
    Facts,
    Run,
    Runs,
    Table,
    cell_runs,
    cell_text,
    side_of,
)
from dialogue.exports.formats.docx_runs import Typist, node

_WIDTH = 8_620  # twentieths of a point between our margins
_MARGINS, _LETTER = 200, 105  # of a cell's two sides, and about a letter, in the same unit
_LONGEST_WORD = 20  # letters; what is longer, such as an address, is broken
_SIDES = {"start": "left", "center": "center", "end": "right"}  # Word reads left as start where it is bidi
_BEFORE_DIRECTION = (qn("w:keepNext"), qn("w:numPr"), qn("w:pBdr"))  # the schema has an order
_SIDE_OF_STYLE: dict[str, Direction | None] = {"Header": None, "Footer": None, "Code": "ltr"}  # None: the document's
_SHORT = 12  # rows of a table that is kept on one page
_INK, RULE = "1B1F24", "C9CED6"


def paragraph(typist: Typist, style: str, runs: Runs, *extra: _Element, label: str = "") -> _Element:
    """A paragraph in a style (by its id). It is read from the side of its words, a page's head from the document's."""
    side = _SIDE_OF_STYLE.get(style, side_of(runs))
    direction = [node("bidi")] if (side or typist.direction) == "rtl" else []
    early = [part for part in extra if part.tag in _BEFORE_DIRECTION]
    late = [part for part in extra if part.tag not in _BEFORE_DIRECTION]
    properties = node("pPr", node("pStyle", val=style), *early, *direction, *late)
    return node("p", properties, *typist.elements((Run(label), *runs), side))


def ruled(typist: Typist, table: Table) -> Iterator[_Element]:
    """The caption, the table, and a paragraph's distance to what follows."""
    table = table.even
    if table.caption:
        yield paragraph(typist, "Caption", (Run(table.caption),), node("keepNext"))
    rows = [_row(typist, table.columns, table.align, head=True)]
    rows += [_row(typist, row, table.align) for row in table.rows]
    if len(table.rows) <= _SHORT:
        _keep_together(rows)
    indent = node("tblInd", w="100", type="dxa")
    yield node("tbl", _properties(typist, indent, _rules()), _grid(_widths(table)), *rows)
    yield paragraph(typist, "Normal", ())


def facts(typist: Typist, block: Facts) -> Iterator[_Element]:
    """Labels beside what they stand for, without rules."""
    rows = []
    for label, value in block.facts:
        cells = (_cell(typist, (Run(label, strong=True),), "start"), _cell(typist, (Run(value),), "start"))
        rows.append(node("tr", *cells))
    if rows:
        yield node("tbl", _properties(typist), _grid([_WIDTH * 30 // 100, _WIDTH * 70 // 100]), *rows)
        yield paragraph(typist, "Normal", ())


def _properties(typist: Typist, *ruling: _Element) -> _Element:
    turned = [node("bidiVisual")] if typist.direction == "rtl" else []
    margins = node("tblCellMar", node("left", w="100", type="dxa"), node("right", w="100", type="dxa"))
    look = node("tblLook", val="0020", firstRow="1" if ruling else "0", firstColumn="0" if ruling else "1")
    width = node("tblW", w=str(_WIDTH), type="dxa")
    return node("tblPr", *turned, width, *ruling, node("tblLayout", type="fixed"), margins, look)


def _keep_together(rows: list[_Element]) -> None:
    """Every line stays on the page of the next, but the last row's."""
    for row in rows[:-1]:
        for style in row.iter(qn("w:pStyle")):
            style.addnext(node("keepNext"))


def _rules() -> _Element:
    sides = (("top", "8", _INK), ("bottom", "4", RULE), ("insideH", "4", RULE))
    lines = (node(side, val="single", sz=size, space="0", color=color) for side, size, color in sides)
    return node("tblBorders", *lines)


def _widths(table: Table) -> list[int]:
    """Of each column: room for its longest word, and of what is left a share by its longest text."""
    rows = [[cell_text(cell) for cell in row] for row in (table.columns, *table.rows)]
    columns = list(zip(*rows, strict=True))
    words = [max((len(word) for text in texts for word in text.split()), default=1) for texts in columns]
    needs = [_MARGINS + _LETTER * min(word, _LONGEST_WORD) for word in words]
    lengths = [min(max(map(len, texts)), 60) + 1 for texts in columns]
    left = max(0, _WIDTH - sum(needs))
    wishes = [need + left * length / sum(lengths) for need, length in zip(needs, lengths, strict=True)]
    return [int(_WIDTH * wish / sum(wishes)) for wish in wishes]


def _grid(widths: list[int]) -> _Element:
    return node("tblGrid", *(node("gridCol", w=str(width)) for width in widths))


def _row(typist: Typist, row: tuple[Cell, ...], align: tuple[Align, ...], *, head: bool = False) -> _Element:
    properties = node("trPr", node("cantSplit"), *([node("tblHeader")] if head else []))
    texts = (tuple(replace(run, strong=head or run.strong) for run in cell_runs(cell)) for cell in row)
    return node("tr", properties, *(_cell(typist, runs, side) for runs, side in zip(texts, align, strict=True)))


def _cell(typist: Typist, runs: Runs, side: Align) -> _Element:
    aligned = node("jc", val=_SIDES[side])
    return node("tc", node("tcPr"), paragraph(typist, "Cell", runs, aligned))
