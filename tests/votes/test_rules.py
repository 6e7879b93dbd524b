"""The arithmetic of decisions, on real precedents and on every small count."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.votes.rules import Choice, Count, Decision, Quorum, Rule, Verdict, decide, tally

NO_QUORUM_ASKED = Quorum()
OF_PRESENT_AND_VOTING = (Rule.SIMPLE_MAJORITY, Rule.TWO_THIRDS)

figures = st.integers(0, 200)
rules = st.sampled_from(Rule)
quorums = st.integers(1, 12).flatmap(
    lambda below: st.integers(0, below).map(lambda above: Quorum(above, below))
)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    yes, no, abstain, absent = (draw(figures) for _ in range(4))
    return Count(yes, no, abstain, yes + no + abstain + absent)


def verdict(rule: Rule, yes: int, no: int, abstain: int = 0, absent: int = 0) -> Verdict:
    return decide(rule, Count(yes, no, abstain, yes + no + abstain + absent), NO_QUORUM_ASKED).verdict


def yes_needed(rule: Rule, voting: int) -> int:
    """The fewest yes votes that carry; at least one, since nothing is adopted without votes."""
    return {Rule.SIMPLE_MAJORITY: voting // 2 + 1, Rule.TWO_THIRDS: max(1, -(-2 * voting // 3)),
            Rule.CONSENSUS: max(1, voting)}[rule]


def percent(decision: Decision) -> str:
    assert decision.share is not None
    return f"{float(decision.share * 100):.2f}"


# Precedents


def test_the_rome_statute_was_adopted_by_two_thirds() -> None:
    decision = decide(Rule.TWO_THIRDS, Count(120, 7, 21, 148), NO_QUORUM_ASKED)
    assert decision.verdict is Verdict.ADOPTED
    assert decision.share == Fraction(120, 127)
    assert percent(decision) == "94.49"
    assert (decision.lhs, decision.rhs, decision.strict) == (360, 254, False)
    assert decision.needed_share == Fraction(2, 3)
    assert yes_needed(Rule.TWO_THIRDS, decision.count.present_and_voting) == 85


def test_the_1970_vote_on_china_had_a_majority_but_not_two_thirds() -> None:
    assert verdict(Rule.SIMPLE_MAJORITY, 66, 52, 7) is Verdict.ADOPTED
    assert verdict(Rule.SIMPLE_MAJORITY, 51, 49, 25) is Verdict.ADOPTED
    assert verdict(Rule.TWO_THIRDS, 51, 49, 25) is Verdict.NOT_ADOPTED


def test_the_1971_vote_on_china_cleared_both_majorities() -> None:
    count = Count(76, 35, 17, 131)
    assert count.not_voting == 3
    assert verdict(Rule.SIMPLE_MAJORITY, 55, 59, 15) is Verdict.NOT_ADOPTED
    assert decide(Rule.SIMPLE_MAJORITY, count, NO_QUORUM_ASKED).verdict is Verdict.ADOPTED
    two_thirds = decide(Rule.TWO_THIRDS, count, NO_QUORUM_ASKED)
    assert two_thirds.verdict is Verdict.ADOPTED
    assert percent(two_thirds) == "68.47"


def test_abstentions_did_not_defeat_the_2022_suspension_from_the_human_rights_council() -> None:
    decision = decide(Rule.TWO_THIRDS, Count(93, 24, 58, 193), NO_QUORUM_ASKED)
    assert decision.verdict is Verdict.ADOPTED
    assert percent(decision) == "79.49"
    assert decision.count.not_voting == 18
    assert verdict(Rule.TWO_THIRDS, 93, 24 + 58) is Verdict.NOT_ADOPTED


def test_the_2021_resolution_on_the_responsibility_to_protect_adds_up_to_all_members() -> None:
    count = Count(115, 15, 28, 193)
    assert count.not_voting == 35
    assert decide(Rule.TWO_THIRDS, count, NO_QUORUM_ASKED).verdict is Verdict.ADOPTED


# Edges


def test_a_tie_is_not_a_majority() -> None:
    assert verdict(Rule.SIMPLE_MAJORITY, 10, 10) is Verdict.NOT_ADOPTED
    assert verdict(Rule.SIMPLE_MAJORITY, 11, 10) is Verdict.ADOPTED


def test_exactly_two_thirds_suffices_and_one_vote_less_does_not() -> None:
    assert verdict(Rule.TWO_THIRDS, 2, 1) is Verdict.ADOPTED
    assert verdict(Rule.TWO_THIRDS, 66_666_666_666_666_666, 33_333_333_333_333_333) is Verdict.ADOPTED
    assert verdict(Rule.TWO_THIRDS, 66_666_666_666_666_665, 33_333_333_333_333_333) is Verdict.NOT_ADOPTED


def test_consensus_needs_one_voice_in_favour_and_survives_abstentions() -> None:
    assert verdict(Rule.CONSENSUS, 1, 0, abstain=50) is Verdict.ADOPTED
    assert verdict(Rule.CONSENSUS, 0, 0, abstain=50) is Verdict.NOT_ADOPTED
    assert decide(Rule.CONSENSUS, Count(3, 0, 0, 3), NO_QUORUM_ASKED).needed_share is None


@pytest.mark.parametrize("rule", Rule)
def test_nothing_is_adopted_without_a_yes_or_no(rule: Rule) -> None:
    decision = decide(rule, Count(0, 0, 4, 9), NO_QUORUM_ASKED)
    assert decision.verdict is Verdict.NOT_ADOPTED
    assert decision.share is None


def test_a_quorum_is_rounded_up_and_counts_abstainers() -> None:
    half = Quorum(1, 2)
    assert half.needed(9) == 5
    assert not half.is_met(Count(4, 0, 0, 9))
    assert half.is_met(Count(4, 0, 1, 9))
    assert decide(Rule.CONSENSUS, Count(4, 0, 0, 9), half).verdict is Verdict.NO_QUORUM


def test_no_quorum_is_met_by_an_empty_ballot() -> None:
    assert NO_QUORUM_ASKED.needed(100) == 0
    assert NO_QUORUM_ASKED.is_met(Count(0, 0, 0, 100))


@pytest.mark.parametrize("below_zero", [(-1, 0, 0, 5), (0, -1, 0, 5), (0, 0, -1, 5), (0, 0, 0, -1)])
def test_a_negative_figure_is_refused(below_zero: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        Count(*below_zero)


def test_more_votes_than_voters_are_refused() -> None:
    with pytest.raises(ValueError, match="more votes"):
        tally([Choice.YES, Choice.NO, Choice.ABSTAIN], eligible=2)


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (-1, 2), (3, 2), (1, -2)])
def test_an_impossible_quorum_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="share"):
        Quorum(numerator, denominator)


# Laws


@given(counts(), st.sampled_from(OF_PRESENT_AND_VOTING), figures)
def test_adding_abstentions_changes_no_majority_of_those_voting(count: Count, rule: Rule, more: int) -> None:
    wider = Count(count.yes, count.no, count.abstain + more, count.eligible + more)
    before, after = (decide(rule, each, NO_QUORUM_ASKED) for each in (count, wider))
    assert (before.verdict, before.share) == (after.verdict, after.share)


@given(st.lists(st.sampled_from(Choice), max_size=40), st.randoms())
def test_the_order_of_voters_is_neutral(choices: list[Choice], chance: Random) -> None:
    count = tally(choices, eligible=50)
    assert (count.cast, count.yes) == (len(choices), choices.count(Choice.YES))
    chance.shuffle(choices)
    assert tally(choices, eligible=50) == count


@given(counts(), rules, quorums)
def test_a_missed_quorum_beats_any_majority(count: Count, rule: Rule, quorum: Quorum) -> None:
    decision = decide(rule, count, quorum)
    missed = Fraction(count.cast) < Fraction(quorum.numerator, quorum.denominator) * count.eligible
    assert (decision.verdict is Verdict.NO_QUORUM) == missed
    assert decision.quorum_met != missed
    assert decision.quorum_met == (count.cast >= decision.quorum_needed)


@given(counts(), rules, quorums)
def test_one_more_yes_never_undoes_an_adoption(count: Count, rule: Rule, quorum: Quorum) -> None:
    more = Count(count.yes + 1, count.no, count.abstain, count.eligible + 1)
    if decide(rule, count, quorum).verdict is Verdict.ADOPTED:
        assert decide(rule, more, quorum).verdict is Verdict.ADOPTED


@given(counts())
def test_consensus_falls_with_a_single_no(count: Count) -> None:
    objected = Count(count.yes, count.no + 1, count.abstain, count.eligible + 1)
    assert decide(Rule.CONSENSUS, objected, NO_QUORUM_ASKED).verdict is Verdict.NOT_ADOPTED


@given(counts(), rules)
def test_the_printed_arithmetic_agrees_with_the_verdict(count: Count, rule: Rule) -> None:
    decision = decide(rule, count, NO_QUORUM_ASKED)
    holds = decision.lhs > decision.rhs if decision.strict else decision.lhs >= decision.rhs
    assert (decision.verdict is Verdict.ADOPTED) == (holds and count.present_and_voting > 0)
    if decision.share is not None and decision.needed_share is not None:
        beyond = decision.share > decision.needed_share
        assert holds == (beyond or (not decision.strict and decision.share == decision.needed_share))


@given(st.integers(0, 300), rules)
def test_the_required_majority_carries_and_one_vote_less_does_not(voting: int, rule: Rule) -> None:
    needed = yes_needed(rule, voting)
    for yes in range(voting + 1):
        assert (verdict(rule, yes, voting - yes) is Verdict.ADOPTED) == (yes >= needed)
