"""The Markdown people write, turned into blocks.

The Markdown library builds the tree; nothing of it is ever made into HTML. Raw HTML stays the text it is and
pictures become their description. The library is quadratic in unclosed brackets and recursive in nesting, so
what is too long or too crowded is set as plain paragraphs: all of the text, none of the markup.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.util import AMP_SUBSTITUTE, STX

from dialogue.exports.blocks import (
    DEEPEST_HEADING,
    Align,
    Block,
    Heading,
    Items,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Table,
)
from dialogue.exports.characters import clean, safe_link

LONGEST = 20_000  # characters; the longest text a person may post
_MOST_MARKS = 600
_MOST_LINES = 2_000
_HIGHEST_NUMBER = 999_999_999  # CommonMark's; Word has no room for much more
_DEEP = re.compile(r"^(?: {32}|\t{8}|(?: {0,3}>){8})", re.MULTILINE)
_MARKS = re.compile(r"[\[\]!<>`*_&\\|]")
_LINE_END = re.compile(r"[ \t]*\n\s*")
_PLACEHOLDER = re.compile(f"{STX}(\\d+)\x03")


def from_markdown(text: str, *, under: int = 0) -> list[Block]:
    """Blocks for a text in Markdown; its headings begin one level below `under`.

    Hostile and oversized text comes back as plain paragraphs; nothing that was written is lost.
    """
    text = clean(text)
    if _too_much(text):
        return _plain(text)
    try:
        return list(_blocks(_tree(text), under))
    except Exception:
        # CVE-2025-69534 and its kind: the parser may trip over anything, the text must still be printed.
        return _plain(text)


def _too_much(text: str) -> bool:
    return (
        len(text) > LONGEST
        or len(_MARKS.findall(text)) > _MOST_MARKS
        or text.count("\n") > _MOST_LINES
        or _DEEP.search(text) is not None
    )


def _plain(text: str) -> list[Block]:
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text))
    return [Paragraph((Run(part),)) for part in paragraphs if part]


def _tree(text: str) -> Element:
    """The library's element tree, after its inline patterns; HTML is not a language here."""
    parser = Markdown(extensions=["tables", "sane_lists"])
    parser.preprocessors.deregister("html_block")
    for pattern in ("html", "entity"):
        parser.inlinePatterns.deregister(pattern)
    lines = text.split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root = cast(Element, parser.parser.parseDocument(lines).getroot())
    for processor in parser.treeprocessors:
        changed = processor.run(root)
        root = root if changed is None else changed
    return root


def _blocks(parent: Element, under: int) -> Iterator[Block]:
    for element in parent:
        tag = element.tag
        if re.fullmatch("h[1-6]", tag):
            yield Heading(min(under + int(tag[1]), DEEPEST_HEADING), _words(element))
        elif tag in ("ul", "ol"):
            yield from _items(element, 0)
        elif tag == "table":
            yield _table(element)
        elif tag == "blockquote":
            yield from _quoted(element, under)
        elif runs := _runs(element):
            yield Paragraph(runs)


def _quoted(element: Element, under: int) -> Iterator[Block]:
    for block in _blocks(element, under):
        yield Quotation(block.runs) if isinstance(block, Paragraph) else block


def _items(element: Element, level: int) -> Iterator[Block]:
    """The list, cut where another list is nested in it and continued after that."""
    ordered, waiting = element.tag == "ol", list[Runs]()
    number = min(int(element.get("start", "1")), _HIGHEST_NUMBER)
    for item in element:
        nested = [child for child in item if child.tag in ("ul", "ol")]
        waiting.append(_runs(item))
        if nested:
            yield Items(tuple(waiting), ordered, level, number)
            number, waiting = number + len(waiting), []
            for inner in nested:
                yield from _items(inner, level + 1)
    if waiting:
        yield Items(tuple(waiting), ordered, level, number)


def _table(element: Element) -> Table:
    rows = [tuple(_words(cell) for cell in row) for row in element.iter("tr")]
    heads = [cell.get("style", "") + cell.get("align", "") for cell in element.iter("th")]
    sides: list[Align] = ["end" if "right" in h else "center" if "center" in h else "start" for h in heads]
    return Table("", rows[0], tuple(rows[1:]), tuple(sides))


def _words(element: Element) -> str:
    return "".join(run.text for run in _runs(element)).strip()


def _runs(element: Element) -> Runs:
    """The element's text in runs, without white space at its ends; lists inside it are left to the caller."""
    runs = [run for run in _walk(element, Run("")) if run.text]
    while runs and not runs[0].text.strip():
        runs.pop(0)
    while runs and not runs[-1].text.strip():
        runs.pop()
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return tuple(runs)


def _walk(element: Element, manner: Run) -> Iterator[Run]:
    yield replace(manner, text=_text(element.text, verbatim=element.tag == "code"))
    for child in element:
        if child.tag == "br":
            yield replace(manner, text="\n")
        elif child.tag == "img":
            yield replace(manner, text=_text(child.get("alt")))
        elif child.tag not in ("ul", "ol"):
            yield from _walk(child, _manner(child, manner))
            if child.tag in ("p", "pre"):
                yield replace(manner, text="\n")
        yield replace(manner, text=_after(child))


def _manner(element: Element, outer: Run) -> Run:
    return replace(
        outer,
        strong=outer.strong or element.tag == "strong",
        emphasis=outer.emphasis or element.tag == "em",
        link=outer.link or safe_link(_text(element.get("href"))),
    )


def _after(child: Element) -> str:
    """What follows a child; the line ends the library leaves between blocks are not text."""
    text = _text(child.tail)
    return text.lstrip() if child.tag in ("br", "p", "pre", "blockquote", "ul", "ol") else text


def _text(text: str | None, *, verbatim: bool = False) -> str:
    """The text as a reader would see it, without the library's own placeholders."""
    raw = (text or "").replace(AMP_SUBSTITUTE, "&")
    raw = clean(html.unescape(_PLACEHOLDER.sub(lambda found: chr(int(found[1])), raw)))
    return raw if verbatim else _LINE_END.sub(" ", raw)
