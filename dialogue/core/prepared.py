"""Prepared statements: compiled once a process and database, then run with plain values.

At each execution SQLAlchemy looks a statement up in its cache, writes lists of values into its text and builds rows
by way of several objects. For a statement that runs hundreds of times a second, this costs several times what the
database takes. A prepared statement has one text, whatever its values: a list is one value.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Enum,
    Text,
    any_,
    bindparam,
    column,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from dialogue.core import db

Convert = Callable[[Any], Any]
REMEMBERED = 500  # Values of each column.


class Texts(TypeDecorator[list[str]]):
    """A list of texts as one value: an array for PostgreSQL, JSON for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the database at hand."""
        kind: TypeEngine[Any] = Text() if dialect.name == "sqlite" else ARRAY(Text())
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        """Write the list for the database at hand."""
        return json.dumps(value) if dialect.name == "sqlite" else value


class _Pairs(TypeDecorator[list[tuple[str, str]]]):
    """A list of pairs of texts as one value, in JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of the database at hand."""
        kind: TypeEngine[Any] = Text() if dialect.name == "sqlite" else JSONB()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: list[tuple[str, str]] | None, dialect: Dialect) -> Any:
        """Write the list for the database at hand; the type of PostgreSQL does that itself."""
        return json.dumps(value) if dialect.name == "sqlite" else value


class among(ColumnElement[Any]):  # noqa: N801 - Read like the functions of SQLAlchemy.
    """Whether a column's text is in the list parameter of this name.

    It has no type: a Boolean would be compared with 1 on SQLite, and the column's index would not be used.
    """

    inherit_cache = False

    def __init__(self, column: Any, name: str) -> None:
        self.column, self.name = column, name


@compiles(among)
def _among(element: among, compiler: SQLCompiler, **more: Any) -> str:
    listed: Any = bindparam(element.name, type_=Texts())
    if compiler.dialect.name != "sqlite":
        return compiler.process(element.column == any_(listed), **more)
    unfolded = func.json_each(listed).table_valued("value")
    return compiler.process(element.column.in_(select(unfolded.c.value)), **more)


class pair_among(ColumnElement[Any]):  # noqa: N801
    """Whether the texts of two columns are a pair in the list parameter of this name."""

    inherit_cache = False

    def __init__(self, first: Any, second: Any, name: str) -> None:
        self.columns, self.name = (first, second), name


@compiles(pair_among)
def _pair_among(element: pair_among, compiler: SQLCompiler, **more: Any) -> str:
    listed: Any = bindparam(element.name, type_=_Pairs())
    unfold = func.json_each if compiler.dialect.name == "sqlite" else func.jsonb_array_elements
    pair = cast("Any", unfold(listed).table_valued(column("value", JSONB)))
    parts = [func.json_extract(pair.c.value, f"$[{n}]") for n in (0, 1)]
    if compiler.dialect.name != "sqlite":
        parts = [pair.c.value[n].astext for n in (0, 1)]
    return compiler.process(tuple_(*element.columns).in_(select(*parts)), **more)


class _Compiled(NamedTuple):
    """A statement as a driver takes it: its constants, and which values need converting, in and out."""

    text: str
    order: Sequence[str] | None
    constants: Mapping[str, Any]
    given: Sequence[tuple[str, Convert]]
    found: Sequence[tuple[int, Convert]]

    def values(self, named: Mapping[str, Any]) -> Any:
        """The values as the driver takes them: in order, or by name."""
        ready = {**self.constants, **named}
        for name, convert in self.given:
            ready[name] = convert(ready[name])
        return ready if self.order is None else tuple([ready[name] for name in self.order])

    def row(self, raw: Sequence[Any]) -> Sequence[Any]:
        """A row as the statement's types give it."""
        if not self.found:
            return raw
        row = list(raw)
        for place, convert in self.found:
            row[place] = convert(row[place])
        return row


class Prepared:
    """A statement that is compiled at its first execution on each kind of database."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Sequence[Any]]:
        """Run the statement and return all its rows."""
        compiled = self._for(connection.dialect)
        found = connection.exec_driver_sql(compiled.text, compiled.values(values))
        return [compiled.row(raw) for raw in found.all()]

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run the statement once with each of these."""
        compiled = self._for(connection.dialect)
        connection.exec_driver_sql(compiled.text, [compiled.values(row) for row in rows])

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compile(self._statement, dialect)
        return self._compiled[dialect.name]


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    constants = {name: one.value for name, one in compiled.binds.items() if one.value is not None}
    given = [(name, _remembered(one.type, convert)) for name, one in compiled.binds.items()
             if (convert := one.type.dialect_impl(dialect).bind_processor(dialect))]
    found = [(place, _remembered(one.type, convert)) for place, one in enumerate(statement.exported_columns)
             if (convert := one.type.dialect_impl(dialect).result_processor(dialect, None))]
    return _Compiled(str(compiled), compiled.positiontup, constants, given, found)


def _remembered(kind: TypeEngine[Any], convert: Convert) -> Convert:
    """Keep what the last values became where many rows hold the same few: choices, and the moment of a batch."""
    return lru_cache(REMEMBERED)(convert) if isinstance(kind, (Enum, db.Moment)) else convert
