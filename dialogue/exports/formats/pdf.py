"""A document as a tagged PDF, set by Typst with the template beside this file.

What people wrote travels as JSON and is placed as strings: it is never read as Typst. The fonts come with the
packages we install, so that the same document looks the same, and has the same bytes, on every machine.
"""

import json
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal, cast

import typst

from dialogue.exports.documents.blocks import (
    Cell,
    Clause,
    Document,
    Facts,
    Heading,
    Run,
    Runs,
    Table,
    cell_runs,
    levelled,
    side_of,
)
from dialogue.exports.documents.characters import cleaned, safe_link
from dialogue.exports.formats.fonts import fonts
from dialogue.exports.formats.glyphs import refused, scripts, uncovered, without

_TEMPLATE = Path(__file__).with_name("document.typ")
# An address or a key without a break would run off the page. Scripts whose letters join are left alone.
_UNBROKEN = "[!-\u024f\u0370-\u052f]"
_LINE = 90  # letters a line holds, at most
_ZERO_WIDTH_SPACE = "\u200b"


def write(document: Document, lacks: Callable[[str], None] = lambda _script: None) -> bytes:
    """The document as PDF/UA-1. `lacks` hears each script of which a letter is in no font.

    PDF/UA refuses letters without a glyph. The machine's own fonts may have them; if not, a sign stands in their
    place, which costs the document neither its tags nor its title.
    """
    document = cleaned(document)
    document = replace(document, properties=replace(document.properties, title=document.title))
    for system in (False, True, True, True):
        made, missing = _tried(document, system)
        if made is not None:
            return made
        if system and not missing:
            break  # Another try would be the same.
        if system:
            for script in scripts(missing):
                lacks(script)
            document = without(document, missing)
    return _set(document, standards="1.7", system=True)


def _tried(document: Document, system: bool) -> tuple[bytes | None, set[str]]:
    """Return the PDF/UA file, or the letters that stand in its way."""
    try:
        return _set(document, standards="ua-1", system=system), set()
    except typst.TypstError as error:
        return None, refused(error.diagnostic)
    except BaseException as error:
        # A panic of the compiler is no Exception. Several marks without a glyph in a row cause one.
        if type(error).__name__ != "PanicException":
            raise
        return None, uncovered(json.dumps(_data(document), ensure_ascii=False))


def _set(document: Document, *, standards: Literal["ua-1", "1.7"], system: bool) -> bytes:
    data = json.dumps(_data(document), ensure_ascii=False)
    written_on = datetime.combine(document.properties.date, time(), UTC)
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), font_paths=fonts(system), sys_inputs={"document": data})
    return cast(bytes, compiler.compile(format="pdf", timestamp=written_on, pdf_standards=standards))


def _data(document: Document) -> dict[str, Any]:
    """What the template reads."""
    day = document.properties.date
    language = document.language.split("-")[0].lower()
    return {
        "title": document.title,
        "title_side": side_of(document.title),
        "about": document.properties.title or document.title,
        "subject": document.properties.subject,
        "date": [day.year, day.month, day.day],
        "language": language if re.fullmatch("[a-z]{2,3}", language) else "und",
        "rtl": document.direction == "rtl",
        "symbol": document.symbol,
        "blocks": [_plain(block) for block in levelled(document.blocks)],
    }


def _fact(label: Any, text: Any) -> dict[str, Any]:
    return {"label": _plain(label), "value": _plain(text), "side": side_of(text)}


def _plain(value: object) -> Any:
    """The value in JSON's own types; a block or run becomes its fields under the name of its kind.

    A block, and a cell of a table, has a `side` too: which it is read from, null for the document's.
    """
    value = _prepared(value)
    if isinstance(value, Table):
        return _table(_breakable_cells(value.even))
    if isinstance(value, Facts):
        return {"kind": "Facts", "facts": [_fact(label, text) for label, text in value.facts]}
    if isinstance(value, str):
        return _breakable(value, _LINE // 2)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if is_dataclass(value):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        # A link is an address, not text to be broken.
        prepared = {name: part if name == "link" else _plain(part) for name, part in parts.items()}
        return {"kind": type(value).__name__, "side": side_of(value), **prepared}
    return value


def _prepared(value: object) -> object:
    """The value with what its kind prints of itself."""
    match value:
        case Run():
            return replace(value, link=safe_link(value.link))
        case Clause():
            return replace(value, number=value.label)
        case Heading():
            return replace(value, text=cell_runs(value.text))
        case _:
            return value


def _table(table: Table) -> dict[str, Any]:
    header, *rows = ([{"runs": _plain(cell_runs(cell)), "side": side_of(cell)} for cell in row]
                     for row in (table.columns, *table.rows))
    return {"kind": "Table", "caption": _plain(table.caption), "columns": header, "rows": rows, "align": table.align}


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
