"""The words of ballots: every code has them, and the test of each rule is one line with its figures."""

import pytest

from dialogue.votes.labels import LABELS
from dialogue.votes.models import Visibility
from dialogue.votes.rules import Choice, Count, Quorum, Rule, Verdict, decide, inequality


def line(rule: Rule, yes: int, no: int) -> str:
    made = decide(rule, Count(yes, no, 0, 20), Quorum(0, 1))
    code, values = inequality(rule, yes, no, made.lhs, made.rhs)
    return str(LABELS["test"][code]) % values


@pytest.mark.parametrize(("kind", "codes"), [
    ("rule", Rule), ("rule_meaning", Rule), ("voting", Visibility), ("choice", Choice), ("verdict", Verdict)])
def test_every_code_has_words(kind: str, codes: type[Rule]) -> None:
    assert set(LABELS[kind]) == {code.value for code in codes}


@pytest.mark.parametrize(("rule", "yes", "no", "words"), [
    (Rule.SIMPLE_MAJORITY, 3, 2, "3 yes > 2 no"),
    (Rule.SIMPLE_MAJORITY, 2, 2, "2 yes = 2 no"),
    (Rule.SIMPLE_MAJORITY, 1, 2, "1 yes < 2 no"),
    (Rule.TWO_THIRDS, 2, 1, "3 × 2 yes = 6 ≥ 2 × 3 voting = 6"),
    (Rule.TWO_THIRDS, 1, 1, "3 × 1 yes = 3 < 2 × 2 voting = 4"),
    (Rule.CONSENSUS, 3, 0, "3 yes = 3 voting"),
    (Rule.CONSENSUS, 3, 1, "3 yes < 4 voting"),
    (Rule.CONSENSUS, 0, 0, "0 yes + 0 no"),
])
def test_the_test_of_a_rule_is_one_line(rule: Rule, yes: int, no: int, words: str) -> None:
    assert line(rule, yes, no) == words
