"""A theme with what later chapters made of it: its town halls, its outcomes, its part of the agenda."""

from typing import Any

from flask import request

from dialogue.accounts.identity import current_person
from dialogue.agenda.queries import of_theme
from dialogue.halls import queries as halls
from dialogue.outcomes import queries as outcomes

MAX_SHOWN = 10


def of_the_theme() -> dict[str, Any]:
    """What `pages/_theme.html` shows below the rooms."""
    theme_id, reader = str((request.view_args or {}).get("theme_id")), current_person()
    listing = halls.listed(reader)
    found = [hall for hall in (*listing.live, *listing.coming, *listing.past) if hall.theme_id == theme_id]
    records, total = outcomes.page(reader, outcomes.Filter(theme_id=theme_id), size=MAX_SHOWN)
    items = of_theme(theme_id, MAX_SHOWN + 1)
    return {"halls": found[:MAX_SHOWN], "outcomes": records, "outcomes_total": total, "items": items[:MAX_SHOWN],
            "more_items": len(items) > MAX_SHOWN}
