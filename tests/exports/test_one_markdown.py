"""Pages, DOCX, PDF and Markdown files read the same structure out of what people write."""

import io
import re
from collections.abc import Iterator
from datetime import date

import docx as word
import pypdf
import pytest
from lxml import html
from markdown_it import MarkdownIt

from dialogue.core.markdown.grammar import parse
from dialogue.core.markdown.html import to_html
from dialogue.exports.documents.authored import from_markdown
from dialogue.exports.documents.blocks import Document, Properties
from dialogue.exports.formats import docx, markdown, pdf
from tests.exports.markdown_corpus import CORPUS

CommonMark = MarkdownIt("commonmark").enable("table")
Line = tuple[str, int, str]  # kind of block, depth of its list, words


def document(text: str) -> Document:
    return Document("T", "en", Properties(date(2026, 1, 1)), tuple(from_markdown(text)))


def squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def lines_of_html(page: str) -> list[Line]:
    root = html.fragment_fromstring(page, create_parent="div")
    for line_break in root.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return list(_flat(root, 0, "p"))


def _flat(parent: html.HtmlElement, depth: int, plain: str) -> Iterator[Line]:
    for element in parent:
        if element.tag in ("ul", "ol"):
            for item in element:
                yield from _item(item, element.tag, depth)
        elif element.tag == "blockquote":
            yield from _flat(element, depth, "quote")
        elif element.tag == "table":
            yield from (("cell", depth, squeezed(cell.text_content())) for cell in element.iter("th", "td"))
        elif element.tag == "hr":
            yield "hr", depth, ""
        elif isinstance(element.tag, str):
            kind = "h" if re.fullmatch("h[1-6]", element.tag) else {"pre": "pre"}.get(element.tag, plain)
            yield kind, depth, squeezed(element.text_content())


def _item(item: html.HtmlElement, kind: str, depth: int) -> Iterator[Line]:
    blocks = ("p", "pre", "ul", "ol", "blockquote", "table")
    first = item[0] if len(item) and item[0].tag == "p" and not squeezed(item.text) else None
    own = html.fromstring("<p></p>")
    if first is None:
        own.text = item.text
        for child in list(item):
            if child.tag in blocks:
                break
            own.append(child)
    yield kind, depth + 1, squeezed((first if first is not None else own).text_content())
    for inner in _flat(item, depth + 1, "more"):
        if first is not None:
            first = None
            continue
        yield inner


def lines_of_docx(made: bytes) -> list[Line]:
    package = word.Document(io.BytesIO(made))
    found: list[Line] = []
    for part in package.iter_inner_content():
        if isinstance(part, word.table.Table):
            found += [("cell", 0, squeezed(cell.text)) for row in part.rows for cell in row.cells]
        elif part.style.name != "Title":
            found.append(_styled(part))
    return [line for line in found if line != ("p", 0, "")]


def _styled(part: "word.text.paragraph.Paragraph") -> Line:
    name, words = part.style.name, squeezed(part.text)
    depth = int(name[-1]) if name[-1].isdigit() else 1
    if name.startswith("Heading"):
        return "h", 0, words
    for begins, kind in (("List Bullet", "ul"), ("List Number", "ol"), ("List Continue", "more")):
        if name.startswith(begins):
            return kind, depth, words
    if part._element.findall(".//{*}pBdr"):
        return "hr", 0, ""
    return {"Quote": "quote", "Code": "pre"}.get(name, "p"), 0, words


def shallow(lines: list[Line]) -> list[Line]:
    """Blocks other than paragraphs have no depth of their own in Word; empty items have no words to find."""
    deep = ("ul", "ol", "more")
    return [(kind, depth if kind in deep else 0, words) for kind, depth, words in lines]


@pytest.mark.parametrize("text", CORPUS)
def test_a_markdown_file_read_by_commonmark_says_what_the_page_says(text: str):
    written = markdown.write(document(text)).partition("\n\n")[2]
    assert lines_of_html(CommonMark.render(written)) == lines_of_html(to_html(parse(text)))


@pytest.mark.parametrize("text", CORPUS)
def test_a_word_file_says_what_the_page_says(text: str):
    assert shallow(lines_of_docx(docx.write(document(text)))) == shallow(lines_of_html(to_html(parse(text))))


def letters(text: str) -> list[str]:
    """The letters and digits of a text, without the numbers and order that printing adds or turns."""
    return sorted(sign for sign in text if sign.isalnum() and sign.isascii() and not sign.isdigit())


@pytest.mark.parametrize("text", CORPUS)
def test_a_pdf_says_what_the_page_says(text: str):
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(document(text))))
    printed = "".join(page.extract_text() for page in reader.pages)
    expected = lines_of_html(to_html(parse(text)))
    assert letters(printed) == letters("T" + "".join(words for _kind, _depth, words in expected))
    tags = tags_of(reader)
    kinds = [kind for kind, _depth, _words in expected]
    assert tags.count("LI") == kinds.count("ul") + kinds.count("ol")
    assert tags.count("TD") + tags.count("TH") == kinds.count("cell")
    assert ("BlockQuote" in tags) == ("<blockquote" in to_html(parse(text)))


def tags_of(reader: pypdf.PdfReader) -> list[str]:
    """The kinds of the file's structure elements, as a screen reader walks them."""
    found: list[str] = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            found.append(str(element.get("/S", ""))[1:])
            if "/K" in element:
                waiting.append(element["/K"])
    return found


@pytest.mark.parametrize("text", CORPUS)
def test_emphasis_and_links_are_the_same_on_the_page_and_in_the_file(text: str):
    written = CommonMark.render(markdown.write(document(text)).partition("\n\n")[2])
    for tag in ("em", "strong", "code", "a"):
        assert _marked(written, tag) == _marked(to_html(parse(text)), tag)


def _marked(page: str, tag: str) -> str:
    root = html.fragment_fromstring(page, create_parent="div")
    return squeezed(" ".join(e.get("href", e.text_content()) for e in root.iter(tag)))
