"""The present moment by the database's clock, since workers' clocks may differ from each other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dialogue.core.clock import held


def database_now(session: Session) -> datetime:
    """The moment of this very statement by the database's clock, in UTC.

    Ask it under the lock: the moment the transaction began may lie before the wait for it. A clock that
    is held still (see core/clock.py) holds this one too.
    """
    if moment := held():
        return moment
    return _read(session.connection().execute(_NOW[_dialect(session)]).scalar_one())


def rows_and_moment(session: Session, query: Any) -> tuple[Sequence[Any], datetime | None]:
    """What the query finds, each row with one value more at its end, and the moment; None where nothing is found."""
    rows = session.execute(query.add_columns(_CLOCKS[_dialect(session)])).all()
    return rows, (held() or _read(rows[0][-1])) if rows else None


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _read(told: Any) -> datetime:
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(str(told)).replace(tzinfo=UTC)
    return moment.astimezone(UTC)


_CLOCKS: dict[str, ColumnElement[Any]] = {
    "sqlite": func.strftime("%Y-%m-%d %H:%M:%f", "now"), "postgresql": func.clock_timestamp()}
_NOW = {dialect: select(clock) for dialect, clock in _CLOCKS.items()}
