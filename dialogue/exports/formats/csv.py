"""Tables for spreadsheet programs: CSV that opens with the right letters and runs nothing."""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from dialogue.exports.documents.characters import clean
from dialogue.exports.documents.tables import Cell, Id

# A cell that opens with one of these is a formula to a spreadsheet, even after white space or an invisible
# character, and in full width too.
_SPACE = "[\\s\u200b-\u200f\u2060\ufeff]*"
_ID = re.compile("[A-Za-z0-9_-]{22}")  # The letters of ids; with them nothing can be called or referred to.
_AT_START = re.compile(f"^(?={_SPACE}[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212])|^(?=[\t\n])")
# Programs that expect semicolons or tabs cut a text there, and at its line breaks, and take what follows for a
# cell. A line such as "- 5 degrees" is an item of a list there: it holds neither a call nor a reference.
_INSIDE = re.compile(
    f"([;\t]{_SPACE}|\n{_SPACE})(?=[=+@\uff1d\uff0b\uff0d\uff20\u2212]|-(?![ \u00a0])|-[^\n]*(?:\\w\\(|[|!]))")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with a byte order mark, all text quoted, all numbers bare.

    Text that a spreadsheet would run is preceded by an apostrophe; numbers given as numbers stay numbers, so
    a count can be counted again.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_written(column) for column in columns])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str | int | float | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool) or (isinstance(cell, float | Decimal) and not math.isfinite(cell)):
        return str(cell)
    if isinstance(cell, Id) and _ID.fullmatch(cell):
        return cell
    return inert(cell) if isinstance(cell, str) else cell


def inert(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin to read a formula."""
    return _AT_START.sub("'", _INSIDE.sub(r"\1'", clean(text)), count=1)
