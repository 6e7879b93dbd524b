"""PDF files hold a glyph for every letter of many scripts, in every place where a text can stand."""

import io
import logging
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import regex
import typst
from pypdf import PdfReader

from dialogue.exports.documents.blocks import (
    Bar,
    Bars,
    Block,
    Clause,
    Code,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Properties,
    Quotation,
    Run,
    Table,
)
from dialogue.exports.formats import glyphs, pdf
from dialogue.exports.jobs import child
from tests.exports import story
from tests.exports.waiting import ask, taken
from tests.world import World

SAID = {
    "Thai": "ที่ประชุมตัดสินใจทบทวนกฎบัตร", "Lao": "ກອງປະຊຸມຕັດສິນໃຈ", "KR": "총회는 헌장을 검토하기로 결정한다",
    "Ethiopic": "ጉባኤው ቻርተሩን ለመገምገም ወሰነ።", "Bengali": "পরিষদ সনদ পর্যালোচনা করার সিদ্ধান্ত নেয়",
    "Tamil": "சாசனத்தை மறுஆய்வு செய்ய முடிவு", "Devanagari": "परिषद चार्टर की समीक्षा करने का निर्णय लेती है",
    "Khmer": "ក្រុមប្រឹក្សាសម្រេច", "Myanmar": "ကောင်စီက ဆုံးဖြတ်သည်", "Sinhala": "මණ්ඩලය තීරණය කරයි",
    "Telugu": "మండలి నిర్ణయిస్తుంది", "Georgian": "საბჭო წყვეტს", "Libertinus": "המועצה מחליטה",
    "Emoji": "👩‍⚕️ ✋🏿 🇩🇪 1️⃣ ❤️ ✅ 🧿 👨‍👩‍👧‍👦",
}


def everywhere(text: str) -> Document:
    """A document with the text in every place where a text can stand."""
    runs = (Run(text), Run(text, strong=True), Run(text, emphasis=True), Run(text, inserted=True), Run(text, code=True))
    blocks: tuple[Block, ...] = (
        Heading(1, text), Heading(2, text), Paragraph(runs), Paragraph(runs, "preamble"), Clause("1", runs),
        Items.of(runs, runs, ordered=True), Code(text), Facts(((text, text),)), Quotation.of(runs, text),
        Table(text, (text, "n"), ((text, "7"),)), Bars(text, (Bar(text, 3),), (text, "n")))
    return Document(text, "en", Properties(date(2026, 1, 1), text), blocks, "ltr", text[:12])


def opened(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def is_whole(data: bytes) -> bool:
    """Tell whether the file is PDF/UA, which forbids letters without a glyph, and shows its title."""
    root: Any = opened(data).trailer["/Root"]
    is_standard = b"pdfuaid" in root["/Metadata"].get_object().get_data()
    return is_standard and bool(root["/ViewerPreferences"]["/DisplayDocTitle"])


def fonts_of(data: bytes) -> set[str]:
    pages: Any = opened(data).pages
    return {font.get_object()["/BaseFont"] for page in pages for font in page["/Resources"]["/Font"].values()}


@pytest.mark.parametrize("font", SAID)
def test_every_script_is_set_in_its_font_wherever_a_text_can_stand(font: str) -> None:
    lacking: list[str] = []
    document = everywhere(SAID[font])
    data = pdf.write(document, lacking.append)
    assert is_whole(data)
    assert lacking == []
    assert pdf._tried(document, system=False)[0], "the machine's own fonts were needed"
    assert any(font in name for name in fonts_of(data))


@pytest.mark.parametrize("font", SAID)
def test_title_bookmarks_and_metadata_hold_the_letters_as_they_were_written(font: str) -> None:
    reader = opened(pdf.write(everywhere(SAID[font])))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.subject) == (SAID[font], SAID[font])
    assert [SAID[font]] == [mark.title for mark in reader.outline if not isinstance(mark, list)]


# The letters that Unicode 3.2 gave these scripts, and the emoji of today.
BLOCKS = {
    "Thai": (0xE00, 0xE7F), "Hangul": (0xAC00, 0xD7A3), "Ethiopic": (0x1200, 0x137F), "Bengali": (0x980, 0x9FF),
    "Tamil": (0xB80, 0xBFF), "Devanagari": (0x900, 0x97F), "Lao": (0xE80, 0xEFF), "Khmer": (0x1780, 0x17FF),
    "Myanmar": (0x1000, 0x109F), "Sinhala": (0xD80, 0xDFF), "Gujarati": (0xA80, 0xAFF), "Gurmukhi": (0xA00, 0xA7F),
    "Oriya": (0xB00, 0xB7F), "Telugu": (0xC00, 0xC7F), "Kannada": (0xC80, 0xCFF), "Malayalam": (0xD00, 0xD7F),
    "Hebrew": (0x590, 0x5FF), "Arabic": (0x600, 0x6FF), "Armenian": (0x530, 0x58F), "Georgian": (0x10A0, 0x10FF),
    "Greek": (0x370, 0x3FF), "Cyrillic": (0x400, 0x4FF), "Latin": (0x20, 0x24F), "kana": (0x3040, 0x30FF),
    "punctuation": (0x2010, 0x2044), "currencies": (0x20A0, 0x20B1), "arrows": (0x2190, 0x21FF),
}


