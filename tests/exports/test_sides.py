"""Each paragraph of a file is read from the side of its own words, whatever the document's is."""

import io
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from dialogue.exports.documents.blocks import (
    Block,
    Clause,
    Code,
    Direction,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Properties,
    Quotation,
    Run,
    Table,
    side_of,
)
from dialogue.exports.formats import pdf
from dialogue.exports.formats.docx import write

ARABIC, ENGLISH = "يقرر المجلس (Track 1.5) إنشاء شبكة", "Decides (المجلس) to meet"
PAGE = 595  # points; the middle of the page parts what begins at the left from what begins at the right


def blocks_of(text: str) -> tuple[Block, ...]:
    """The text in every kind of block."""
    runs = (Run(text),)
    return (Heading(1, text), Paragraph(runs), Paragraph(runs, "preamble"), Paragraph((Run("1. "), *runs)),
            Clause("1", runs), Clause("(a)", runs, 1), Items.of(runs), Items.of(runs, ordered=True),
            Quotation.of(runs), Facts((("7", text),)), Table("", ("7", text), (("8", text),)))


def document(direction: Direction, *blocks: Block, title: str = "12") -> Document:
    language = "en" if direction == "ltr" else "ar"
    return Document(title, language, Properties(date(2026, 1, 1)), blocks, direction, "DLG/2")


def paragraphs(made: Document) -> Iterator[tuple[str, bool]]:
    """The text of each paragraph of the Word file, and whether it is read from the right."""
    body: Any = docx.Document(io.BytesIO(write(made))).element.body
    for paragraph in body.iter(qn("w:p")):
        text = "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))
        yield text, paragraph.pPr is not None and paragraph.pPr.find(qn("w:bidi")) is not None


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(("text", "is_from_right"), [
    (ARABIC, True), (ENGLISH, False), ("קורא 5", True), ("5 mai", False)])
def test_a_paragraph_of_a_word_file_is_read_from_the_side_of_its_words(
        direction: Direction, text: str, is_from_right: bool) -> None:
    made = [found for found in paragraphs(document(direction, *blocks_of(text), title=text)) if text[:4] in found[0]]
    assert len(made) == len(blocks_of(text)) + 2
    assert [found for found in made if found[1] is not is_from_right] == []


@pytest.mark.parametrize(("direction", "is_from_right"), [("ltr", False), ("rtl", True)])
def test_a_paragraph_without_a_letter_is_read_from_the_documents_side(
        direction: Direction, is_from_right: bool) -> None:
    made = list(paragraphs(document(direction, Paragraph((Run("12 – 15"),)), Clause("(a)", (Run("2026"),)))))
    assert {found for _text, found in made} == {is_from_right}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_code_is_read_from_the_left(direction: Direction) -> None:
    made = dict(paragraphs(document(direction, Code("# يقرر"))))
    assert made["# يقرر"] is False


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_head_of_a_page_of_a_word_file_stays_on_the_documents_side(direction: Direction) -> None:
    section = docx.Document(io.BytesIO(write(document(direction, title=ARABIC)))).sections[0]
    lines: Any = (section.header.paragraphs[0], section.footer.paragraphs[0])
    assert [line._p.pPr.find(qn("w:bidi")) is not None for line in lines] == [direction == "rtl"] * 2


def begins(made: Document, script: str) -> list[float]:
    """Where the pieces of text in a script stand on the first page, in points from its left edge."""
    found: list[float] = []

    def note(words: str, outer: list[float], inner: list[float], *_font: object) -> None:
        if any(unicodedata.name(letter, "").startswith(script) for letter in words):
            found.append(outer[4] + outer[0] * inner[4])

    PdfReader(io.BytesIO(pdf.write(made))).pages[0].extract_text(visitor_text=note)
    return found


KINDS = [type(block).__name__ for block in blocks_of("")]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("at", range(len(KINDS)), ids=lambda at: f"{KINDS[at]}-{at}")
def test_a_block_of_a_pdf_begins_at_the_side_of_its_words(direction: Direction, at: int) -> None:
    arabic = begins(document(direction, blocks_of("يقرر المجلس إنشاء")[at]), "ARABIC")
    assert arabic
    assert min(arabic) > PAGE / 2
    english = begins(document(direction, blocks_of("Urges all to meet")[at]), "LATIN CAPITAL LETTER U")
    assert english
    assert min(english) < PAGE / 2


def test_a_quotation_in_another_script_stands_on_its_own_side_within_a_quotation() -> None:
    quoted = Quotation((Paragraph((Run("يقرر المجلس"),)), Paragraph((Run("Urges"),))))
    assert min(begins(document("ltr", quoted), "ARABIC")) > PAGE / 2
    assert min(begins(document("ltr", quoted), "LATIN CAPITAL LETTER U")) < PAGE / 2


def test_the_title_of_a_pdf_is_read_from_the_side_of_its_words() -> None:
    assert min(begins(document("ltr", title="يقرر المجلس"), "ARABIC")) > PAGE / 2


def test_the_side_of_a_text_is_said_by_its_first_letter() -> None:
    assert side_of("12 (a) ا") == "ltr"
    assert side_of((Run("1. "), Run("ا"), Run("b"))) == "rtl"
    assert side_of(Clause("(a)", (Run("ا"),))) == "rtl"
    assert side_of(Quotation((Items.of((Run("5"),), (Run("ا"),)),), "Source")) == "rtl"
    assert side_of("12 – 👍") is None
