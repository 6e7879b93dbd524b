"""Reading the wordings of a proposal and what changed between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dialogue.core import db
from dialogue.core.errors import NotFound
from dialogue.core.isolation import direction_of
from dialogue.core.transaction import scalar_or_not_found
from dialogue.proposals import diff
from dialogue.proposals.comparing import Texts, compared, is_known
from dialogue.proposals.models import ClauseKind, Proposal, ProposalVersion
from dialogue.proposals.queries import Seen
from dialogue.proposals.sheet import ClauseText, Sheet
from dialogue.proposals.wording import Op, Run


@dataclass(frozen=True)
class ChangedClause:
    """A clause in two versions with its labels there; None where it is absent."""

    diff: diff.ClauseDiff
    label_before: str | None
    label_after: str | None
    kind: ClauseKind
    kind_changed: bool

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees that something changed."""
        return self.diff.state is not diff.State.KEPT or self.kind_changed or self.label_before != self.label_after


@dataclass(frozen=True)
class Changes:
    """What changed from one version to another."""

    before: ProposalVersion
    after: ProposalVersion
    title: tuple[Run, ...]
    clauses: Sequence[ChangedClause]

    @property
    def direction(self) -> str:
        """The side the title is read from as it is now: `ltr`, `rtl` or `auto`."""
        return direction_of(self.after.title) or "auto"

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees any change at all."""
        return any(run.op is not Op.SAME for run in self.title) or any(each.is_seen for each in self.clauses)


@dataclass(frozen=True)
class VersionLine:
    """A version in the list of versions."""

    number: int
    reason: str
    voice_id: str
    at: datetime


def lines(seen: Seen) -> list[VersionLine]:
    """The versions this reader may read, newest first."""
    query = select(ProposalVersion.number, ProposalVersion.reason, ProposalVersion.voice_id, ProposalVersion.at)
    query = query.where(ProposalVersion.proposal_id == seen.proposal.id, ProposalVersion.number >= _first(seen))
    return [VersionLine(*row) for row in db.session().execute(query.order_by(ProposalVersion.number.desc()))]


def version(seen: Seen, number: int | None = None) -> ProposalVersion:
    """One wording with its clauses; the present one unless `number` says another. Raises NotFound."""
    wanted = seen.proposal.version if number is None else number
    if wanted < _first(seen):
        raise NotFound()
    return wording(seen.proposal, wanted)


def wording(proposal: Proposal, number: int) -> ProposalVersion:
    """A wording by its number, for those who have seen to it that it may be read. Raises NotFound."""
    query = select(ProposalVersion).options(joinedload(ProposalVersion.clauses)).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == number)
    found: ProposalVersion = scalar_or_not_found(query)
    return found


def changes(seen: Seen, before: int, after: int) -> Changes:
    """What changed between two versions the reader may read, word by word. Raises NotFound."""
    old, new = version(seen, before), version(seen, after)
    title, clauses = compared((seen.proposal.id, before, after), _texts(old), _texts(new))
    return Changes(old, new, title, _changed(old, new, clauses))


def is_compared(seen: Seen, before: int, after: int) -> bool:
    """Whether what changed between these two is known already."""
    return is_known((seen.proposal.id, before, after))


def sheet_of(text: ProposalVersion) -> Sheet:
    """The wording in the editor's form."""
    return Sheet(text.title, tuple(ClauseText(c.kind, c.text, c.key) for c in text.clauses))


def _texts(version: ProposalVersion) -> Texts:
    return Texts(version.title, [(clause.key, clause.text) for clause in version.clauses])


def _changed(old: ProposalVersion, new: ProposalVersion, found: Sequence[diff.ClauseDiff]) -> list[ChangedClause]:
    before = {clause.key: (label, clause.kind) for label, clause in old.numbered}
    after = {clause.key: (label, clause.kind) for label, clause in new.numbered}
    return [_clause(each, before.get(each.key), after.get(each.key)) for each in found]


def _clause(found: diff.ClauseDiff, before: tuple[str, ClauseKind] | None,
            after: tuple[str, ClauseKind] | None) -> ChangedClause:
    here = after or before
    assert here is not None, "a clause of a comparison stands in one version at least"  # noqa: S101
    return ChangedClause(found, before[0] if before else None, after[0] if after else None, here[1],
                         before is not None and after is not None and before[1] is not after[1])


def _first(seen: Seen) -> int:
    return seen.proposal.first_version_for(seen.roles)
