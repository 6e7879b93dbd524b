"""The frozen account of a decision: everything needed to check it by hand, and the text as it was voted on."""

from datetime import datetime
from typing import Any

from dialogue.proposals.models import Proposal, ProposalVersion
from dialogue.proposals.numbering import labels
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.revealing import reveals
from dialogue.votes.rules import Choice, Count, Decision, decide


def account(ballot: Ballot, proposal: Proposal | None, version: ProposalVersion | None) -> dict[str, Any]:
    """What the record of decision keeps of a closed ballot, as JSON.

    Keys: question, rule, visibility, guest_votes (none where no guest was on the roll), opened_at, closed_at (ISO
    8601), figures {yes, no, abstain, cast, eligible, not_voting}, quorum {numerator, denominator, needed, met},
    arithmetic {lhs, rhs, strict}, by_set (as the ballot published it, small cells already withheld), proposal {id,
    symbol, version} and text {title, clauses [{kind, label, text}]}, the last two None where the question was put
    without a proposal.
    """
    count = Count(ballot.yes or 0, ballot.no or 0, ballot.abstain or 0, ballot.eligible)
    made = decide(ballot.rule, count, ballot.quorum)
    return {
        "ballot_id": ballot.id,
        "question": ballot.question,
        "rule": ballot.rule.value,
        "visibility": ballot.visibility.value,
        "guest_votes": ballot.guest_votes.value,
        "opened_at": ballot.opened_at.isoformat(),
        "closed_at": ballot.closed_at.isoformat() if ballot.closed_at else None,
        "figures": _figures(made.count),
        "quorum": _quorum(ballot, made),
        "arithmetic": {"lhs": made.lhs, "rhs": made.rhs, "strict": made.strict},
        "by_set": ballot.by_set,
        "proposal": {"id": proposal.id, "symbol": proposal.symbol, "version": ballot.proposal_version}
        if proposal else None,
        "text": _text(version) if version else None,
    }


def voted_at(kept: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When voting opened and closed."""
    opened, closed = kept.get("opened_at"), kept.get("closed_at")
    return (datetime.fromisoformat(opened) if opened else None, datetime.fromisoformat(closed) if closed else None)


def revealed(kept: dict[str, Any]) -> str:
    """Why this result tells votes although it is secret, as `votes/revealing.py` says: "all", "small" or nothing."""
    figures = kept.get("figures")
    if not figures or kept.get("visibility") != Visibility.SECRET:
        return ""
    return reveals(figures["eligible"], [figures[choice] for choice in Choice])


def by_set_rows(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The breakdown as `parts.sets_breakdown` takes it; nothing where no set that voted may be shown."""
    rows = (kept.get("by_set") or {}).get("rows", {})
    voted = {group: cells for group, cells in rows.items() if cells is None or any(cells.values())}
    if not any(voted.values()):
        return []
    return [{"actor_set": group, "counts": cells} if cells else {"actor_set": group, "suppressed": True}
            for group, cells in voted.items()]


def _figures(count: Count) -> dict[str, int]:
    return {"yes": count.yes, "no": count.no, "abstain": count.abstain, "cast": count.cast,
            "eligible": count.eligible, "not_voting": count.not_voting}


def _quorum(ballot: Ballot, made: Decision) -> dict[str, Any]:
    return {"numerator": ballot.quorum_numerator, "denominator": ballot.quorum_denominator,
            "needed": made.quorum_needed, "met": made.quorum_met}


def _text(version: ProposalVersion) -> dict[str, Any]:
    numbers = labels([clause.kind.value for clause in version.clauses])
    return {"title": version.title,
            "clauses": [{"kind": clause.kind.value, "label": label, "text": clause.text}
                        for clause, label in zip(version.clauses, numbers, strict=True)]}
