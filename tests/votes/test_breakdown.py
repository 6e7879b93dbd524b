"""A breakdown shows how groups voted and never how a person did."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.votes.breakdown import Breakdown, Cells, breakdown
from dialogue.votes.rules import Choice

SETS = ("state", "civil_society", "intl_civil_service")
World = tuple[Cells, ...]


def cast(world: World) -> list[tuple[str, Choice]]:
    """Votes that count up to the given cells, group by group."""
    return [
        (group, choice)
        for group, cells in zip(names(world), world, strict=True)
        for choice, times in zip(Choice, (cells.yes, cells.no, cells.abstain), strict=True)
        for _ in range(times)
    ]


def names(world: World) -> tuple[str, ...]:
    return tuple(f"group {number}" for number in range(len(world)))


def publish(world: World, smallest_cell: int = 5) -> Breakdown:
    return breakdown(cast(world), names(world), smallest_cell)


def shown(world: World) -> list[Cells | None]:
    return [row.cells for row in publish(world).rows]


def is_empty(told: Breakdown) -> bool:
    """Whether nothing but the totals is shown: no row with a vote in it is left."""
    return not any(row.cells and row.cells.cast for row in told.rows)


def test_large_mixed_groups_are_shown() -> None:
    world = (Cells(10, 8, 0), Cells(6, 5, 7), Cells(9, 9, 9))
    assert shown(world) == list(world)
    assert publish(world).remainder is None
    assert publish(world).withheld == ()


def test_a_cell_of_four_is_withheld_with_the_smallest_other_group_as_its_complement() -> None:
    world = (Cells(20, 10, 0), Cells(6, 4, 0), Cells(6, 7, 0))
    assert shown(world) == [world[0], None, None]
    assert publish(world).withheld == ("group 1", "group 2")
    assert publish(world).remainder == Cells(12, 11, 0)


def test_a_cell_of_five_is_shown() -> None:
    world = (Cells(20, 10, 0), Cells(5, 5, 0))
    assert shown(world) == list(world)


def test_a_unanimous_group_is_withheld_however_large() -> None:
    world = (Cells(20, 0, 0), Cells(20, 10, 0), Cells(30, 30, 0))
    assert shown(world) == [None, None, world[2]]


def test_no_row_smaller_than_a_withheld_one_is_shown() -> None:
    world = (Cells(60, 0, 0), Cells(20, 10, 0), Cells(30, 40, 0))
    assert shown(world) == [None, None, world[2]]
    assert shown((Cells(60, 0, 0), Cells(20, 10, 0), Cells(25, 30, 0))) == [None, None, None]


def test_more_is_withheld_while_the_remainder_still_tells_too_much() -> None:
    world = (Cells(2, 0, 0), Cells(1, 0, 0), Cells(6, 6, 0), Cells(50, 50, 0))
    assert shown(world) == [None, None, None, world[3]]
    assert publish(world).remainder == Cells(9, 6, 0)


def test_a_few_dissenters_in_the_total_leave_no_breakdown() -> None:
    told = publish((Cells(30, 1, 9), Cells(30, 0, 9), Cells(40, 0, 0)))
    assert is_empty(told)
    assert told.remainder == Cells(100, 1, 18)


def test_the_only_group_that_voted_is_the_total_itself() -> None:
    assert shown((Cells(9, 9, 0), Cells())) == [Cells(9, 9, 0), Cells()]
    assert is_empty(publish((Cells(3, 0, 0), Cells())))


def test_a_group_that_did_not_vote_is_shown_as_zeros() -> None:
    world = (Cells(9, 9, 0), Cells(), Cells(8, 7, 0))
    assert shown(world) == list(world)


def test_a_recorded_ballot_withholds_nothing() -> None:
    world = (Cells(1, 0, 0), Cells(0, 2, 1))
    told = breakdown(cast(world), names(world), secret=False)
    assert [row.cells for row in told.rows] == list(world)
    assert told.remainder is None


def test_rows_keep_the_order_of_the_groups() -> None:
    told = breakdown([], SETS)
    assert tuple(row.group for row in told.rows) == SETS
    assert is_empty(told)


def test_a_vote_outside_the_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="no listed group"):
        breakdown([("press", Choice.YES)], SETS)


def test_a_group_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        breakdown([], ("state", "state"))


def test_a_smallest_cell_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="two at least"):
        breakdown([], SETS, 1)


cells = st.builds(Cells, *(st.integers(0, 12) for _ in Choice))
worlds = st.lists(cells, max_size=6).map(tuple)


@given(worlds)
def test_nothing_that_can_be_read_or_subtracted_is_telling(world: World) -> None:
    told = publish(world)
    rows = [row.cells for row in told.rows if row.cells is not None]
    assert not any(row.is_telling(5) for row in rows)
    if rows and told.remainder and any(row.cast for row in rows):
        assert len(told.withheld) > 1
        assert not told.remainder.is_telling(5)
    assert sum(rows, told.remainder or Cells()) == sum(world, Cells())


@given(worlds)
def test_the_order_of_votes_is_neutral(world: World) -> None:
    assert breakdown(reversed(cast(world)), names(world)) == publish(world)


# An adversary who knows the totals, how many of each group voted, and these very rules, lists every world in
# which the published page would have read the same. What is alike in all of them is what the page gives away.


def ways_to_vote(size: int) -> Iterator[Cells]:
    return (Cells(yes, no, size - yes - no) for yes in range(size + 1) for no in range(size + 1 - yes))


def certain(indistinguishable: list[World], group: int) -> set[str]:
    """Return the choices of a group that were certainly made, in the same number in every possible world."""
    seen = {choice: {getattr(world[group], choice) for world in indistinguishable} for choice in Choice}
    return {choice.value for choice, numbers in seen.items() if len(numbers) == 1 and numbers != {0}}


def pages(sizes: tuple[int, ...], smallest_cell: int) -> dict[tuple[Cells, Breakdown], list[World]]:
    found: dict[tuple[Cells, Breakdown], list[World]] = defaultdict(list)
    for world in product(*(list(ways_to_vote(size)) for size in sizes)):
        found[sum(world, Cells()), publish(world, smallest_cell)].append(world)
    return found


@pytest.mark.parametrize(
    ("sizes", "smallest_cell"),
    [((4, 4), 2), ((9, 13), 4), ((11, 12), 5), ((2, 2, 6), 2), ((2, 4, 5), 2), ((1, 1, 4, 4), 2)],
)
def test_no_choice_of_a_withheld_group_can_be_derived(sizes: tuple[int, ...], smallest_cell: int) -> None:
    rows_shown = rows_withheld = 0
    for (totals, told), indistinguishable in pages(sizes, smallest_cell).items():
        if sum(1 for cell in (totals.yes, totals.no, totals.abstain) if cell) == 1:
            continue  # A unanimous total tells everything by itself.
        rows_withheld += len(told.withheld)
        rows_shown += len(sizes) - len(told.withheld)
        for group, row in enumerate(told.rows):
            if row.cells is None:
                assert certain(indistinguishable, group) == set(), (totals, told)
    assert min(rows_shown, rows_withheld) > 0
