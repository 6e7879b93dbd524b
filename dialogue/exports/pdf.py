"""A document as a tagged PDF, set by Typst with the template beside this file.

What people wrote travels as JSON and is placed as strings: it is never read as Typst. The fonts come with the
packages we install, so that the same document looks the same, and has the same bytes, on every machine.
"""

import json
import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import fontpkg_amiri
import fontpkg_noto_sans
import pylopdf_fonts_zh_cn
import typst

from dialogue.exports.blocks import Cell, Clause, Document, Run, Runs, Table, cell_runs, levelled
from dialogue.exports.characters import cleaned, safe_link

_TEMPLATE = Path(__file__).with_name("document.typ")
_ROOTS = (fontpkg_noto_sans.ROOT, fontpkg_amiri.ROOT, Path(pylopdf_fonts_zh_cn.__file__).parent)
# An address or a key without a break would run off the page. Scripts whose letters join are left alone.
_UNBROKEN = "[!-\u024f\u0370-\u052f]"
_LINE = 90  # letters a line holds, at most
_ZERO_WIDTH_SPACE = "\u200b"


def write(document: Document) -> bytes:
    """The document as PDF/UA-1; as plain tagged PDF where a letter is in none of our fonts."""
    data = json.dumps(_data(cleaned(document)), ensure_ascii=False)
    written_on = datetime.combine(document.properties.date, time(), UTC)
    try:
        return _set(data, written_on, standards="ua-1", system_fonts=False)
    except typst.TypstError:
        # PDF/UA refuses letters without a glyph. The machine's own fonts may have them; if not, the reader
        # sees a box in that place, which is better than no document.
        return _set(data, written_on, standards="1.7", system_fonts=True)


def _set(data: str, written_on: datetime, *, standards: Literal["ua-1", "1.7"], system_fonts: bool) -> bytes:
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), font_paths=_fonts(system_fonts), sys_inputs={"document": data}
    )
    return cast(bytes, compiler.compile(format="pdf", timestamp=written_on, pdf_standards=standards))


@cache
def _fonts(system_fonts: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=system_fonts, font_paths=[str(root) for root in _ROOTS])


def _data(document: Document) -> dict[str, Any]:
    """What the template reads."""
    day = document.properties.date
    language = document.language.split("-")[0].lower()
    return {
        "title": document.title,
        "subject": document.properties.subject,
        "date": [day.year, day.month, day.day],
        "language": language if re.fullmatch("[a-z]{2,3}", language) else "und",
        "rtl": document.direction == "rtl",
        "symbol": document.symbol,
        "blocks": [_plain(block) for block in levelled(document.blocks)],
    }


def _plain(value: object) -> Any:
    """The value in JSON's own types; a block or run becomes its fields under the name of its kind."""
    if isinstance(value, Run):
        value = replace(value, link=safe_link(value.link))
    elif isinstance(value, Clause):
        value = replace(value, number=value.label)
    elif isinstance(value, Table):
        value = _breakable_cells(value.even)
    if isinstance(value, str):
        return _breakable(value, _LINE // 2)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        # A link is an address, not text to be broken.
        prepared = {name: part if name == "link" else _plain(part) for name, part in parts.items()}
        return {"kind": type(value).__name__, **prepared}
    return value


def _breakable(text: str, letters: int) -> str:
    """The text with a place to break in every word longer than so many letters."""
    return re.sub(f"{_UNBROKEN}{{{letters}}}", lambda found: found[0] + _ZERO_WIDTH_SPACE, text)


def _breakable_cells(table: Table) -> Table:
    """The table with words that its columns can hold."""
    letters = max(6, _LINE // len(table.columns))
    columns, *rows = (
        tuple(_breakable_cell(cell, letters) for cell in row) for row in (table.columns, *table.rows)
    )
    return replace(table, columns=columns, rows=tuple(rows))


def _breakable_cell(cell: Cell, letters: int) -> Runs:
    return tuple(replace(run, text=_breakable(run.text, letters)) for run in cell_runs(cell))
