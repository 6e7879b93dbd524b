"""The agenda's score is exact, public and fair to ties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.agenda.scoring import Rating, Spread, Weights, median_rating, rank, score, shown, tallied_rating

values = st.integers(1, 5)
halves = st.integers(2, 10).map(lambda doubled: Fraction(doubled, 2))
weights = st.tuples(*(st.integers(0, 9) for _ in range(3))).filter(any).map(lambda each: Weights(*each))
ratings = st.lists(st.builds(Rating, values, values, values), min_size=1, max_size=9)


def test_three_items_of_the_specification_score_and_tie_as_it_says() -> None:
    items = [("A", score(5, 2, 3)), ("B", score(3, 5, 1)), ("C", score(4, 4, 4))]
    assert [shown(points) for _, points in items] == ["58.33", "83.33", "58.33"]
    assert [(each.item, each.rank, each.tied) for each in rank(items)] == [
        ("B", 1, False),
        ("A", 2, True),
        ("C", 2, True),
    ]


def test_a_rank_is_skipped_after_a_tie() -> None:
    items = [("last", Fraction(1)), ("first", Fraction(9)), ("second", Fraction(9)), ("third", Fraction(5))]
    assert [(each.item, each.rank) for each in rank(items)] == [
        ("first", 1),
        ("second", 1),
        ("third", 3),
        ("last", 4),
    ]


def test_nothing_is_ranked_when_there_is_nothing() -> None:
    assert rank([]) == []


def test_near_ties_are_not_ties() -> None:
    close = [("lower", Fraction(175, 3)), ("higher", Fraction(175, 3) + Fraction(1, 10**30))]
    assert [(each.item, each.tied) for each in rank(close)] == [("higher", False), ("lower", False)]


def test_the_best_and_the_worst_item_have_100_and_0() -> None:
    assert shown(score(5, 5, 1)) == "100.00"
    assert shown(score(1, 1, 5)) == "0.00"


def test_halves_of_a_hundredth_are_rounded_up() -> None:
    assert shown(Fraction(12345, 1000)) == "12.35"
    assert shown(Fraction(2005, 1000)) == "2.01"


def test_an_even_number_of_raters_may_meet_at_a_half() -> None:
    assessed = median_rating([Rating(5, 1, 2), Rating(2, 1, 3)])
    assert assessed.urgency == Spread(Fraction(7, 2), 2, 5)
    assert assessed.feasibility == Spread(Fraction(1), 1, 1)
    assert assessed.raters == 2
    assert assessed.score() == score(Fraction(7, 2), 1, Fraction(5, 2))


def test_one_outlier_does_not_move_the_median() -> None:
    assert median_rating([Rating(3, 3, 3), Rating(3, 3, 3), Rating(5, 1, 5)]).score() == score(3, 3, 3)


def test_a_weight_of_zero_leaves_its_dimension_out() -> None:
    assert score(4, 1, 5, Weights(urgency=1, feasibility=0, cost=0)) == 75


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Weights(0, 0, 0)


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Weights(2, -1, 1)


@pytest.mark.parametrize("wrong", [(0, 3, 3), (3, 6, 3), (3, 3, -1)])
def test_a_value_outside_one_to_five_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Rating(*wrong)
    with pytest.raises(ValueError, match="1 to 5"):
        score(*wrong)


def test_an_unrated_item_has_no_assessment() -> None:
    with pytest.raises(ValueError, match="without a rating"):
        median_rating([])


@given(ratings, weights)
def test_every_score_lies_between_0_and_100(given_ratings: list[Rating], by: Weights) -> None:
    assert 0 <= median_rating(given_ratings).score(by) <= 100


@given(halves, halves, halves, weights)
def test_more_urgent_more_feasible_and_cheaper_never_score_less(
    urgency: Fraction, feasibility: Fraction, cost: Fraction, by: Weights
) -> None:
    here = score(urgency, feasibility, cost, by)
    assert score(min(urgency + 1, Fraction(5)), feasibility, cost, by) >= here
    assert score(urgency, min(feasibility + 1, Fraction(5)), cost, by) >= here
    assert score(urgency, feasibility, max(cost - 1, Fraction(1)), by) >= here


@given(values, values, values, weights, st.integers(2, 7))
def test_only_the_proportion_of_weights_matters(u: int, f: int, c: int, by: Weights, times: int) -> None:
    scaled = Weights(by.urgency * times, by.feasibility * times, by.cost * times)
    assert score(u, f, c, scaled) == score(u, f, c, by)


@given(ratings)
def test_the_median_lies_within_the_spread(given_ratings: list[Rating]) -> None:
    assessed = median_rating(given_ratings)
    for spread in (assessed.urgency, assessed.feasibility, assessed.cost):
        assert spread.low <= spread.median <= spread.high


@given(st.lists(st.integers(0, 6).map(Fraction), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_items(scores: list[Fraction]) -> None:
    ranked = rank(enumerate(scores))
    assert [each.rank for each in ranked] == [
        1 + sum(1 for other in scores if other > each.score) for each in ranked
    ]
    assert [each.tied for each in ranked] == [scores.count(each.score) > 1 for each in ranked]
    assert sorted(ranked, key=lambda each: (each.rank, each.item)) == ranked


@given(ratings)
def test_tallies_assess_an_item_as_its_ratings_do(given_ratings: list[Rating]) -> None:
    tallies = [tuple(sum(getattr(each, name) == value for each in given_ratings) for value in range(1, 6))
               for name in ("urgency", "feasibility", "cost")]
    assert tallied_rating(*tallies) == median_rating(given_ratings)


def test_a_tally_without_ratings_is_no_rating() -> None:
    with pytest.raises(ValueError, match="without a rating"):
        tallied_rating((0,) * 5, (0,) * 5, (0,) * 5)
