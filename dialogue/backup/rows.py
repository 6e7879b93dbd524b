"""How a row stands in a backup: one line of PostgreSQL's COPY text format, whichever database it comes from.

Columns are parted by tabs; `\\N` is null; a backslash precedes what could be taken for either. Truth is `t` or `f`, a
moment is UTC as `2026-03-01 12:00:00.000000`, bytes are `\\x` and hexadecimal digits. Both databases write the lines
themselves, because a line put together in Python costs several times as much.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Date, Enum, Float, Integer, LargeBinary, Numeric, Table
from sqlalchemy.types import TypeEngine

from dialogue.core.db import Moment

NULL = r"\N"
PIECE = 250_000  # Bytes of lines that are passed on together.
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANINGS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
# The backslash comes first: the others bring backslashes of their own.
_SPECIAL = (("char(92)", "char(92,92)"), ("char(10)", "char(92,110)"), ("char(9)", "char(92,116)"),
            ("char(13)", "char(92,114)"))
_PLAIN = (Integer, Moment, Date, Enum)


def quoted(name: str) -> str:
    """The name of a table or column as both databases read it."""
    return '"' + name.replace('"', '""') + '"'


def columns(table: Table) -> str:
    """The table's columns, parted by commas."""
    return ", ".join(quoted(column.name) for column in table.columns)


def order(table: Table) -> str:
    """The order of the rows: their key's where the order of their coming must not be told, else as they lie."""
    if table.dialect_options["sqlite"].get("with_rowid", True):
        return ""
    return " ORDER BY " + ", ".join(quoted(column.name) for column in table.primary_key)


def sqlite_select(table: Table) -> str:
    """A query of which each row is one line, without its end."""
    line = "||char(9)||".join(f"ifnull({_sqlite_text(column)},'{NULL}')" for column in table.columns)
    return f"SELECT {line} FROM {quoted(table.name)}{order(table)}"  # noqa: S608 - names of our own tables.


def _sqlite_text(column: Column[Any]) -> str:
    name = quoted(column.name)
    if isinstance(column.type, Boolean):
        return f"CASE {name} WHEN 0 THEN 'f' WHEN 1 THEN 't' END"
    if isinstance(column.type, Numeric | Float):
        return f"CASE WHEN {name} IS NOT NULL THEN printf('%!.17g',{name}) END"
    if isinstance(column.type, LargeBinary):
        return rf"CASE WHEN {name} IS NOT NULL THEN '\\x'||lower(hex({name})) END"
    if not isinstance(column.type, _PLAIN):
        for plain, escaped in _SPECIAL:
            name = f"replace({name},{plain},{escaped})"
    return name


def postgres_copy(table: Table) -> str:
    """The statement that sends all rows as lines."""
    chosen = ", ".join(_postgres_text(column) for column in table.columns)
    query = f"SELECT {chosen} FROM {quoted(table.name)}{order(table)}"  # noqa: S608 - names of our own tables.
    return f"COPY ({query}) TO STDOUT"


def _postgres_text(column: Column[Any]) -> str:
    name = quoted(column.name)
    if isinstance(column.type, Moment):
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return name


def values(table: Table, lines: Iterable[str]) -> Iterator[list[Any]]:
    """The rows as SQLite takes them. Raises ValueError for what is no row of this table."""
    readers = [_reader(column.type) for column in table.columns]
    for line in lines:
        fields: list[Any] = line.split("\t")
        yield [None if field == NULL else read(field) for read, field in zip(readers, fields, strict=True)]


def _reader(kind: TypeEngine[Any]) -> Callable[[str], Any]:
    if isinstance(kind, Boolean):
        return {"t": 1, "f": 0}.__getitem__
    if isinstance(kind, Integer):
        return int
    if isinstance(kind, Numeric | Float):
        return float
    if isinstance(kind, LargeBinary):
        return lambda field: bytes.fromhex(_unescaped(field).removeprefix(r"\x"))
    return _unescaped


def _unescaped(field: str) -> str:
    if "\\" not in field:
        return field
    return _ESCAPED.sub(lambda found: _MEANINGS.get(found[1], found[1]), field)
