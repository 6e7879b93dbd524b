"""The later half of the sample: proposals, ballots, precedents, outcomes and the agenda."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from dialogue.demo.schema import (
    ActorKey,
    BallotKey,
    Choice,
    Count,
    MilestoneKey,
    OutcomeKey,
    PersonKey,
    PlaceKey,
    ProposalKey,
    Rating,
    Rule,
    SaidKey,
    Section,
    Table,
    ThemeKey,
    Verdict,
)


class Clause(Table):
    """A preambular, operative or subordinate clause; numbers follow from the order."""

    kind: Literal["pp", "op", "sub"]
    text: str


class Version(Table):
    at: int
    by: PersonKey
    note: str
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]


class Proposal(Table):
    key: str
    place: PlaceKey
    title: str
    stage: Literal["draft", "submitted", "open", "decided", "withdrawn"]
    by: PersonKey
    origins: tuple[SaidKey, ...]
    sponsors: tuple[ActorKey, ...]
    endorsements: tuple[ActorKey, ...]
    withdrawn_reason: str | None = None
    versions: Annotated[tuple[Version, ...], Field(alias="version", min_length=1)]


class Counts(Table):
    yes: Count
    no: Count
    abstain: Count


class Ballot(Table):
    """A decision. Recorded ballots have votes, secret ones only counts; `quorum` of the roll must vote."""

    key: str
    proposal: ProposalKey
    question: str
    rule: Rule
    quorum: int
    visibility: Literal["recorded", "secret"]
    opened: int
    closes: int
    state: Literal["open", "closed"]
    roll: tuple[PersonKey, ...]
    verdict: Verdict | None = None
    votes: dict[PersonKey, Choice] | None = None
    counts: Counts | None = None


class Precedent(Table):
    """A real decision as a historical count, with its source; `quorum_cast` counts yes and no alone."""

    key: str
    title: str
    body: str
    date: date
    yes: Count
    no: Count
    abstain: Count
    members: int | None = None
    rule: Rule
    quorum_cast: int | None = None
    verdict: Verdict
    note: str
    source: str
    url: str | None = None


class SummarySentence(Table):
    section: Section
    text: str
    sources: Annotated[tuple[SaidKey, ...], Field(min_length=1)]


class Explanation(Table):
    by: PersonKey
    when: Literal["before", "after"]
    text: str


class Corrigendum(Table):
    at: int
    by: PersonKey
    text: str
    reason: str


class Outcome(Table):
    key: str
    ballot: BallotKey
    title: str
    status: Literal["draft", "published"]
    at: int
    drafted_by: PersonKey
    signed_by: PersonKey | None = None
    text: str
    summary: tuple[SummarySentence, ...]
    explanations: Annotated[tuple[Explanation, ...], Field(alias="explanation")] = ()
    corrigenda: Annotated[tuple[Corrigendum, ...], Field(alias="corrigendum")] = ()


class Champion(Table):
    actor: ActorKey
    role: Literal["lead", "co"]


class ItemRating(Table):
    by: PersonKey
    urgency: Rating
    feasibility: Rating
    cost: Rating
    rationale: str


class Obstacle(Table):
    """One of the three obstacles of Buitelaar and Ponzio (2017), section 4.1."""

    kind: Literal["political_will", "design", "effort"]
    text: str
    holder: ActorKey
    mitigation: str
    open: bool


class Milestone(Table):
    key: str
    statement: str
    indicator: str
    due: int
    owner: ActorKey
    status: Literal["on_track", "at_risk", "missed", "met"]
    evidence: str | None = None


class ReportSource(Table):
    publisher: str
    url: str
    at: int


class Report(Table):
    milestone: MilestoneKey
    at: int
    by: PersonKey
    value: str
    assessment: str
    sources: Annotated[tuple[ReportSource, ...], Field(min_length=1)]


class AgendaItem(Table):
    """An item comes from an outcome, from a proposal under way, or from contributions alone."""

    key: str
    title: str
    problem: str
    goal: str
    theme: ThemeKey
    legal_route: Literal["charter_amendment", "treaty", "resolution", "practice", "none"]
    forum: str
    track: Literal["1", "1.5", "2"]
    stage: Literal[
        "idea", "framed", "coalition", "draft", "negotiation", "adopted", "in_force", "implemented", "parked"
    ]
    outcome: OutcomeKey | None = None
    proposal: ProposalKey | None = None
    origins: tuple[SaidKey, ...] = ()
    second_best: bool = False
    contentious: bool = False
    parked_reason: str | None = None
    review: int
    champions: Annotated[tuple[Champion, ...], Field(min_length=1)]
    coalition: tuple[ActorKey, ...]
    ratings: Annotated[tuple[ItemRating, ...], Field(alias="rating", min_length=2)]
    obstacles: Annotated[tuple[Obstacle, ...], Field(alias="obstacle")] = ()
    milestones: Annotated[tuple[Milestone, ...], Field(alias="milestone", min_length=2, max_length=3)]
    reports: Annotated[tuple[Report, ...], Field(alias="report")] = ()
