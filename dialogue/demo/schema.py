"""What the sample dialogue consists of: one model for each table of the TOML files, unknown keys refused.

Moments (`at`, `opened`, `closes`) are minutes from the moment of loading, negative ones past; those of the
agenda (`due`, `review`, `at`) are days. References are keys and are checked while they are read.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo


def _known(kind: str) -> Callable[[str, ValidationInfo], str]:
    def check(key: str, info: ValidationInfo) -> str:
        keys: Mapping[str, frozenset[str]] = info.context or {}
        if key not in keys[kind]:
            raise ValueError(f"no {kind} has the key {key!r}")
        return key

    return check


ThemeKey = Annotated[str, AfterValidator(_known("theme"))]
ActorKey = Annotated[str, AfterValidator(_known("actor"))]
PersonKey = Annotated[str, AfterValidator(_known("person"))]
SpeakerKey = Annotated[str, AfterValidator(_known("speaker"))]  # A person or a guest of a hall.
PlaceKey = Annotated[str, AfterValidator(_known("place"))]  # A room or a hall.
SegmentKey = Annotated[str, AfterValidator(_known("segment"))]
SaidKey = Annotated[str, AfterValidator(_known("said"))]  # A contribution or a question.
ProposalKey = Annotated[str, AfterValidator(_known("proposal"))]
BallotKey = Annotated[str, AfterValidator(_known("ballot"))]
OutcomeKey = Annotated[str, AfterValidator(_known("outcome"))]
MilestoneKey = Annotated[str, AfterValidator(_known("milestone"))]

Language = Literal["ar", "zh", "en", "fr", "ru", "es"]
ActorSet = Literal["state", "civil_society", "intl_civil_service"]
Region = Literal[
    "african",
    "asia_pacific",
    "eastern_european",
    "latin_american_and_caribbean",
    "western_european_and_others",
]
Attribution = Literal["on_record", "chatham_house", "closed"]
Role = Literal["chair", "co_chair", "rapporteur", "participant", "observer"]
Choice = Literal["yes", "no", "abstain"]
Rule = Literal["simple_pv", "two_thirds_pv", "consensus"]
Verdict = Literal["adopted", "not_adopted", "no_quorum"]
Section = Literal["themes", "convergence", "divergence", "proposals", "next_steps", "points"]
Rating = Annotated[int, Field(ge=1, le=5)]
Count = Annotated[int, Field(ge=0)]


class Table(BaseModel):
    """A table of the sample: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Theme(Table):
    key: str
    title: str
    description: str


class Actor(Table):
    key: str
    name: str
    set: ActorSet
    subtype: str
    region: Region | None = None
    bloc: Literal["north", "south"] | None = None
    country: str | None = None


class SignIn(Table):
    """A person that a visitor may sign in as, and what there is to try."""

    role: Literal["convenor", "chair", "rapporteur", "participant"]
    explains: str


class Person(Table):
    key: str
    name: str
    email: str
    actor: ActorKey
    capacity: Literal["official", "personal"]
    language: Language
    time_zone: str
    signin: SignIn | None = None


class Goal(Table):
    text: str
    owner_role: Role
    due_months: int


class Members(Table):
    role: Role
    people: tuple[PersonKey, ...]


class Contribution(Table):
    key: str
    by: PersonKey
    at: int
    text: str
    language: Language = "en"
    reply_to: SaidKey | None = None
    supports: tuple[PersonKey, ...] = ()


class Room(Table):
    key: str
    theme: ThemeKey
    title: str
    description: str
    attribution: Attribution
    access: Literal["open", "listed", "invited"]
    opened: int
    goals: Annotated[tuple[Goal, ...], Field(alias="goal", min_length=1, max_length=3)]
    members: Annotated[tuple[Members, ...], Field(alias="member")]
    contributions: Annotated[tuple[Contribution, ...], Field(alias="contribution")]


class Segment(Table):
    key: str
    title: str
    kind: Literal["opening", "panel", "floor", "poll", "decision", "closing"]
    minutes: Annotated[int, Field(gt=0)]
    speaker_limit_s: Annotated[int, Field(gt=0)]


class Guest(Table):
    key: str
    name: str


class Question(Table):
    key: str
    by: SpeakerKey
    at: int
    text: str
    language: Language = "en"
    supports: Count
    answer: str | None = None
    answered_by: PersonKey | None = None


class Option(Table):
    key: str
    text: str
    votes: Count


class StrawPoll(Table):
    key: str
    segment: SegmentKey
    question: str
    kind: Literal["single"]
    state: Literal["open", "closed"]
    options: Annotated[tuple[Option, ...], Field(alias="option", min_length=2)]


class Hall(Table):
    key: str
    theme: ThemeKey
    title: str
    description: str
    code: str
    attribution: Attribution
    opened: int
    live_segment: SegmentKey
    moderators: tuple[PersonKey, ...]
    rapporteur: PersonKey
    participants: tuple[PersonKey, ...]
    panel: tuple[PersonKey, ...]
    segments: Annotated[tuple[Segment, ...], Field(alias="segment")]
    guests: Annotated[tuple[Guest, ...], Field(alias="guest")]
    questions: Annotated[tuple[Question, ...], Field(alias="question")]
    poll: StrawPoll
