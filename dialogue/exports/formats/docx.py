"""A document as a Word file, with real styles, headings, lists and tables.

Nothing in the file points outside it but the links people gave, and no text becomes a field. The properties
name no person and carry the document's date: the same document gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, time
from functools import singledispatch

import docx as word
from docx.document import Document as Package
from docx.oxml.ns import qn
from lxml.etree import _Element

from dialogue.core.cutting import start_of
from dialogue.exports.documents.blocks import (
    Bars,
    Block,
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
    Runs,
    Table,
    cell_runs,
    levelled,
)
from dialogue.exports.documents.characters import cleaned
from dialogue.exports.formats import docx_tables
from dialogue.exports.formats.docx_runs import Typist, node
from dialogue.exports.formats.docx_styles import dress
from dialogue.exports.formats.docx_tables import paragraph

_STYLES = {"body": "Normal", "lead": "Lead", "note": "Note", "preamble": "Preamble"}
_DEEPEST_LIST = 2
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Writer:
    """A package being written: its typist and its lists' numbering."""

    def __init__(self, document: Document) -> None:
        self.package = word.Document()
        dress(self.package, document.language, document.direction)
        changed_on = f"{document.properties.date.isoformat()}T00:00:00Z"
        self.typist = Typist(self.package.part, document.direction, changed_on)

    def numbering(self, items: Items, style: str) -> _Element:
        """A numbering of the list's own, beginning where the list does."""
        root = self.package.part.numbering_part.element
        styled = self.package.styles[style].element.find(f".//{qn('w:numId')}").get(qn("w:val"))
        kind = next(num.abstractNumId.val for num in root.num_lst if str(num.numId) == styled)
        num = root.add_num(kind)
        num.add_lvlOverride(ilvl=0).add_startOverride(items.start)
        return node("numPr", node("ilvl", val="0"), node("numId", val=str(num.numId)))


def write(document: Document) -> bytes:
    """The document as .docx."""
    document = cleaned(document)
    writer = _Writer(document)
    end = writer.package.sections[0]._sectPr
    end.addprevious(paragraph(writer.typist, "Title", (Run(document.title),)))
    for block in levelled(document.blocks):
        for element in _elements(block, writer):
            end.addprevious(element)
    _margins(writer, document)
    _describe(writer.package, document)
    return _packed(writer.package)


@singledispatch
def _elements(block: Block, _writer: _Writer) -> Iterable[_Element]:
    raise TypeError(block)


@_elements.register
def _(block: Heading, writer: _Writer) -> Iterable[_Element]:
    return [paragraph(writer.typist, f"Heading{block.level}", cell_runs(block.text))]


@_elements.register
def _(block: Paragraph, writer: _Writer) -> Iterable[_Element]:
    return [paragraph(writer.typist, _STYLES[block.style], block.runs)]


@_elements.register
def _(block: Clause, writer: _Writer) -> Iterable[_Element]:
    level = min(block.level, 2)
    style = f"Clause{level + 1}" if level else "Clause"
    return [paragraph(writer.typist, style, block.runs, label=f"{block.label}\t")]


@_elements.register
def _(block: Items, writer: _Writer) -> Iterator[_Element]:
    return _items(block, writer, 0)


def _items(block: Items, writer: _Writer, depth: int) -> Iterator[_Element]:
    level = min(depth, _DEEPEST_LIST)
    suffix = f" {level + 1}" if level else ""
    style = ("List Number" if block.ordered else "List Bullet") + suffix
    number = [writer.numbering(block, style)] if block.ordered else []
    for item in block.items:
        first, *rest = item if item and isinstance(item[0], Paragraph) else (Paragraph(()), *item)
        # An element has one place in the tree, so each paragraph gets a numbering of its own.
        yield paragraph(writer.typist, style.replace(" ", ""), _runs(first), *deepcopy(number))
        for inner in rest:
            yield from _in_item(inner, writer, depth, f"List Continue{suffix}".replace(" ", ""))


def _in_item(block: Block, writer: _Writer, depth: int, style: str) -> Iterable[_Element]:
    """What follows the first paragraph of an item stands under it."""
    if isinstance(block, Items):
        return _items(block, writer, depth + 1)
    if isinstance(block, Paragraph):
        return [paragraph(writer.typist, style, block.runs)]
    return _elements(block, writer)


def _runs(block: Block) -> Runs:
    return block.runs if isinstance(block, Paragraph) else ()


@_elements.register
def _(block: Code, writer: _Writer) -> Iterable[_Element]:
    return [paragraph(writer.typist, "Code", (Run(block.text, code=True),))]


@_elements.register
def _(_block: Rule, writer: _Writer) -> Iterable[_Element]:
    line = node("pBdr", node("bottom", val="single", sz="4", space="1", color=docx_tables.RULE))
    return [paragraph(writer.typist, "Normal", (), line)]


@_elements.register
def _(block: Table, writer: _Writer) -> Iterable[_Element]:
    return docx_tables.ruled(writer.typist, block)


@_elements.register
def _(block: Bars, writer: _Writer) -> Iterable[_Element]:
    return docx_tables.ruled(writer.typist, block.table)


@_elements.register
def _(block: Quotation, writer: _Writer) -> Iterator[_Element]:
    source = (Paragraph((Run(f"— {block.source}"),)),) if block.source else ()
    for inner in (*block.blocks, *source):
        if isinstance(inner, Paragraph):
            yield paragraph(writer.typist, "Quote", inner.runs)
        else:
            yield from _elements(inner, writer)


@_elements.register
def _(block: Facts, writer: _Writer) -> Iterable[_Element]:
    return docx_tables.facts(writer.typist, block)


@_elements.register
def _(_block: PageBreak, writer: _Writer) -> Iterable[_Element]:
    broken = paragraph(writer.typist, "Normal", ())
    broken.append(node("r", node("br", type="page")))
    return [broken]


def _margins(writer: _Writer, document: Document) -> None:
    """The symbol at the head of every page, the page's number at its foot."""
    section = writer.package.sections[0]
    foot = paragraph(writer.typist, "Footer", (), node("jc", val="center"))
    foot.append(node("fldSimple", node("r", _digit()), instr=" PAGE "))
    head = paragraph(writer.typist, "Header", (Run(document.symbol or ""),), node("jc", val="right"))
    for part, line in ((section.header, head), (section.footer, foot)):
        part.is_linked_to_previous = False
        part._element.remove(part.paragraphs[0]._element)
        part._element.append(line)


def _digit() -> _Element:
    text = node("t")
    text.text = "1"
    return text


def _describe(package: Package, document: Document) -> None:
    """Say what the file is and nothing about who made it or on what machine."""
    about = package.core_properties
    written_on = datetime.combine(document.properties.date, time(), UTC)
    about.author, about.comments = "Dialogue", ""
    # Longer ones are refused by the format's library.
    about.title, about.subject = start_of(document.title, 255), start_of(document.properties.subject, 255)
    about.language = document.language[:255]
    about.created = about.modified = written_on.replace(tzinfo=None)
    about.revision = 1
    properties = about._element
    for person in properties.findall(qn("cp:lastModifiedBy")):
        properties.remove(person)
    rels = package.part.package.rels
    telling = ("/thumbnail", "/extended-properties")
    for key in [key for key, rel in rels.items() if rel.reltype.endswith(telling)]:
        del rels[key]


def _packed(package: Package) -> bytes:
    """The package's bytes with the hour of packing left out of them."""
    loose, packed = io.BytesIO(), io.BytesIO()
    package.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return packed.getvalue()
