"""Documents as PDF, read back."""

import io
import pickle
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dialogue.exports.documents.blocks import Block, Document, Paragraph, Properties, Run, Table
from dialogue.exports.documents.characters import clean
from dialogue.exports.formats.pdf import write


def made_of(*blocks: Block) -> Document:
    return Document("Title", "en", Properties(date(2026, 1, 1)), blocks)


def opened(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(write(document)))


def text_of(document: Document) -> str:
    return "\n".join(page.extract_text() for page in opened(document).pages)


def fonts(reader: PdfReader) -> dict[str, bool]:
    """The name of each font, and whether its shapes are in the file."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            shapes = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            found[font.get_object()["/BaseFont"]] = bool({"/FontFile2", "/FontFile3"} & set(shapes))
    return found


def structure(reader: PdfReader) -> list[str]:
    """The kinds of the tags, in reading order."""
    kinds: list[str] = []

    def walk(element: object) -> None:
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for child in element:
                walk(child)
        elif isinstance(element, dict):
            if "/S" in element:
                kinds.append(element["/S"])
            walk(element.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return kinds


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_the_document_reads_as_it_was_meant(english: Document):
    text = " ".join(text_of(english).split())
    for part in ("Record of decision", "1. Decides to meet twice a year;", "Yes 120", "Pace is substance."):
        assert part in text
    assert "DLG/2/L.1" in text
    assert "2 / 2" in text


def test_it_is_tagged_and_says_its_language_and_title(english: Document, arabic: Document):
    reader = opened(english)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/Lang"] == "en"
    assert {"/H1", "/H2", "/Table", "/TH", "/Caption", "/L", "/LI", "/BlockQuote", "/Link"} <= set(
        structure(reader)
    )
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    arabic_root = opened(arabic).trailer["/Root"]
    assert (arabic_root["/Lang"], arabic_root["/ViewerPreferences"]["/Direction"]) == ("ar", "/R2L")


def test_the_bars_are_drawn_and_their_figures_written(english: Document):
    reader = opened(english)
    drawn = reader.pages[0].get_contents().get_data()
    assert len(re.findall(rb"0\.1215\d* 0\.305\d* 0\.474\d* (?:sc|rg)", drawn)) >= 2
    assert "Abstain 0" in " ".join(text_of(english).split())


@pytest.mark.parametrize(
    ("name", "font", "phrases"),
    [
        ("english", "LibertinusSerif", ["Decides", "Civil society"]),
        ("arabic", "Amiri", ["شبكة", "البرلمانيين", "Track 1.5"]),
        ("chinese", "NotoSerifSC", ["决定记录", "设立一个常设议员网络", "重要"]),
    ],
)
def test_every_script_has_its_embedded_font_and_can_be_copied(name, font, phrases, request):
    reader = opened(request.getfixturevalue(name))
    embedded = fonts(reader)
    assert all(embedded.values())
    assert any(font in base for base in embedded)
    text = reader.pages[0].extract_text()
    assert not [phrase for phrase in phrases if phrase not in text]


def test_poppler_finds_every_arabic_word(arabic: Document, tmp_path: Path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: the Arabic text was not read by a second program")
    (tmp_path / "file.pdf").write_bytes(write(arabic))
    done = subprocess.run(["pdftotext", str(tmp_path / "file.pdf"), "-"], check=True, capture_output=True)
    found = words(done.stdout.decode())
    assert not set(
        words("سجل القرار يقرر إنشاء شبكة دائمة من البرلمانيين الأصوات الجواب العدد نعم لا")
    ) - set(found)


def test_six_languages_have_a_glyph_for_every_letter():
    said = "Outcome · Résultat œuvre · Año ¿qué? · Решение ёъ · نتيجة ؟ · 成果：「全体」 — “x” ✓ ✗ ≥ ⅔ €"
    reader = opened(made_of(Paragraph((Run(said), Run(said, strong=True), Run(said, emphasis=True)))))
    # PDF/UA forbids a letter without a glyph, so its mark is the proof that none is missing.
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_a_letter_in_no_font_costs_a_box_not_the_document():
    assert "still here" in text_of(made_of(Paragraph((Run("\U0001f9ff \U00013080 still here"),))))


def test_properties_name_no_one_and_carry_the_documents_date(english: Document):
    about = opened(english).metadata
    assert about is not None
    assert (about.title, about.subject, about.author) == (
        "Record of decision",
        "Record of decision",
        "Dialogue",
    )
    assert about.creation_date is not None
    assert about.creation_date.date() == about.modification_date.date() == date(2026, 3, 14)


def test_the_same_document_gives_the_same_bytes(english: Document, arabic: Document):
    assert write(english) == write(pickle.loads(pickle.dumps(english)))
    assert write(arabic) == write(arabic)


def test_hostile_texts_are_printed_not_run(harmful: Document):
    data = write(harmful)
    reader = PdfReader(io.BytesIO(data))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for part in ('#raw("x")', r"\input{/etc/passwd}", "<script>alert(1)</script>", "@SUM(1+1)*cmd"):
        assert part in text
    assert "root:" not in text
    assert not [page for page in reader.pages if "/Annots" in page]
    for name in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/AcroForm", b"/OpenAction"):
        assert name not in data


def test_a_long_word_stays_on_the_page():
    pages = opened(made_of(Paragraph((Run("x" * 3_000),)))).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(text.split("\n")) > 30
    assert text.count("x") == 3_000


def test_a_long_table_repeats_its_header_on_every_page():
    rows = tuple((str(number), "statement") for number in range(500))
    pages = opened(made_of(Table("Long", ("Number", "Words"), rows))).pages
    assert len(pages) > 5
    assert all("Number" in page.extract_text() for page in pages)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(max_codepoint=0x17F, categories=["L", "N", "P", "S", "Zs", "Cc"]), max_size=200))
def test_any_text_is_printed_letter_by_letter(text: str):
    printed = text_of(made_of(Paragraph((Run(text),)), Table("", ("a",), ((text,),))))
    wanted = sorted(c for c in clean(text) if c.isascii() and c.isalnum())
    assert not [c for c in set(wanted) if printed.count(c) < 2 * wanted.count(c)]


def test_a_long_word_does_not_run_into_the_next_column() -> None:
    row = ("1", "Early-warning briefings to the Peacebuilding Commission", "A voice of parliaments at the Assembly",
           "Implemented", "Research, then briefing of elected members", "83.33", "2027-06-10")
    other = (*row[:3], "Coalition building", *row[4:])
    found: dict[str, tuple[float, float]] = {}

    def note(text: str, place: list[float], _matrix: object, _font: object, size: float) -> None:
        found[text.strip().split(" ")[0]] = (place[4], size)

    table = Table("", ("No.", "Item", "Theme", "Stage", "Forum", "Score", "Next review"), (row, other))
    opened(made_of(table)).pages[0].extract_text(visitor_text=note)
    (left, size), (right, _size) = found["Implemented"], found["Research,"]
    assert right - left > len("Implemented") * 0.45 * size
