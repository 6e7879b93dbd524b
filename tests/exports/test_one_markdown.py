"""Pages, DOCX, PDF and Markdown files read the same structure out of what people write."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

import docx as word
import pypdf
import pytest
from docx.oxml.ns import qn
from lxml import html
from markdown_it import MarkdownIt

from dialogue.core import richtext
from dialogue.core.markdown.grammar import parse
from dialogue.core.markdown.html import FIRST_HEADING, to_html
from dialogue.exports.documents.authored import from_markdown
from dialogue.exports.documents.blocks import Document, Properties
from dialogue.exports.formats import docx, markdown, pdf
from dialogue.outcomes.plain_text import own_words
from tests.exports.markdown_corpus import CORPUS

CommonMark = MarkdownIt("commonmark").enable("table")
Line = tuple[str, int, str]  # kind of block, depth of its list, words with their line breaks


def document(text: str) -> Document:
    return Document("T", "en", Properties(date(2026, 1, 1)), tuple(from_markdown(text)))


@cache
def in_word(text: str) -> bytes:
    return docx.write(document(text))


def squeezed(text: str | None) -> str:
    """The words of each line."""
    return "\n".join(words for line in (text or "").split("\n") if (words := " ".join(line.split())))


def lines_of_html(page: str, first: int = FIRST_HEADING) -> list[Line]:
    """The lines of a page or file, whose highest heading for what people write is `h<first>`."""
    root = html.fragment_fromstring(page, create_parent="div")
    for heading in root.xpath("./*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"):
        heading.tag = f"h{int(heading.tag[1]) - first + 1}"
    for line_break in root.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    return levelled(_flat(root, 0, "p"))


def levelled(lines: Iterable[Line]) -> list[Line]:
    """The lines with headings counted from 1; no level is skipped, because a document must not skip one."""
    found, last = [], 0
    for kind, depth, words in lines:
        is_heading = kind.startswith("h") and kind != "hr"
        last = min(int(kind[1:]), last + 1) if is_heading else last
        found.append((f"h{last}" if is_heading else kind, depth, words))
    return found


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
            level = re.fullmatch("h([1-6])", element.tag)
            kind = f"h{level[1]}" if level and not depth and plain == "p" else {"pre": "pre"}.get(element.tag, plain)
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
        return f"h{depth}", 0, words
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
    assert lines_of_html(CommonMark.render(written), first=2) == lines_of_html(to_html(parse(text)))


@pytest.mark.parametrize("text", CORPUS)
def test_a_word_file_says_what_the_page_says(text: str):
    assert shallow(lines_of_docx(in_word(text))) == shallow(lines_of_html(to_html(parse(text))))


def letters(text: str, *, in_order: bool) -> list[str]:
    """The letters of a text, without the numbers that printing adds; in their order where it turns none."""
    found = [sign for sign in text if sign.isalnum() and sign.isascii() and not sign.isdigit()]
    return found if in_order else sorted(found)


@pytest.mark.parametrize("text", CORPUS)
def test_a_pdf_says_what_the_page_says(text: str):
    reader, page = pypdf.PdfReader(io.BytesIO(pdf.write(document(text)))), to_html(parse(text))
    printed, expected = "".join(page.extract_text() for page in reader.pages), lines_of_html(page)
    words = "T" + "".join(words for _kind, _depth, words in expected)
    assert letters(printed, in_order=text.isascii()) == letters(words, in_order=text.isascii())
    tags = tags_of(reader)
    kinds = [kind for kind, _depth, _words in expected]
    assert sorted(re.findall(r"\bH\d\b", " ".join(tags))) == sorted(k.upper() for k in kinds if re.match(r"h\d", k))
    assert tags.count("LI") == kinds.count("ul") + kinds.count("ol")
    assert tags.count("TD") + tags.count("TH") == kinds.count("cell")
    for tag, mark in (("BlockQuote", "<blockquote"), ("Em", "<em>"), ("Link", "<a ")):
        assert (tag in tags) == (mark in page), tag
    assert all(f"{number}." in printed for number in starts_of_html(page))


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


def _marked(page: str, tag: str) -> list[str]:
    """The words so marked; a heading in a quotation or list is a strong line, for it opens no part of a document."""
    root = html.fragment_fromstring(page, create_parent="div")
    for heading in root.xpath("//blockquote//*[self::h3 or self::h4] | //li//*[self::h3 or self::h4]"):
        heading.tag = "strong"
    return " ".join(e.get("href", e.text_content()) for e in root.iter(tag)).split()


def manners_of_html(page: str) -> dict[str, str]:
    """The words in italics, in bold and set as code, and the addresses of the links, outside blocks of code."""
    root = html.fragment_fromstring(page.replace("th>", "strong>"), create_parent="div")  # Heads of columns are bold.
    for block in root.findall(".//pre"):
        block.drop_tree()
    page = html.tostring(root, encoding="unicode")
    return {tag: " ".join(_marked(page, tag)) for tag in ("em", "strong", "code", "a")}


def manners_of_docx(made: bytes) -> dict[str, str]:
    package = word.Document(io.BytesIO(made))
    body = package.element.body
    plain = [run for run in body.iter(qn("w:r")) if _style_of(run) not in ("Title", "Code")]
    links = [package.part.rels[link.get(qn("r:id"))].target_ref for link in body.iter(qn("w:hyperlink"))]
    return {"em": _said(plain, "w:i"), "strong": _said(plain, "w:b"), "code": _said(plain, "w:rFonts"),
            "a": squeezed(" ".join(dict.fromkeys(links)))}


def _style_of(run: Any) -> str | None:
    style = next(run.iterancestors(qn("w:p"))).find(f".//{qn('w:pStyle')}")
    return None if style is None else style.get(qn("w:val"))


def _said(runs: list[Any], mark: str) -> str:
    return squeezed(" ".join(run.text for run in runs if run.find(f"{qn('w:rPr')}/{qn(mark)}") is not None))


def letters_of(told: dict[str, str]) -> dict[str, str]:
    """The same without spaces, which a file may put between two runs of one manner; addresses each once."""
    told = {**told, "a": " ".join(dict.fromkeys(told["a"].split()))}
    return {name: "".join(words.split()) for name, words in told.items()}


@pytest.mark.parametrize("text", CORPUS)
def test_emphasis_and_links_are_the_same_on_the_page_and_in_word(text: str):
    made = manners_of_docx(in_word(text))
    assert letters_of(made) == letters_of(manners_of_html(to_html(parse(text))))


def starts_of_html(page: str) -> list[int]:
    return [int(each.get("start", 1)) for each in html.fragment_fromstring(page, create_parent="div").iter("ol")]


def starts_of_docx(made: bytes) -> list[int]:
    """The first number of each list of the file, in the order in which the lists begin."""
    package = word.Document(io.BytesIO(made))
    ids = dict.fromkeys(found.get(qn("w:val")) for found in package.element.body.iter(qn("w:numId")))
    numbers = {each.get(qn("w:numId")): each for each in package.part.numbering_part.element.iter(qn("w:num"))}
    return [int(numbers[id].find(f".//{qn('w:startOverride')}").get(qn("w:val"))) for id in ids]


@pytest.mark.parametrize("text", CORPUS)
def test_numbered_lists_begin_with_the_same_number_everywhere(text: str):
    expected, made = starts_of_html(to_html(parse(text))), document(text)
    assert starts_of_html(CommonMark.render(markdown.write(made).partition("\n\n")[2])) == expected
    assert starts_of_docx(in_word(text)) == expected


@pytest.mark.parametrize("text", CORPUS)
def test_what_is_stored_for_the_page_is_the_tree_of_the_files(text: str):
    stored = html.fragment_fromstring(richtext.render(text), create_parent="div")
    read = html.fragment_fromstring(to_html(parse(text)), create_parent="div")
    assert list(_flat(stored, 0, "p")) == list(_flat(read, 0, "p"))


@pytest.mark.parametrize("text", CORPUS)
def test_an_excerpt_has_the_words_of_the_page_in_their_order(text: str):
    words = " ".join(words for _kind, _depth, words in lines_of_html(to_html(parse(text))))
    assert richtext.excerpt(text, 1000) == " ".join(words.split())


@pytest.mark.parametrize("text", CORPUS)
def test_a_summary_reads_the_words_of_the_page_without_quotations_and_code(text: str):
    page = html.fragment_fromstring(to_html(parse(text)), create_parent="div")
    for others in (*page.findall(".//blockquote"), *page.findall(".//pre")):
        others.drop_tree()
    assert own_words(to_html(parse(text))).split() == " ".join(
        words for _kind, _depth, words in lines_of_html(html.tostring(page, encoding="unicode"))).split()
