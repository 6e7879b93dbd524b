"""Documents as Word files, read back."""

import io
import re
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.exports.documents.blocks import Block, Document, Items, Paragraph, Properties, Run, Table
from dialogue.exports.documents.characters import clean
from dialogue.exports.formats.docx import write
from dialogue.exports.formats.docx_runs import stretches


def opened(document: Document):
    return docx.Document(io.BytesIO(write(document)))


def made_of(*blocks: Block) -> Document:
    return Document("Title", "en", Properties(date(2026, 1, 1)), blocks)


def parts(document: Document) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(write(document))) as package:
        return {name: package.read(name).decode("utf-8", "replace") for name in package.namelist()}


def test_people_find_real_styles_lists_and_tables(english: Document):
    word = opened(english)
    styles = [(p.style.name, p.text) for p in word.paragraphs if p.text]
    for expected in (
        ("Title", "Record of decision"),
        ("Heading 1", "Text as adopted"),
        ("Heading 2", "Annex"),
        ("Preamble", "Recalling the paper,"),
        ("Clause", "1.\tDecides to meet twice a year;"),
        ("List Number", "first"),
        ("List Bullet 2", "nested"),
        ("Quote", "Pace is substance."),
        ("Quote", "— Contribution 14"),
        ("Note", "See the paper."),
    ):
        assert expected in styles
    facts, bars, table = word.tables
    assert [cell.text for cell in bars.rows[1].cells] == ["✓ Yes", "120"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert facts.cell(0, 1).text == "Two thirds"
    assert word.sections[0].header.paragraphs[0].text == "DLG/2/L.1"


def test_verbs_are_italic_and_changes_are_tracked(english: Document):
    word = opened(english)
    clause = next(p for p in word.paragraphs if p.style.name == "Clause")
    assert [run.text for run in clause.runs if run.italic] == ["Decides"]
    body = word.element.body
    assert "".join(t.text for t in body.iter(qn("w:delText"))) == "spring"
    [inserted] = body.iter(qn("w:ins"))
    assert inserted.get(qn("w:author")) == "Dialogue"
    assert inserted.get(qn("w:date")) == "2026-03-14T00:00:00Z"


def test_a_list_is_numbered_from_where_it_starts():
    one = Items.of((Run("a"),), ordered=True)
    word = opened(made_of(one, replace(one, start=7)))
    ids = [p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"]
    numbers = word.part.numbering_part.element
    starts = [numbers.num_having_numId(i).lvlOverride_lst[0].startOverride.val for i in ids]
    assert starts == [1, 7]


def test_arabic_runs_from_right_to_left_and_latin_inside_it_does_not(arabic: Document):
    word = opened(arabic)
    assert all(p._p.pPr.find(qn("w:bidi")) is not None for p in word.paragraphs)
    assert all(table._tbl.tblPr.find(qn("w:bidiVisual")) is not None for table in word.tables)
    clause = next(p for p in word.paragraphs if p.style.name == "Clause")
    marked = {
        run.text: run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None for run in clause.runs
    }
    assert marked["Track 1.5"] is False
    assert marked[") من البرلمانيين؛"] is True
    assert word.sections[0]._sectPr.find(qn("w:bidi")) is not None
    [language] = word.styles.element.xpath("//w:rPrDefault//w:lang/@w:bidi")
    assert language == "ar-SA"


def test_direction_turns_where_the_text_turns():
    assert list(stretches("see سجل القرار, page", "ltr")) == [
        ("see ", False),
        ("سجل القرار", True),
        (", page", False),
    ]
    assert list(stretches("12, 15", "rtl")) == [("12, 15", True)]


@given(st.text(max_size=60))
def test_stretches_lose_nothing(text: str):
    assert "".join(piece for piece, _ in stretches(text, "rtl")) == text


def test_chinese_is_spoken_as_chinese(chinese: Document):
    [language] = opened(chinese).styles.element.xpath("//w:rPrDefault//w:lang/@w:eastAsia")
    assert language == "zh-CN"


def test_properties_name_no_one_and_carry_the_documents_date(english: Document):
    about = opened(english).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("Dialogue", "", "")
    assert (about.title, about.subject) == ("Record of decision", "Record of decision")
    assert about.created == about.modified
    assert about.created.replace(tzinfo=None) == datetime(2026, 3, 14)  # noqa: DTZ001 - the format has no zone
    names = parts(english)
    assert "lastModifiedBy" not in names["docProps/core.xml"]
    assert not {"docProps/app.xml", "docProps/thumbnail.jpeg"} & set(names)


def test_the_same_document_gives_the_same_bytes(english: Document):
    first = write(english)
    time.sleep(2.1)  # the clock of a ZIP archive ticks every two seconds
    assert write(english) == first


def test_hostile_texts_are_inert(harmful: Document):
    names = parts(harmful)
    assert not [name for name, text in names.items() if 'TargetMode="External"' in text]
    assert "instrText" not in re.sub("&lt;.*?&gt;", "", names["word/document.xml"])
    assert "fldSimple" not in names["word/document.xml"]
    assert re.findall('w:instr="([^"]*)"', "".join(names.values())) == [" PAGE "]


def test_only_plain_links_lead_out_of_the_file():
    runs = tuple(Run("x", link=link) for link in ("https://a.example/", "file:///etc/passwd", "\\\\host\\x"))
    targets = re.findall(
        'Target="([^"]*)" TargetMode="External"',
        parts(made_of(Paragraph(runs)))["word/_rels/document.xml.rels"],
    )
    assert targets == ["https://a.example/"]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=100))
def test_any_text_comes_back_as_it_was(text: str):
    word = opened(made_of(Paragraph((Run(text),)), Table(text, (text,), ((text,),))))
    assert word.paragraphs[1].text == clean(text)
    assert word.tables[0].cell(1, 0).text == clean(text)


@pytest.mark.parametrize("name", ["english", "arabic", "chinese", "harmful"])
def test_a_word_processor_opens_it(name: str, request: pytest.FixtureRequest, tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed: the file was not opened in a word processor")
    document: Document = request.getfixturevalue(name)
    (tmp_path / "file.docx").write_bytes(write(document))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "txt:Text (encoded):UTF8",
        "--outdir",
        str(tmp_path),
    ]
    subprocess.run([*convert, str(tmp_path / "file.docx")], check=True, capture_output=True, timeout=100)
    assert clean(document.title).split("\n")[0] in (tmp_path / "file.txt").read_text()


def test_each_column_of_a_table_has_room_for_its_longest_word() -> None:
    row = ("12", "Early-warning briefings to the Peacebuilding Commission", "Implemented", "83.33", "2027-06-10")
    document = opened(made_of(Table("", ("No.", "Item", "Stage", "Score", "Next review"), (row,))))
    widths = [column.width.twips for column in document.tables[0].columns]
    needs = [200 + 105 * max(len(word) for word in text.split()) for text in row]
    assert all(width >= need for width, need in zip(widths, needs, strict=True))
    assert sum(widths) <= 8_620
