"""The model behind docs/scale.md loses nothing, and the page says what it prints."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import costs, scale
from tests.bench.costs import Assumed, Costs
from tests.bench.returning import come_back
from tests.bench.tiers import Hall, Tiers, shares, written

CHEAP = Costs(frame_us=10, join_ms=2, socket_kb=45, base_mb=100, frame_bytes=700, votes_a_second=3000)
SMALL = Assumed(sockets_a_front=50)


def test_docs_scale_says_what_the_program_prints():
    block = scale.tables(costs.read(scale.BENCHMARKS), Assumed(), scale.SEED, list(scale.HALLS))
    page = scale.PAGE.read_text()
    assert scale.page_with(page, block) == page


@settings(max_examples=25)
@given(st.integers(1, 200), st.integers(0, 400), st.floats(0.5, 50), st.integers(0, 9))
def test_every_listener_gets_every_post_once(voices, relayed, rate, seed):
    outcome = Tiers(Hall(voices, relayed, rate=rate, seconds=3), CHEAP, SMALL, seed).run()
    assert outcome.deliveries == outcome.posts * (voices + relayed)
    assert outcome.latencies[0] > SMALL.commit_ms


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.floats(0.001, 2))
def test_a_front_writes_every_post_once_and_one_frame_at_a_time(moments, seconds):
    frames = written([(at, (n,)) for n, at in enumerate(moments)], seconds)
    assert sorted(post for frame in frames for post in frame.posts) == list(range(len(moments)))
    assert all(a.last <= b.first for a, b in itertools.pairwise(frames))
    assert all(frame.first >= moments[post] for frame in frames for post in frame.posts)


def test_what_piles_up_while_a_front_writes_goes_in_one_frame():
    frames = written([(0.0, (0,)), (0.1, (1,)), (0.2, (2,)), (5.0, (3,))], 1.0)
    assert [frame.posts for frame in frames] == [(0,), (1, 2), (3,)]
    assert [frame.first for frame in frames] == [0.0, 1.0, 5.0]


def test_sockets_are_shared_evenly():
    assert shares(10, 3) == [4, 3, 3]
    assert shares(0, 0) == []


def test_dearer_frames_come_later_and_more_fronts_take_more_memory():
    dear = Costs(**{**vars(CHEAP), "frame_us": 1000})
    cheap, late = (Tiers(Hall(40, 100), cost, SMALL, 1).run() for cost in (CHEAP, dear))
    assert late.percentile(0.99) > cheap.percentile(0.99)
    assert late.cores == pytest.approx(100 * cheap.cores, rel=0.1)
    assert Tiers(Hall(40, 400), CHEAP, SMALL, 1).run().memory_gb > cheap.memory_gb


@given(st.integers(1, 300), st.floats(0, 20), st.floats(0.0005, 0.2), st.integers(0, 9))
def test_all_clients_come_back_once_and_none_before_the_server(clients, down, join, seed):
    came = come_back(clients, join_s=join, down_s=down, patience_s=10, seed=seed)
    assert len(came.back) == clients
    assert came.back[0] >= down + join
    assert all(b - a >= join * 0.999 for a, b in itertools.pairwise(came.back))
    assert came.attempts >= clients


def test_a_server_slower_than_peoples_patience_is_asked_again():
    assert come_back(300, join_s=0.1, down_s=0, patience_s=5, seed=1).attempts > 300


def test_the_same_seed_gives_the_same_tables():
    rows = [Hall(100, 300, seconds=5)]
    first, again, other = (scale.tables(CHEAP, SMALL, seed, rows) for seed in (1, 1, 2))
    assert first == again != other


def test_anyone_can_reckon_with_costs_of_their_own(capsys):
    given = ["--frame-us=10", "--join-ms=2", "--socket-kb=45", "--base-mb=100", "--frame-bytes=700"]
    scale.main(["--listeners=20000", "--seconds=5", *given, "--votes-a-second=3000"])
    assert "| 8,000 | 12,000 | 0 | 2 | 2 |" in capsys.readouterr().out


def test_costs_that_were_not_measured_are_missed_by_name(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n## Costs of one worker\n\n| processor time a join (ms) | – | – |\n")
    with pytest.raises(ValueError, match="one post a frame"):
        costs.read(page)


def test_a_page_without_a_place_for_the_tables_is_not_overwritten():
    with pytest.raises(ValueError, match="no place"):
        scale.page_with("# Scale\n", "x")
