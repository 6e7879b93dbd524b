"""A document as GitHub-flavoured Markdown.

Whatever people wrote is escaped: it prints as it stands and can become neither markup nor a link. The only
HTML is ours: `<ins>` for insertions, which Markdown has no mark for, and the text direction.
"""

import re
from collections.abc import Iterable
from functools import singledispatch

from dialogue.exports.blocks import (
    Bars,
    Block,
    Clause,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Table,
    levelled,
)
from dialogue.exports.characters import cleaned, safe_link

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$]|(?<=:)//|(?<=[wW]{3})\.|(?<=\S)@(?=\S)")
_LINE_START = re.compile(r"^([#+\-=:])|^(\d{1,9})(?=[.)])", re.MULTILINE)
_RULES = {"start": ":--", "center": ":-:", "end": "--:"}
_ESCAPES = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "_": "%5F", "~": "%7E"})


def write(document: Document) -> str:
    """The document as GitHub-flavoured Markdown, ending in a newline."""
    document = cleaned(document)
    parts = [f"# {_line(document.title)}"]
    if document.symbol:
        parts.append(f"**{_line(document.symbol)}**")
    last: Block | None = None
    for block in levelled(document.blocks):
        if isinstance(block, Items) and isinstance(last, Items) and _would_merge(last, block):
            parts.append("<!-- -->")
        parts.append(_markdown(block))
        last = block
    if document.direction == "rtl":
        parts = ['<div dir="rtl">', *parts, "</div>"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _would_merge(last: Items, block: Items) -> bool:
    """Two lists in a row would be read as one, numbered through."""
    return last.level == block.level and last.ordered == block.ordered


@singledispatch
def _markdown(block: Block) -> str:
    raise TypeError(block)


@_markdown.register
def _(block: Heading) -> str:
    return f"{'#' * (block.level + 1)} {_line(block.text)}"


@_markdown.register
def _(block: Paragraph) -> str:
    return _inline(block.runs)


@_markdown.register
def _(block: Clause) -> str:
    return _inline((Run(block.label + " "), *block.runs))


@_markdown.register
def _(block: Items) -> str:
    lines = []
    for number, runs in enumerate(block.items, block.start):
        mark = f"{number}. " if block.ordered else "- "
        lines.append(_indented(mark + _inline(runs), first=" " * 4 * block.level, rest=" " * len(mark)))
    return "\n".join(lines)


def _indented(text: str, *, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{first}{rest}")


@_markdown.register
def _(block: Table) -> str:
    table = block.even
    rules = f"| {' | '.join(_RULES[side] for side in table.align)} |"
    caption = f"**{_line(table.caption)}**\n\n" if table.caption else ""
    return caption + "\n".join([_row(table.columns), rules, *map(_row, table.rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escaped(cell).strip().replace(chr(10), '<br>') for cell in cells)} |"


@_markdown.register
def _(block: Bars) -> str:
    return _markdown(block.table)


@_markdown.register
def _(block: Quotation) -> str:
    text = "> " + _inline(block.runs).replace("\n", "\n> ")
    return f"{text}\n>\n> — {_line(block.source)}" if block.source else text


@_markdown.register
def _(block: Facts) -> str:
    return "\n".join(f"- **{_line(label)}:** {_line(value)}" for label, value in block.facts)


@_markdown.register
def _(_block: PageBreak) -> str:
    return "---"


def _line(text: str) -> str:
    """User text on one line of its own."""
    return _at_line_start(_escaped(" ".join(text.split())))


def _inline(runs: Runs) -> str:
    lines = "".join(_run(run) for run in runs).split("\n")
    # Indented text would be code, an empty line a new paragraph.
    return "\\\n".join(_at_line_start(line.strip()) for line in lines if line.strip())


def _run(run: Run) -> str:
    """The run's lines, each in its own markup: emphasis cannot reach over a line break."""
    return "\n".join(_marked(run, line) for line in run.text.split("\n"))


def _marked(run: Run, line: str) -> str:
    text = line.strip()
    if not text:
        return line
    before, after = line[: line.index(text)], line[line.index(text) + len(text) :]
    marked = _escaped(text)
    if link := safe_link(run.link):
        marked = f"[{marked}](<{link.translate(_ESCAPES)}>)"
    for wanted, opening, closing in (
        (run.emphasis, "*", "*"),
        (run.strong, "**", "**"),
        (run.removed, "~~", "~~"),
        (run.inserted, "<ins>", "</ins>"),
    ):
        marked = f"{opening}{marked}{closing}" if wanted else marked
    return before + marked + after


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: "\\" + "\\".join(found[0]), text)


def _at_line_start(line: str) -> str:
    """What would open a heading, list, rule or table there is made plain text."""
    return _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", line)
