"""Versions of a text are compared clause by clause, by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.proposals.diff import Clause, State, diff
from dialogue.proposals.wording import Op, Run

BEFORE: list[Clause] = [
    ("a", "Recalling the Charter,"),
    ("b", "Decides to meet each year;"),
    ("c", "Requests a report."),
]

versions = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sampled_from(["", "Decides.", "Decides to act.", "Urges action."])
).flatmap(lambda texts: st.permutations(list(texts.items())))


def states(before: list[Clause], after: list[Clause]) -> list[tuple[str, State, int | None, int | None]]:
    return [(each.key, each.state, each.number_before, each.number_after) for each in diff(before, after)]


def test_an_untouched_text_is_kept() -> None:
    assert [each.state for each in diff(BEFORE, BEFORE)] == [State.KEPT] * 3
    assert diff(BEFORE, BEFORE)[0].runs == (Run(Op.SAME, "Recalling the Charter,"),)


def test_a_reworded_clause_shows_its_words() -> None:
    after = [BEFORE[0], ("b", "Decides to meet twice each year;"), BEFORE[2]]
    changed = diff(BEFORE, after)[1]
    assert changed.state is State.CHANGED
    assert changed.runs == (
        Run(Op.SAME, "Decides to meet "),
        Run(Op.ADDED, "twice "),
        Run(Op.SAME, "each year;"),
    )


def test_a_clause_renumbered_by_an_addition_is_kept() -> None:
    assert states(BEFORE, [BEFORE[0], ("n", "Notes this;"), *BEFORE[1:]]) == [
        ("a", State.KEPT, 1, 1),
        ("n", State.ADDED, None, 2),
        ("b", State.KEPT, 2, 3),
        ("c", State.KEPT, 3, 4),
    ]


def test_a_removed_clause_stands_where_it_stood() -> None:
    assert states(BEFORE, [BEFORE[0], BEFORE[2]]) == [
        ("a", State.KEPT, 1, 1),
        ("b", State.REMOVED, 2, None),
        ("c", State.KEPT, 3, 2),
    ]
    assert [each.key for each in diff(BEFORE, [BEFORE[2]])] == ["a", "b", "c"]


def test_only_the_clause_that_moved_is_called_moved() -> None:
    assert states(BEFORE, [BEFORE[2], BEFORE[0], BEFORE[1]]) == [
        ("c", State.MOVED, 3, 1),
        ("a", State.KEPT, 1, 2),
        ("b", State.KEPT, 2, 3),
    ]


def test_a_clause_moved_and_reworded_is_changed() -> None:
    after = [("c", "Requests two reports."), BEFORE[0], BEFORE[1]]
    assert states(BEFORE, after)[0] == ("c", State.CHANGED, 3, 1)


def test_a_key_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        diff(BEFORE, [BEFORE[0], BEFORE[0]])


@given(versions, versions)
def test_both_versions_can_be_rebuilt(before: list[Clause], after: list[Clause]) -> None:
    found = diff(before, after)
    assert len({each.key for each in found}) == len(found)

    def text(runs: tuple[Run, ...], op: Op) -> str:
        return "".join(run.text for run in runs if run.op in (Op.SAME, op))

    new = [(each.key, text(each.runs, Op.ADDED)) for each in found if each.number_after]
    old = sorted(
        (each.number_before, each.key, text(each.runs, Op.REMOVED)) for each in found if each.number_before
    )
    assert new == after
    assert [(key, words) for _, key, words in old] == before


@given(versions, versions)
def test_clauses_that_did_not_move_are_in_the_same_order_in_both(
    before: list[Clause], after: list[Clause]
) -> None:
    kept = [each.number_before for each in diff(before, after) if each.state is State.KEPT]
    assert kept == sorted(kept, key=lambda number: number or 0)