def letters(first: int, last: int) -> list[str]:
    old = unicodedata.ucd_3_2_0
    return [chr(code) for code in range(first, last + 1) if old.category(chr(code))[0] in "LNPSM"]


@pytest.mark.parametrize("block", BLOCKS)
def test_no_letter_of_a_script_is_without_a_glyph(block: str) -> None:
    text = " ".join(letters(*BLOCKS[block]))
    assert pdf._set(Document("T", "en", Properties(date(2026, 1, 1)), (Paragraph((Run(text),)),)),
                    standards="ua-1", system=False)


@pytest.mark.slow("each emoji there is")
def test_no_emoji_is_without_a_glyph() -> None:
    known = [chr(code) for code in range(0x2000, 0x1FB00) if unicodedata.category(chr(code)) != "Cn"]
    text = " ".join(sign for sign in known if regex.fullmatch(r"\p{Emoji_Presentation}", sign))
    assert is_whole(pdf._set(everywhere(text), standards="ua-1", system=False))


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has no fonts of its own."""
    found = pdf.fonts
    monkeypatch.setattr(pdf, "fonts", lambda system: found(False))


@pytest.mark.usefixtures("no_system_fonts")
@pytest.mark.parametrize(("text", "script"), [
    ("𓂀", "egyptian"), ("ދިވެހި", "thaana"), ("བོད", "tibetan"), ("\U000f1234", "unassigned")])
def test_letters_in_no_font_cost_a_sign_each_and_neither_tags_nor_title(text: str, script: str) -> None:
    lacking: list[str] = []
    data = pdf.write(everywhere(f"still {text} here"), lacking.append)
    assert is_whole(data)
    assert lacking == [script]
    assert f"still {glyphs.STAND_IN}" in opened(data).pages[0].extract_text()
    about = opened(data).metadata
    assert about is not None
    assert about.title == about.subject == f"still {text} here"


@pytest.mark.usefixtures("no_system_fonts")
def test_marks_that_make_the_compiler_panic_cost_a_sign_each() -> None:
    lacking: list[str] = []
    text = " ".join("\u07a5\u07ac\u07ad\u07ae\u07af\u07b0")
    document = Document("T", "en", Properties(date(2026, 1, 1)), (Paragraph((Run(text),)),))
    assert is_whole(pdf.write(document, lacking.append))
    assert set(lacking) <= {"thaana"}


def test_an_address_stays_whole_where_its_words_cannot_be_drawn() -> None:
    run = Run("see 𓂀", link="https://example.org/𓂀")
    assert glyphs.without((run,), {"𓂀"}) == (Run("see �", link="https://example.org/𓂀"),)


@pytest.mark.parametrize(("printed", "texts"), [
    (r'the text `"a\"b"` could not be displayed', {'a"b'}),
    (r'the text `"\u{200d}x\\"` could not be displayed', {"\u200dx\\"}),
    ("the text `\"𓂀\"` could not be displayed … the text `\"ཀ\"` could not be displayed", {"𓂀", "ཀ"}),
    ("another error", set()),
])
def test_the_refusals_of_the_compiler_are_read(printed: str, texts: set[str]) -> None:
    assert glyphs.refused(printed) == texts


def test_what_the_compiler_refuses_is_what_was_written() -> None:
    source = '#set document(title: "x")\n𓂀 and 𒀀'.encode()
    compiler = typst.Compiler(source, font_paths=pdf.fonts(False))
    with pytest.raises(typst.TypstError) as error:
        compiler.compile(format="pdf", pdf_standards="ua-1")
    assert glyphs.refused(error.value.diagnostic) == {"𓂀", "𒀀"}


def test_a_script_without_a_font_is_logged_and_nothing_else_of_what_the_child_says(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    said = "print('lacks egyptian'); print('lacks A SECRET'); print('secret'); print(40)"
    monkeypatch.setattr(child, "COMMAND", [sys.executable, "-c", said])
    heard: list[int | None] = []
    with caplog.at_level(logging.WARNING):
        child.write(b"{}", tmp_path / "file", heard.append)
    assert [record.__dict__["script"] for record in caplog.records] == ["egyptian"]
    assert "secret" not in caplog.text.lower()
    assert 40 in heard


def test_an_export_with_a_letter_in_no_font_is_made_and_its_script_logged(
        world: World, caplog: pytest.LogCaptureFixture) -> None:
    story.item(world, title="A \U000f1234 pact", goal="สวัสดี 한국어")
    browser = world.browser()
    with caplog.at_level(logging.WARNING, logger=child.__name__):
        file = taken(browser, ask(browser, format="pdf").location)
    assert is_whole(file.data)
    assert [record.__dict__["script"] for record in caplog.records] == ["unassigned"]
    assert "\U000f1234" not in caplog.text
