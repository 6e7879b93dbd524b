"""Tables for spreadsheets: right letters, live numbers, dead formulas."""

import csv
import io
import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogue.exports.documents import tables
from dialogue.exports.documents.characters import clean
from dialogue.exports.documents.tables import Id
from dialogue.exports.formats.csv import write_csv

# An item of a list ("- 5 degrees") is no formula: it holds neither a call nor a reference.
FORMULA = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*([=+@＝＋－＠]|-(?! )|-.*(\\w\\(|[|!]))")


def read(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_text_in_every_script_comes_back_after_a_byte_order_mark():
    data = write_csv(["Actor", "عربي"], [['中文, «quoted "text"»', None]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data) == [["Actor", "عربي"], ['中文, «quoted "text"»', ""]]


def test_real_numbers_stay_numbers():
    data = write_csv(["n"], [[-5], [Decimal("-1.50")], [0.5], [float("nan")], [date(2026, 1, 2)]])
    assert data.decode("utf-8-sig").split("\r\n")[1:-1] == ["-5", "-1.50", "0.5", '"nan"', '"2026-01-02"']


@pytest.mark.parametrize(
    "opening", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u200b@", "\ufeff+"]
)
def test_text_that_opens_a_formula_is_held_by_an_apostrophe(opening: str):
    [[cell], [head]] = reversed(read(write_csv([opening + "1"], [[opening + "1"]])))
    assert cell == head == "'" + clean(opening) + "1"


@settings(deadline=None)  # How long a busy machine takes says nothing about the file.
@example(["", "\n"], ";")
@given(st.lists(st.text(max_size=40), min_size=1, max_size=3), st.sampled_from([",", ";", "\t"]))
def test_no_text_becomes_a_formula_whatever_separates_cells(cells: list[str], delimiter: str):
    rows = read(write_csv(cells, [cells]), delimiter)
    assert not [cell for row in rows for cell in row if FORMULA.match(cell)]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N", "Zs"])), min_size=1, max_size=4))
def test_harmless_text_is_not_touched(cells: list[str]):
    assert read(write_csv(cells, [])) == [cells]


@pytest.mark.parametrize("text", ["bold\n\n- 5 degrees\n- 7", "Points:\n- a; b\n- c (d)", "See\n- one\n\n- two"])
def test_the_items_of_a_list_are_not_touched(text: str):
    assert read(write_csv(["a"], [[text]]))[1] == [text]


def test_a_list_at_the_start_of_a_cell_is_held_once():
    assert read(write_csv(["a"], [["- 5 degrees\n- 7"]]))[1] == ["'- 5 degrees\n- 7"]


@pytest.mark.parametrize("line", ["=1+1", "- SUM(A1)", "-2+3+cmd|' /C calc'!A0", "- 2+cmd|' /C calc'!A0", "@x"])
def test_a_formula_on_a_later_line_is_held(line: str):
    assert read(write_csv(["a"], [[f"text\n{line}"]]))[1] == [f"text\n'{line}"]


@pytest.mark.parametrize("id", ["-abcdefghijklmnopqrst0", "--5ghijklmnopqrst_-uvw", "_bcdefghijklmnopqrstuv"])
def test_an_id_is_written_as_it_is(id: str):
    assert read(write_csv(["id"], [[Id(id)]]))[1] == [id]
    items = [{"id": id, "title": "a", "milestones": [dict.fromkeys(("due", "statement", "owner", "status", "url"), "x")
                                                     | {"id": id, "overdue": False, "evidence": []}], "theme": "t"}]
    assert next(tables.milestones({"items": items}))[:2] == (id, id)
    assert read(write_csv(tables.MILESTONES, tables.milestones({"items": items})))[1][:2] == [id, id]


@pytest.mark.parametrize("text", ["-2+3+cmd|' /C calc'!A0", "-abcdefghijklmnopqrs(0", "=abcdefghijklmnopqrstu", "-1"])
def test_what_is_no_id_is_held_though_it_is_said_to_be_one(text: str):
    assert read(write_csv(["id"], [[Id(text)]]))[1] == [f"'{text}"]


def test_hostile_texts_are_inert(hostile: tuple[str, ...]):
    for row in read(write_csv(["a"], [[text] for text in hostile])):
        assert not FORMULA.match(row[0])


def test_a_spreadsheet_program_finds_letters_and_no_formula(hostile: tuple[str, ...], tmp_path: Path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed: the file was not opened in a spreadsheet")
    rows = [[text, -5] for text in (*hostile, "القرار", "决定")]
    (tmp_path / "file.csv").write_bytes(write_csv(["=1+1", "n"], rows))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    # Commas, double quotes, UTF-8; and what a careless person ticks: detect numbers, evaluate formulas.
    reading = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,0,true"
    convert = [office, profile, "--headless", reading, "--convert-to", "fods", "--outdir", str(tmp_path)]
    subprocess.run([*convert, str(tmp_path / "file.csv")], check=True, capture_output=True, timeout=100)
    sheet = (tmp_path / "file.fods").read_text()
    assert "table:formula=" not in sheet
    assert "القرار" in sheet
    assert "决定" in sheet
    assert sheet.count('office:value="-5"') == len(rows)
