"""Keeping what a change changed, beside its fact and in the same transaction, so that it can be told later."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from dialogue.agenda.models import AgendaChange, AgendaItem
from dialogue.core.clock import now
from dialogue.core.db import Base
from dialogue.core.record import Event
from dialogue.core.transaction import Transaction


def keep(tx: Transaction, item: AgendaItem, event: Event, *, before: Mapping[str, Any] | None = None,
         after: Mapping[str, Any] | None = None) -> None:
    """Record the event, and under its number the fields that changed."""
    seq = tx.record(event)
    item.updated_at = now()
    tx.add(AgendaChange(seq=seq, item_id=item.id, kind=event.kind, before=plain(before or {}),
                        after=plain(after or {}), at=item.updated_at))


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as JSON keeps them."""
    return {name: _plain(value) for name, value in fields.items()}


def assign(thing: Base, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the fields of a thing; returns what the changed ones were, and what they are now."""
    before = {name: getattr(thing, name) for name in fields}
    changed = [name for name, value in fields.items() if before[name] != value]
    for name in changed:
        setattr(thing, name, fields[name])
    return {name: before[name] for name in changed}, {name: fields[name] for name in changed}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
