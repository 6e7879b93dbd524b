"""An outcome as plain data for a document: what its page shows, and no more.

The document is the same for every reader: what the public may not see of a room is counted, never quoted, even
in a draft. Under a rule that hides people there is neither name nor handle, and times are days everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.permissions import Role
from dialogue.outcomes.decision import revealed
from dialogue.outcomes.models import Outcome, SummaryPoint
from dialogue.outcomes.queries import explanations, lines_of
from dialogue.outcomes.sources import address_of
from dialogue.votes.models import Explanation

PUBLIC = frozenset({Role.PUBLIC})
Data = dict[str, Any]


def readable(person: Person | None, outcome_id: str) -> Outcome | None:
    """The outcome, if there is one and the reader may see it."""
    outcome = db.session().get(Outcome, outcome_id)
    return outcome if outcome and outcome.is_seen_by(outcome.roles_of(person)) else None


def gathered(outcome: Outcome, site: str) -> Data:
    """Everything the document says. `site` is the address of ours that permalinks begin with; days are ISO."""
    room = outcome.room
    return {
        "symbol": outcome.symbol, "title": outcome.title, "kind": outcome.kind.value, "state": outcome.state.value,
        "verdict": outcome.verdict, "url": site + outcome.address, "theme": room.theme.title,
        "room": room.title if room.is_read_by(PUBLIC) else "", "attribution": room.attribution.value,
        "decision": _decision(outcome), "explanations": _explanations(outcome),
        "summary": [_point(point, outcome, site) for point in outcome.points],
        "cited": len(outcome.cited),
        "corrigenda": [{"number": c.number, "text": c.text, "on": _day(c.at)} for c in outcome.corrigenda],
        "summary_signed_on": _day(outcome.summary_signature.at)
        if outcome.summary_signature and outcome.is_summary_signed else "",
        "signed_on": _day(outcome.signed_at), "published_on": _day(outcome.published_at),
        "created_on": _day(outcome.created_at),
    }  # fmt: skip


def _day(moment: Any) -> str:
    # UTC's for every reader: where people are hidden, days in several zones would tell the hour.
    return moment.date().isoformat() if moment else ""


def _decision(outcome: Outcome) -> Data | None:
    """The frozen account of the ballot without its ids, and with days for moments."""
    kept: Mapping[str, Any] = outcome.decision or {}
    if "figures" not in kept:
        return None
    named = ("question", "rule", "visibility", "figures", "quorum", "arithmetic", "by_set", "text")
    return {name: kept.get(name) for name in named} | {
        "guest_votes": kept.get("guest_votes") or "none",
        "reveals": revealed(outcome.decision),
        "closed_on": (kept.get("closed_at") or "")[:10], "proposal": (kept.get("proposal") or {}).get("symbol", "")}


def _explanations(outcome: Outcome) -> Data:
    """Explanations of vote in their order; how many there are where they stay in the room."""
    found = explanations(outcome)
    return {"count": len(found), "given": _said(outcome, found) if outcome.tells_explanations(PUBLIC) else []}


def _said(outcome: Outcome, found: Sequence[Explanation]) -> list[Data]:
    hides = outcome.room.attribution.hides_people
    lines = {} if hides else lines_of(outcome, found)
    given = [{"text": e.text, "by": lines[e.voice_id].shown if e.voice_id in lines else ""} for e in found]
    # The order in which people spoke up can tell who they are.
    return sorted(given, key=lambda one: one["text"]) if hides else given


def _point(point: SummaryPoint, outcome: Outcome, site: str) -> Data:
    """A sentence, with the addresses of its sources if they are public."""
    links = [site + address_of(outcome.room, source.ref) for source in point.sources]
    return {"section": point.section, "text": point.text, "sources": links if outcome.shows_sources(PUBLIC) else []}
