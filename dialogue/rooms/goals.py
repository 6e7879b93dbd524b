"""The goals in a form: up to three rows of a text, who sees to it, and by when."""

from collections.abc import Mapping
from datetime import date

from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

ROWS = (1, 2, 3)


def typed_goals(form: Mapping[str, object]) -> list[tuple[str, str, date | None]]:
    """The rows that have a text. Raises Invalid at the row that has an owner or a day but no text, or at the first
    when there is none at all."""
    goals = [goal for row in ROWS if (goal := _goal(form, row)) is not None]
    if not goals:
        raise Invalid("goal_1", _("Give at least one goal the room can reach."))
    return goals


def _goal(form: Mapping[str, object], row: int) -> tuple[str, str, date | None] | None:
    text = inputs.text(form, f"goal_{row}", max_length=300, required=False)
    owner = inputs.text(form, f"goal_{row}_owner", max_length=120, required=False)
    due = inputs.date(form, f"goal_{row}_due", required=False)
    if not text and (owner or due):
        raise Invalid(f"goal_{row}", _("Say what the goal is, or empty the whole row."))
    return (text, owner, due) if text else None
