"""What the benchmarks' report says of the figures."""

import socket

import pytest

from tests.bench import report
from tests.bench.bare import Loop
from tests.bench.report import Row, at_most, at_most_times, below_the_peer, exactly, times_the_peer


def test_a_figure_is_the_median_of_its_rounds_with_the_extremes_beside_it():
    assert report.spread([3, 1, 200]) == "3 (1–200)"
    assert report.spread([12.34]) == "12.3"
    assert report.spread([]) == "–"


def test_a_ratio_is_one_of_medians():
    # The mean of the rounds' own ratios would be 36.
    assert Row("x", [100, 10, 10], [1, 10, 5]).cells()[3] == "2.00×"


def test_numbers_keep_the_digits_that_matter():
    shown = [report.number(n) for n in (1_400_000.4, 143.6, 12.34, 1.234, 8000)]
    assert shown == ["1,400,000", "144", "12.3", "1.23", "8,000"]


@pytest.mark.parametrize(("goal", "ours", "peer", "verdict"), [
    (at_most(60), [60], [], "yes"),
    (at_most(60), [61], [], "**no**"),
    (at_most(60), [], [10], "not measured"),
    (times_the_peer(5), [50], [10], "yes"),
    (times_the_peer(5), [49], [10], "**no**"),
    (times_the_peer(5), [49], [], "not measured"),
    (below_the_peer(100), [90], [95], "yes"),
    (below_the_peer(100), [90], [80], "**no**"),
    (below_the_peer(100), [101], [200], "**no**"),
    (at_most_times(2), [20], [10], "yes"),
    (at_most_times(2), [21], [10], "**no**"),
    (at_most_times(2), [21], [], "not measured"),
    (exactly(2000), [2000, 2000], [], "yes"),
    (exactly(2000), [1999], [], "**no**"),
    (report.NO_GOAL, [1], [1], "–"),
])
def test_a_goal_is_met_missed_or_not_measured(goal, ours, peer, verdict):
    assert Row("x", ours, peer, goal).verdict() == verdict


def test_a_part_that_was_not_measured_anew_stays_as_it_was():
    old = report.joined({}, {"Live engine": "old live", "Pages with 5": "old pages"})
    page = report.joined(report.sections(old), {"Live engine": "new live"})
    assert report.sections(page) == {"Live engine": "new live", "Pages with 5": "old pages"}


def test_a_part_measured_anew_under_another_title_replaces_the_old_one():
    page = report.joined({"Pages with 5": "old"}, {"Pages with 6": "new", "Live engine": "live"})
    assert list(report.sections(page)) == ["Live engine", "Pages with 6"]
    assert "old" not in page


def test_what_could_not_be_measured_is_said_once_and_takes_no_figures_away():
    page = report.joined({"Live engine": "old figures"}, {"Not measured": "no compiler"})
    assert report.sections(page) == {"Live engine": "old figures", "Not measured": "no compiler"}
    assert "Not measured" not in report.joined(report.sections(page), {"Pages with 5": "new"})


def test_the_bare_loops_frame_is_as_long_as_ours_and_marks_what_was_said():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        loop = Loop(listener, 692)
        frames = [loop.frame("t=123 " + "x" * 200) for _ in range(2)]
    assert [len(frame) for frame in frames] == [692, 692]
    assert b'"seq":1,' in frames[0]
    assert b'"seq":2,' in frames[1]
    assert b"t=123 " in frames[0]
