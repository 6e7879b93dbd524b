"""The Markdown people write, turned into blocks: the tree that pages show, in the words of documents.

A text that is too hard to read in time is set as plain paragraphs, as its page shows it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from dialogue.core.markdown import tree
from dialogue.core.markdown.grammar import parse
from dialogue.exports.documents.blocks import (
    DEEPEST_HEADING,
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Quotation,
    Rule,
    Run,
    Runs,
    Table,
)
from dialogue.exports.documents.characters import clean, safe_link


def from_markdown(text: str, *, under: int = 0) -> list[Block]:
    """Blocks for a text in Markdown; its headings begin one level below `under`.

    Hostile and oversized text comes back as plain paragraphs; nothing that was written is lost.
    """
    text = clean(text)
    try:
        return [_block(block, under) for block in parse(text)]
    except Exception:
        # CVE-2025-69534 and its kind: a parser may trip over anything, the text must still be printed.
        return from_plain(text)


def from_plain(text: str) -> list[Block]:
    """Blocks for a text without markup: its paragraphs, with their line breaks."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", clean(text)))
    return [Paragraph((Run(part),)) for part in paragraphs if part]


def _block(block: tree.Block, under: int) -> Block:
    match block:
        case tree.Heading(level, content):
            return Heading(min(under + level, DEEPEST_HEADING), _runs(content))
        case tree.Paragraph(content):
            return Paragraph(_runs(content))
        case tree.List(items, is_ordered, start):
            return Items(tuple(_inner(item) for item in items), is_ordered, start)
        case tree.Quote(blocks):
            return Quotation(_inner(blocks))
        case tree.Code(lines):
            return Code(lines.rstrip("\n"))
        case tree.Table():
            return _table(block)
        case tree.Rule():
            return Rule()


def _inner(blocks: tree.Blocks) -> tuple[Block, ...]:
    """The blocks of an item or quotation. A heading there is a strong line: it opens no part of the document."""
    return tuple(Paragraph(_runs(block.content, Run("", strong=True))) if isinstance(block, tree.Heading)
                 else _block(block, 0) for block in blocks)


def _table(table: tree.Table) -> Table:
    header, *rows = (tuple(_runs(cell) for cell in row) for row in (table.header, *table.rows))
    return Table("", header, tuple(rows), table.align)


def _runs(content: tree.Inline, manner: Run | None = None) -> Runs:
    return tuple(run for run in _walk(content, manner or Run("")) if run.text)


def _walk(content: tree.Inline, manner: Run) -> Iterator[Run]:
    for part in content:
        match part:
            case tree.Text(text):
                yield replace(manner, text=text)
            case tree.CodeSpan(text):
                yield replace(manner, text=text, code=True)
            case tree.Break():
                yield replace(manner, text="\n")
            case tree.Emphasis(children, is_strong):
                inner = replace(manner, strong=True) if is_strong else replace(manner, emphasis=True)
                yield from _walk(children, inner)
            case tree.Link(address, children):
                yield from _walk(children, replace(manner, link=safe_link(address)))
