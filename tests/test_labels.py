"""Each code that people see has one label, in its noun's labels.py; no template or script repeats one."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from dialogue.accounts.claims.models import ClaimState
from dialogue.accounts.labels import LABELS as OF_ACCOUNTS
from dialogue.accounts.models import RegionalGroup, Subtype
from dialogue.agenda.filters import Sort
from dialogue.agenda.labels import LABELS as OF_AGENDA
from dialogue.agenda.models import ChampionRole, LegalRoute, MilestoneStatus, Pace, Stage
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.client_messages import client_messages
from dialogue.core.labels import LABELS as OF_ATTRIBUTION
from dialogue.core.thread import ORDER
from dialogue.halls.labels import LABELS as OF_HALLS
from dialogue.halls.models import HallState, QuestionState, SegmentKind
from dialogue.outcomes.labels import LABELS as OF_OUTCOMES
from dialogue.outcomes.models import OutcomeKind, OutcomeState
from dialogue.pages.labels import KINDS, NOUNS, STATES
from dialogue.proposals.labels import LABELS as OF_PROPOSALS
from dialogue.proposals.models import ProposalState
from dialogue.rooms.labels import LABELS as OF_ROOMS
from dialogue.rooms.models import Access, RoomRole
from dialogue.votes.labels import LABELS as OF_BALLOTS
from dialogue.votes.models import BallotState, Visibility
from dialogue.votes.rules import Choice, Rule, Verdict
from tests.world import World

# A code and its words side by side: in a dictionary, a pair or a condition, but not a form's field and its name.
GIVEN_WORDS = re.compile(
    r"""(?<!forms\.field\()(?<!forms\.select\()(?<!forms\.radios\()(?<!forms\.area\()["'](\w+)["']\s*(?:[:,]|%\})[\s({]{0,4}N?_?\(?["']([^"']+)["']""")
ROOT = Path(__file__).parent.parent
EVERY = (OF_ATTRIBUTION, OF_ACCOUNTS, OF_ROOMS, OF_HALLS, OF_PROPOSALS, OF_BALLOTS, OF_OUTCOMES, OF_AGENDA)
SHOWN: list[tuple[dict[str, dict[str, object]], str, type[StrEnum]]] = [
    (OF_ATTRIBUTION, "attribution", AttributionRule), (OF_ATTRIBUTION, "set", ActorSet),
    (OF_ATTRIBUTION, "capacity", Capacity), (OF_ATTRIBUTION, "role", RoomRole),
    (OF_ACCOUNTS, "subtype", Subtype), (OF_ACCOUNTS, "group", RegionalGroup), (OF_ACCOUNTS, "claim", ClaimState),
    (OF_ROOMS, "access", Access), (OF_ROOMS, "rule_meaning", AttributionRule),
    (OF_ROOMS, "rule_reminder", AttributionRule),
    (OF_HALLS, "rule_promise", AttributionRule), (OF_HALLS, "rule_meaning", AttributionRule),
    (OF_HALLS, "hall", HallState), (OF_HALLS, "segment", SegmentKind), (OF_HALLS, "segment_title", SegmentKind),
    (OF_HALLS, "question", QuestionState), (OF_HALLS, "access", Access),
    (OF_PROPOSALS, "proposal", ProposalState), (OF_PROPOSALS, "proposals", ProposalState),
    (OF_PROPOSALS, "step", ProposalState),
    (OF_BALLOTS, "ballot", BallotState), (OF_BALLOTS, "voting", Visibility), (OF_BALLOTS, "rule", Rule),
    (OF_BALLOTS, "rule_meaning", Rule), (OF_BALLOTS, "choice", Choice), (OF_BALLOTS, "verdict", Verdict),
    (OF_OUTCOMES, "kind", OutcomeKind), (OF_OUTCOMES, "outcome", OutcomeState),
    (OF_AGENDA, "stage", Stage), (OF_AGENDA, "pace", Pace), (OF_AGENDA, "pace_hint", Pace),
    (OF_AGENDA, "sort", Sort), (OF_AGENDA, "route", LegalRoute),
    (OF_AGENDA, "status", MilestoneStatus), (OF_AGENDA, "champion", ChampionRole),
]


@pytest.mark.parametrize(("labels", "kind", "codes"), SHOWN, ids=lambda each: each if isinstance(each, str) else "")
def test_each_member_of_an_enum_has_a_label(
        labels: dict[str, dict[str, object]], kind: str, codes: type[StrEnum]) -> None:
    assert set(labels[kind]) == {member.value for member in codes}


def test_nouns_name_the_same_state_alike(world: World) -> None:
    with world.app.test_request_context():
        for labels in NOUNS:
            assert {code: str(words) for code, words in labels.items()} == {
                code: str(STATES[code]) for code in labels}


def test_each_state_has_a_tone_and_a_sign_and_no_other_state_has(world: World) -> None:
    with world.app.test_request_context():
        badges = world.app.jinja_env.get_template("macros/marks.html").module
        assert set(badges.states) == set(STATES)
        for code, words in STATES.items():
            assert f"{words}</span>" in badges.state_badge(code)


def test_each_step_of_a_thread_has_a_label() -> None:
    assert set(KINDS) == set(ORDER)


def test_the_browser_names_codes_as_pages_do(world: World) -> None:
    with world.app.test_request_context():
        told = client_messages()
        for kind in ("capacity", "role", "set"):
            for code, words in OF_ATTRIBUTION[kind].items():
                assert told[f"{kind}_{code}"] == str(words)


def repeated() -> list[str]:
    """The templates and scripts that give a code the very words of its label."""
    found: list[str] = []
    said = {(code, str(words)) for each in EVERY for labels in each.values() for code, words in labels.items()}
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/src").rglob("*.js")]
    for path in files:
        for code, words in GIVEN_WORDS.findall(path.read_text()):
            if (code, words) in said:
                found.append(f"{path.relative_to(ROOT)}: {code} = {words}")
    return found


def test_no_template_or_script_repeats_a_label(world: World) -> None:
    with world.app.test_request_context():
        assert repeated() == []
