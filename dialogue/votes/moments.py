"""Which moment it is for a ballot: the database's, since workers' clocks may differ from each other."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialogue.core.clock import held


def database_now(session: Session) -> datetime:
    """The moment of this very statement by the database's clock, in UTC.

    Ask it under the ballot's lock: the moment the transaction began may lie before the wait for it. A clock that
    is held still (see core/clock.py) holds this one too.
    """
    if moment := held():
        return moment
    if session.get_bind().dialect.name == "sqlite":
        text = session.connection().execute(_SQLITE_NOW).scalar_one()
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(UTC)


_SQLITE_NOW = select(func.strftime("%Y-%m-%d %H:%M:%f", "now"))
