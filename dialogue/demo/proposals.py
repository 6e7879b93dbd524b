"""The proposals of the sample: drafted, submitted, sponsored, revised, endorsed, withdrawn."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import partial

from dialogue.core import db
from dialogue.core.thread import Ref
from dialogue.demo.decisions import Proposal, Version
from dialogue.demo.schema import Hall, Question
from dialogue.demo.stage import Stage
from dialogue.proposals import actions as proposals
from dialogue.proposals import models
from dialogue.proposals.models import ClauseKind
from dialogue.proposals.sheet import ClauseText
from dialogue.proposals.versions import wording

KINDS = {"pp": ClauseKind.PREAMBULAR, "op": ClauseKind.OPERATIVE, "sub": ClauseKind.SUBPARAGRAPH}
SOON, A_DAY = 0.2, 1440  # minutes
ALIKE = 0.5  # From here on, two wordings are taken for the same clause.
SILENT = frozenset({"observer"})


def plan(stage: Stage) -> None:
    """Each proposal with all that happens to it before its ballot opens."""
    for proposal in stage.content.proposals:
        begun = first_minute(stage, proposal)
        stage.at(begun, f"the draft {proposal.key}", partial(_draft, stage, proposal))
        if proposal.stage != "draft":
            _plan_submitted(stage, proposal, begun)


def first_minute(stage: Stage, proposal: Proposal) -> float:
    """When it is drafted: a text cannot come from what was not said yet."""
    said = stage.content.said()
    return max(proposal.versions[0].at, *(said[key].at + SOON for key in proposal.origins))


def _plan_submitted(stage: Stage, proposal: Proposal, begun: float) -> None:
    key = proposal.key
    stage.at(begun + SOON, f"submitting {key}", partial(_submit, stage, proposal))
    sponsors = list(_people_for(stage, proposal, proposal.sponsors))
    for sponsor in sponsors:
        stage.at(begun + 2 * SOON, f"a sponsor of {key}", partial(_sponsor, stage, proposal, sponsor))
    for number, version in enumerate(proposal.versions[1:], 1):
        stage.at(version.at, f"a new version of {key}", partial(_revise, stage, proposal, version, number))
    last = max(begun + 3 * SOON, proposal.versions[-1].at)
    for n, person in enumerate(_people_for(stage, proposal, proposal.endorsements), 1):
        if person not in sponsors:
            stage.at(last + 2 * n, f"an endorsement of {key}", partial(_endorse, stage, proposal, person))
    if proposal.withdrawn_reason:
        stage.at(last + A_DAY, f"withdrawing {key}", partial(_withdraw, stage, proposal))


def _people_for(stage: Stage, proposal: Proposal, actors: Iterable[str]) -> list[str]:
    """Return one person for each actor who may support the text: a member of the room, not its author."""
    present = _speakers(stage, proposal.place)
    found = {p.actor: p.key for p in reversed(stage.content.people) if p.key in present and p.key != proposal.by}
    author = next(p.actor for p in stage.content.people if p.key == proposal.by)
    return [found[actor] for actor in actors if actor in found and actor != author]


def _speakers(stage: Stage, place: str) -> set[str]:
    for room in stage.content.rooms:
        if room.key == place:
            return {key for group in room.members if group.role not in SILENT for key in group.people}
    hall = next(hall for hall in stage.content.halls if hall.key == place)
    return speakers_of(hall)


def speakers_of(hall: Hall) -> set[str]:
    """Return the people with an account and a place in the hall."""
    return {*hall.participants, *hall.panel, *hall.moderators, hall.rapporteur}


def _draft(stage: Stage, proposal: Proposal) -> None:
    said = stage.content.said()
    origins = [Ref("question" if isinstance(said[key], Question) else "contribution", stage.ids[key])
               for key in proposal.origins]
    made = proposals.draft(stage.people[proposal.by], stage.ids[proposal.place], title=proposal.title,
                           clauses=_clauses(proposal.versions[0]), origins=origins)
    stage.ids[proposal.key] = made.id


def _clauses(version: Version) -> list[ClauseText]:
    return [ClauseText(KINDS[clause.kind], clause.text) for clause in version.clauses]


def _submit(stage: Stage, proposal: Proposal) -> None:
    proposals.submit(stage.people[proposal.by], stage.ids[proposal.key])


def _sponsor(stage: Stage, proposal: Proposal, sponsor: str) -> None:
    proposals.sponsor(stage.people[sponsor], stage.ids[proposal.key])


def _revise(stage: Stage, proposal: Proposal, version: Version, base: int) -> None:
    proposals.revise(stage.people[version.by], stage.ids[proposal.key], base=base, title=proposal.title,
                     clauses=_kept(stage, proposal, version, base), reason=version.note)


def _kept(stage: Stage, proposal: Proposal, version: Version, base: int) -> list[ClauseText]:
    """The new clauses; one that resembles a clause of the version before goes on under its key."""
    before = wording(db.session().get_one(models.Proposal, stage.ids[proposal.key]), base)
    left = {clause.key: clause.text for clause in before.clauses}
    kept = []
    for clause in version.clauses:
        likeness = {key: SequenceMatcher(None, text, clause.text).ratio() for key, text in left.items()}
        nearest = max(likeness, key=lambda key: likeness[key], default="")
        key = nearest if likeness.get(nearest, 0) >= ALIKE else ""
        left.pop(key, None)
        kept.append(ClauseText(KINDS[clause.kind], clause.text, key))
    return kept


def _endorse(stage: Stage, proposal: Proposal, person: str) -> None:
    proposals.endorse(stage.people[person], stage.ids[proposal.key], version=len(proposal.versions))


def _withdraw(stage: Stage, proposal: Proposal) -> None:
    proposals.withdraw(stage.people[proposal.by], stage.ids[proposal.key], reason=proposal.withdrawn_reason or "")
