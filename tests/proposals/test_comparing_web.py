"""The page that compares two versions: what is the same, what changed, and from which side it is read."""

import re

import pytest

from dialogue.proposals import actions, comparing, queries, versions
from dialogue.proposals.models import ClauseKind, Proposal
from dialogue.proposals.sheet import ClauseText
from tests.proposals.conftest import Cast
from tests.world import World


def revised(world: World, cast: Cast, *pairs: tuple[str, str],
            titles: tuple[str, str] = ("A pact", "A pact")) -> Proposal:
    """A proposal in two versions, whose clauses read first as the one and then as the other of each pair."""
    text = world.proposal(cast.room, cast.author, "First.")
    for base, which in ((1, 0), (2, 1)):
        kept = versions.version(queries.find(text.id, cast.author)).clauses
        keys = [clause.key for clause in kept] if base > 1 else []
        keys += [""] * (len(pairs) - len(keys))
        clauses = [ClauseText(ClauseKind.OPERATIVE, pair[which], key) for pair, key in zip(pairs, keys, strict=True)]
        actions.revise(cast.author, text.id, base=base, title=titles[which], reason="Better", clauses=clauses)
    return text


def compared(world: World, cast: Cast, text: Proposal) -> str:
    """The comparison of the last two versions as HTML."""
    return world.browser(cast.author).get(f"{text.address}/changes?from=2&to=3").text


def clauses_of(page: str) -> list[tuple[str, str]]:
    """The direction and the text of each clause, with {+added+} and [-removed-] as marks."""
    page = page[page.index('class="document proposal-comparison"'):page.index("Back to the proposal")]
    page = re.sub(r'<bdi class="visually-hidden">.*?</bdi>', "", page)
    for tag, mark in (("<ins>", "{+"), ("</ins>", "+}"), ("<del>", "[-"), ("</del>", "-]")):
        page = page.replace(tag, mark)
    return re.findall(r'<p dir="(\w+)">(.*?)</p>', page, re.DOTALL)


@pytest.mark.parametrize(("old", "new"), [
    ("On 5 May", "On 5\u00a0May"), ("An inter\u00adnational pact", "An international pact"),
    ("Caf\u00e9", "Cafe\u0301"), ("A  pact", "A pact"),
])
def test_a_difference_that_is_not_seen_is_named_and_marks_nothing(
        world: World, cast: Cast, old: str, new: str) -> None:
    text = revised(world, cast, (old, new))
    page = compared(world, cast, text)
    assert "Both versions read the same." in page
    assert "Changed" not in page
    assert clauses_of(page) == [("ltr", new)]


def test_two_versions_that_differ_to_the_eye_are_not_said_to_read_the_same(world: World, cast: Cast) -> None:
    text = revised(world, cast, ("Decides", "Urges"))
    assert "read the same" not in compared(world, cast, text)


@pytest.mark.parametrize(("old", "new", "shown"), [
    ("Recalling the pact", "*Recalling* the pact", "[-Recalling-]{+<em>Recalling</em>+} the pact"),
    ("*Recalling* the pact", "Recalling the pact", "[-<em>Recalling</em>-]{+Recalling+} the pact"),
    ("请注意各国", "请*注意*各国", "请[-注意-]{+<em>注意</em>+}各国"),
])
def test_a_change_of_emphasis_alone_is_shown_and_named(
        world: World, cast: Cast, old: str, new: str, shown: str) -> None:
    page = compared(world, cast, revised(world, cast, (old, new)))
    assert clauses_of(page) == [("ltr", shown)]
    assert "Emphasis changed, words unchanged" in page


def test_emphasis_that_stays_is_shown_in_a_comparison(world: World, cast: Cast) -> None:
    page = compared(world, cast, revised(world, cast, ("*Recalling* one", "*Recalling* two")))
    assert clauses_of(page) == [("ltr", "<em>Recalling</em> [-one-]{+two+}")]


def test_line_breaks_of_a_clause_are_kept_on_the_page_and_in_the_comparison(world: World, cast: Cast) -> None:
    text = revised(world, cast, ("Decides:\nto meet\nand act", "Decides:\nto speak\n\nand act"))
    page = compared(world, cast, text)
    assert clauses_of(page) == [
        ("ltr", "Decides:<br>\nto [-meet<br>\n-]{+speak<br>\n<br>\n+}and act")]
    assert "Decides:<br>\nto speak<br>\n<br>\nand act" in world.browser(cast.author).get(text.address).text


@pytest.mark.parametrize(("old", "new", "direction"), [
    ("المجلس يقرر", "الأعضاء يقررون", "rtl"), ("The Council decides", "يقرر المجلس", "rtl"),
    ("يقرر المجلس", "The Council decides", "ltr"), ("1. קורא", "2. קורא", "rtl"), ("(1)", "(2)", "auto"),
])
def test_a_clause_is_read_from_the_side_of_its_present_words(
        world: World, cast: Cast, old: str, new: str, direction: str) -> None:
    page = compared(world, cast, revised(world, cast, (old, new), titles=(old, new)))
    assert [found for found, _text in clauses_of(page)] == [direction]
    assert f'<h2 class="serif" dir="{direction}">' in page


def test_a_new_and_a_removed_arabic_clause_are_read_from_the_right(world: World, cast: Cast) -> None:
    text = world.proposal(cast.room, cast.author, "يقرر المجلس")
    actions.revise(cast.author, text.id, base=1, title="A pact", reason="Better",
                   clauses=[ClauseText(ClauseKind.OPERATIVE, "يحيط علما بالتقرير")])
    page = world.browser(cast.author).get(f"{text.address}/changes?from=1&to=2").text
    assert [found for found, _text in clauses_of(page)] == ["rtl", "rtl"]


def test_whole_clauses_are_compared_by_what_is_seen_too() -> None:
    before = comparing.Texts("A\u00a0pact", [("a", "On 5 May"), ("b", "Recalling it"), ("c", "One")])
    after = comparing.Texts("A pact", [("a", "On 5\u00a0May"), ("b", "*Recalling* it"), ("c", "Two")])
    title, clauses = comparing._in_whole_clauses(before, after)
    assert [run.op for run in title] == ["same"]
    assert [each.state for each in clauses] == ["kept", "changed", "changed"]
    assert [each.is_emphasis_alone for each in clauses] == [False, True, False]
