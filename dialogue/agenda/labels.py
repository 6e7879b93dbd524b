"""The agenda's words for its own codes: pages, exports and forms take them from here."""

from dialogue.core.i18n import lazy_gettext as _

_DIMENSIONS = {"urgency": _("Urgency"), "feasibility": _("Feasibility"), "cost": _("Cost")}
LABELS = {
    "stage": {
        "idea": _("Idea"), "framed": _("Framed"), "coalition": _("Coalition"), "draft": _("Draft"),
        "negotiation": _("Negotiation"), "adopted": _("Adopted"), "in_force": _("In force"),
        "implemented": _("Implemented"), "reviewed": _("Reviewed"), "parked": _("Parked"),
    },
    "pace": {"fast": _("Fast track"), "steady": _("Steady track"), "long": _("Long track")},
    "pace_hint": {
        "fast": _("Within a year"), "steady": _("One to three years"), "long": _("Longer: groundwork first"),
    },
    "sort": {
        "score": _("Score, best first"), "urgency": _("Urgency, most first"),
        "feasibility": _("Feasibility, easiest first"), "cost": _("Cost, least first"),
        "due": _("Next milestone, soonest first"), "newest": _("Newest first"),
    },
    "dimension": _DIMENSIONS,
    # What a change names.
    "field": _DIMENSIONS | {
        "title": _("Title"), "problem": _("Problem"), "goal": _("Goal"), "theme": _("Theme"), "forum": _("Forum"),
        "pace": _("Track"), "legal_route": _("Legal route"), "review_on": _("Review"), "stage": _("Stage"),
        "statement": _("Statement"), "due": _("Due"), "owner": _("Owner"), "status": _("Status"),
    },
    "route": {
        "charter_amendment": _("Charter amendment"), "treaty": _("Treaty"), "resolution": _("Resolution"),
        "practice": _("Change of practice"), "none": _("No legal change"),
    },
    "status": {"on_track": _("On track"), "at_risk": _("At risk"), "missed": _("Missed"), "met": _("Met")},
    "text": {"problem": _("The problem"), "goal": _("The goal")},
    "champion": {"lead": _("Leads"), "co": _("Leads beside others")},
}  # fmt: skip


def agenda_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
