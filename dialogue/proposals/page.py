"""What the page of one proposal shows, put together for one reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.accounts.models import Person
from dialogue.core import thread
from dialogue.core.attribution import Byline
from dialogue.core.thread import Node, Ref
from dialogue.proposals import queries, versions
from dialogue.proposals.models import Proposal, ProposalVersion
from dialogue.proposals.queries import Seen
from dialogue.proposals.support import SetCount, by_set
from dialogue.rooms.voices import bylines


@dataclass(frozen=True)
class Support:
    """Who stands behind the text. `endorsers` is empty where people are hidden, `sets` where it would tell."""

    total: int
    earlier: int  # … of them endorsed an earlier wording.
    mine: int | None  # The version this reader endorsed.
    sets: Sequence[SetCount]
    endorsers: Sequence[str]


@dataclass(frozen=True)
class Page:
    """A proposal before a reader."""

    seen: Seen
    can: frozenset[str]
    version: ProposalVersion
    lines: Sequence[versions.VersionLine]
    support: Support
    names: Mapping[str, Byline]
    thread: Sequence[Mapping[str, Any]]

    @property
    def proposal(self) -> Proposal:
        """The proposal itself."""
        return self.seen.proposal


def page(proposal_id: str, person: Person | None, number: int | None = None) -> Page:
    """The proposal, in its present wording or in version `number`. Raises NotFound."""
    seen = queries.find(proposal_id, person)
    lines, endorsements = versions.lines(seen), queries.endorsements(proposal_id)
    room, sponsors = seen.proposal.room, [each.voice_id for each in seen.proposal.sponsors]
    shown = {*sponsors, *(line.voice_id for line in lines)}
    names = bylines(room, shown if room.attribution.hides_people else shown | set(endorsements))
    return Page(seen, queries.possible(seen), versions.version(seen, number), lines,
                _support(seen, endorsements, names), names, thread_of(seen.proposal, person))


def _support(seen: Seen, endorsements: Mapping[str, int], names: Mapping[str, Byline]) -> Support:
    hides = seen.proposal.room.attribution.hides_people
    counts = _told(seen.proposal) if hides else Counter(names[v].actor_set for v in endorsements if v in names)
    return Support(
        total=len(endorsements),
        earlier=sum(1 for version in endorsements.values() if version != seen.proposal.version),
        mine=endorsements.get(seen.voice_id or ""),
        sets=by_set(counts, hides_people=hides),
        endorsers=[] if hides else [voice_id for voice_id in endorsements if voice_id in names],
    )


def _told(proposal: Proposal) -> Mapping[str, int]:
    """The table by actor set told last; it stands still between two steps, and over each change of a place."""
    return proposal.sets_told[-1] if proposal.sets_told and proposal.sets_judged_at is not None else {}


def thread_of(proposal: Proposal, person: Person | None) -> list[dict[str, Any]]:
    """Where the proposal came from and what came of it, in the order of the story."""
    here = Ref("proposal", proposal.id)
    found = thread.walk(here, person)
    return [_step(kind, node, is_here=node.ref == here) for kind, nodes in found.items() for node in nodes]


def _step(kind: str, node: Node, *, is_here: bool) -> dict[str, Any]:
    return {"kind": kind, "title": node.title, "url": node.address, "state": node.state, "hidden": node.hidden,
            "current": is_here}
