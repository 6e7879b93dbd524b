"""A document as GitHub-flavoured Markdown.

All text is escaped: it prints as it stands and can become neither markup nor a link. The only HTML is ours:
`<ins>` for insertions, which Markdown has no mark for, emphasis where its stars would not be read as such,
and the text direction.
"""

import re
from collections.abc import Iterable, Iterator
from functools import singledispatch

from dialogue.exports.documents.blocks import (
    Bars,
    Block,
    Cell,
    Clause,
    Code,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quotation,
    Rule,
    Run,
    Table,
    cell_runs,
    levelled,
)
from dialogue.exports.documents.characters import cleaned
from dialogue.exports.formats.markdown_runs import at_line_start, escaped, line_of, lines_of

_RULES = {"start": ":--", "center": ":-:", "end": "--:"}
_CLOSING_SIGNS, _BACKSLASH = re.compile("(?<= )#+$"), r"\\\g<0>"
_APART = "<!-- -->"


def write(document: Document) -> str:
    """The document as GitHub-flavoured Markdown, ending in a newline."""
    document = cleaned(document)
    parts = [f"# {_line(document.title)}"]
    if document.symbol:
        parts.append(f"**{_line(document.symbol)}**")
    parts += _row_of(tuple(levelled(document.blocks)))
    if document.direction == "rtl":
        parts = ['<div dir="rtl">', *parts, "</div>"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _row_of(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Write blocks one after the other; two lists in a row are kept apart, or they would be read as one."""
    last: Block | None = None
    for block in blocks:
        if isinstance(block, Items | Facts) and isinstance(last, Items | Facts) and _kind(last) == _kind(block):
            yield _APART
        yield _markdown(block)
        last = block


def _kind(block: Items | Facts) -> bool:
    return isinstance(block, Items) and block.ordered


@singledispatch
def _markdown(block: Block) -> str:
    raise TypeError(block)


@_markdown.register
def _(block: Heading) -> str:
    words = at_line_start(line_of(cell_runs(block.text)))
    # Signs at the end would be taken for the heading's closing mark.
    return f"{'#' * (block.level + 1)} {_CLOSING_SIGNS.sub(_BACKSLASH, words)}"


@_markdown.register
def _(block: Paragraph) -> str:
    return lines_of(block.runs)


@_markdown.register
def _(block: Clause) -> str:
    return lines_of((Run(block.label + " "), *block.runs))


@_markdown.register
def _(block: Items) -> str:
    between = "\n" if all(map(_is_tight, block.items)) else "\n\n"
    return between.join(_item(f"{number}. " if block.ordered else "- ", blocks, between)
                        for number, blocks in enumerate(block.items, block.start))


def _is_tight(blocks: tuple[Block, ...]) -> bool:
    """Tell whether an item is one paragraph, with at most a list nested in it."""
    return [type(block) for block in blocks] in ([], [Paragraph], [Paragraph, Items])


def _item(mark: str, blocks: tuple[Block, ...], between: str) -> str:
    return _indented(mark, between.join(part for part in _row_of(blocks) if part))


def _indented(mark: str, text: str) -> str:
    rest = " " * len(mark)
    return mark + "\n".join(rest + line if at and line else line for at, line in enumerate(text.split("\n")))


@_markdown.register
def _(block: Code) -> str:
    ticks = max((len(found) for found in re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}\n{block.text}\n{fence}"


@_markdown.register
def _(block: Table) -> str:
    table = block.even
    rules = f"| {' | '.join(_RULES[side] for side in table.align)} |"
    caption = f"**{_line(table.caption)}**\n\n" if table.caption else ""
    return caption + "\n".join([_row(table.columns), rules, *map(_row, table.rows)])


def _row(cells: Iterable[Cell]) -> str:
    return f"| {' | '.join(line_of(cell_runs(cell)) for cell in cells)} |"


@_markdown.register
def _(block: Bars) -> str:
    return _markdown(block.table)


@_markdown.register
def _(block: Quotation) -> str:
    text = "\n\n".join(_row_of(block.blocks))
    text = f"{text}\n\n— {_line(block.source)}" if block.source else text
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@_markdown.register
def _(block: Facts) -> str:
    return "\n".join(_indented("- ", f"**{_line(label)}:** {lines_of((Run(value),))}") for label, value in block.facts)


@_markdown.register
def _(_block: Rule | PageBreak) -> str:
    return "---"


def _line(text: str) -> str:
    """User text on one line of its own."""
    return at_line_start(escaped(" ".join(text.split())))
