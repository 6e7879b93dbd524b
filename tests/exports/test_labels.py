"""Pages and files call things by the same words: each noun's labels are the one source."""

import re
from typing import Any

import pytest

from dialogue.agenda.labels import LABELS as OF_AGENDA
from dialogue.agenda.models import ChampionRole, LegalRoute, MilestoneStatus, Pace, Stage
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.core.client_messages import client_messages
from dialogue.exports.documents.labels import WORDS
from dialogue.outcomes.labels import LABELS as OF_OUTCOMES
from dialogue.outcomes.models import OutcomeKind, SummaryPoint
from dialogue.outcomes.sections import SECTIONS
from dialogue.votes.labels import LABELS as OF_BALLOTS
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Rule, Verdict
from tests.exports import story
from tests.exports.waiting import made
from tests.world import World

CODES: list[tuple[str, list[str]]] = [
    ("stage", list(Stage)), ("pace", list(Pace)), ("route", list(LegalRoute)), ("status", list(MilestoneStatus)),
    ("champion", list(ChampionRole)), ("kind", list(OutcomeKind)), ("rule", list(Rule)),
    ("voting", list(Visibility)), ("verdict", list(Verdict)), ("section", list(SECTIONS)),
    ("heading", ["corrections", "text_adopted", "text_voted", "decision", "explanations", "summary"]),
    ("text", ["problem", "goal"])]  # fmt: skip
ON_BADGES = [("stage", list(Stage)), ("status", list(MilestoneStatus)), ("verdict", list(Verdict))]


def said(world: World, template: str, macro: str, code: str) -> str:
    """What a macro of the pages says for a code."""
    with world.app.test_request_context():
        found: Any = world.app.jinja_env.get_template(template).module
        return str(getattr(found, macro)(code)).strip()


@pytest.mark.parametrize(("kind", "codes"), CODES)
def test_each_code_has_one_label_which_files_take(world: World, kind: str, codes: list[str]) -> None:
    labels = (OF_AGENDA | OF_OUTCOMES | OF_BALLOTS)[kind]
    assert set(labels) == {str(code) for code in codes}
    with world.app.test_request_context():
        assert {f"{kind}.{code}": str(words) for code, words in labels.items()} == {
            name: str(words) for name, words in WORDS.items() if name.startswith(f"{kind}.")}


@pytest.mark.parametrize(("kind", "codes"), ON_BADGES)
def test_a_badge_says_the_label(world: World, kind: str, codes: list[str]) -> None:
    for code in codes:
        label = (OF_AGENDA | OF_OUTCOMES | OF_BALLOTS)[kind][str(code)]
        assert f"{label}</span>" in said(world, "macros/marks.html", "state_badge", code).replace("\n", "")


def test_actor_sets_and_rules_are_called_alike_by_pages_files_and_scripts(world: World) -> None:
    with world.app.test_request_context():
        told = client_messages()
        for each in ActorSet:
            words = str(WORDS[f"set.{each.value}"])
            assert words == told[f"set_{each.value}"]
            assert words == said(world, "macros/marks.html", "actor_set_name", each.value)
        for rule in AttributionRule:
            assert str(WORDS[f"attribution.{rule.value}"]) == said(world, "rooms/words.html", "rule_name", rule.value)
        for verdict in Verdict:
            assert str(WORDS[f"verdict.{verdict.value}"]) == said(world, "votes/panel.html", "verdict_name", verdict)


@pytest.mark.parametrize(("section", "heading"), [
    ("themes", "What it was about"), ("convergence", "Where views met"), ("points", "Further points")])
def test_an_outcomes_page_and_file_have_the_same_headings(world: World, section: str, heading: str) -> None:
    told = story.outcome(world)
    file = made(world, what="outcome", outcome=told.id, format="md").decode()
    page = world.browser().get(told.outcome.address).text
    assert (heading in page) is (f"## {heading}" in file)
    assert said(world, "outcomes/_words.html", "section_name", section) == heading


def test_an_outcomes_page_and_file_name_their_parts_alike(world: World) -> None:
    told = story.outcome(world)
    file = made(world, what="outcome", outcome=told.id, format="md").decode()
    page = world.browser().get(told.outcome.address).text
    on_page = re.findall(r'<h2 id="[a-z]+-heading">(.*?)</h2>', page)
    in_file = re.findall(r"^## (.*)$", file, re.MULTILINE)
    assert {"Text adopted", "How the vote ended", "Summary of the discussion", "Corrections"} <= set(on_page)
    assert set(in_file) - set(on_page) == {"Signatures"}, "which pages say beside the record"
    assert set(on_page) <= set(in_file)


def test_the_sentences_of_a_section_are_one_list(world: World) -> None:
    told = story.outcome(world)
    story.add(SummaryPoint(outcome_id=told.id, position=2, section="convergence", text="None objects."))
    file = made(world, what="outcome", outcome=told.id, format="md").decode()
    assert "- None objects." in file
    assert "<!--" not in file


def test_an_items_page_and_file_name_their_parts_alike(world: World) -> None:
    item = story.item(world)
    file = made(world, format="md").decode()
    page = world.browser().get(item.address).text
    for heading in ("The problem", "The goal"):
        assert f"<h2>{heading}</h2>" in page
        assert f"#### {heading}\n" in file


def test_an_items_page_and_file_call_its_stage_track_and_route_alike(world: World) -> None:
    item = story.item(world)
    file = made(world, format="md").decode()
    page = world.browser().get(item.address).text
    for words in ("Coalition", "Fast track", "Change of practice", "On track", "Leads"):
        assert words in page
        assert words in file
    assert "Coalition building" not in file
