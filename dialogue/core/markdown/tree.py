"""The tree that a Markdown text is read into.

Every node is frozen and holds no more than what its writers show. Headings begin at level 1; each writer
moves them below the headings of its page or document.
"""

from dataclasses import dataclass
from typing import Literal

Align = Literal["start", "center", "end"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words without markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line break inside a block."""


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Words set as code inside a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words in italics, or in bold where `is_strong`."""

    children: "Inline"
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a web or mail address."""

    address: str
    children: "Inline"


Inline = tuple[Text | Break | CodeSpan | Emphasis | Link, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest."""

    level: int
    content: Inline


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    content: Inline


@dataclass(frozen=True, slots=True)
class List:
    """A list of items, each a row of blocks. A tight list sets its items without paragraphs' distance."""

    items: tuple["Blocks", ...]
    is_ordered: bool = False
    start: int = 1
    is_tight: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    blocks: "Blocks"


@dataclass(frozen=True, slots=True)
class Code:
    """Lines set as code. The language that a fence may name is not kept, because no reader sees it."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row; every row is as wide as the header."""

    header: tuple[Inline, ...]
    rows: tuple[tuple[Inline, ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule between two parts of a text."""


Block = Heading | Paragraph | List | Quote | Code | Table | Rule
Blocks = tuple[Block, ...]
