"""How the generator's words and a program's samples are read."""

import os
import random
import subprocess
import sys

import pytest

from tests.bench import generator, live, live_report, machine, storm
from tests.bench.backoff import wait_before
from tests.bench.generator import Failed, Load
from tests.bench.live import Figures, Plan
from tests.bench.sampling import Sample, cpu_between, grown, look, watch


def test_the_generators_last_line_is_read():
    assert generator.parse('noise\n{"clients":500,"p99_ms":1.5}\n') == {"clients": 500, "p99_ms": 1.5}


@pytest.mark.parametrize("said", ["", "only 3 of 8 ready", "[1]", '{"p99_ms": null}'])
def test_a_generator_without_figures_has_failed(said):
    with pytest.raises(Failed):
        generator.parse(said)


def test_a_run_that_breaks_off_says_why(tmp_path):
    program = tmp_path / "load"
    program.write_text("#!/bin/sh\necho client 4 closed by server >&2\nexit 1\n")
    program.chmod(0o700)
    with pytest.raises(Failed, match="client 4 closed by server"):
        generator.run(program, min(os.sched_getaffinity(0)))


def test_a_run_posts_after_all_clients_joined():
    assert Load({"connect_s": 2.0}, began=10.0).measured(5.0) == pytest.approx((12.3, 17.3))


SAMPLES = [Sample(0.0, 100, 1.0), Sample(1.0, 150, 1.5), Sample(2.0, 140, 2.5), Sample(3.0, 120, 2.6)]


def test_processor_time_is_taken_between_two_moments():
    assert cpu_between(SAMPLES, 0.9, 2.1) == pytest.approx(1.0)
    assert cpu_between(SAMPLES, -5, 50) == pytest.approx(1.6)


def test_memory_is_what_came_on_top_at_the_highest():
    assert grown(SAMPLES) == 50


def test_a_program_is_watched_while_it_works():
    with watch(os.getpid()) as samples:
        while samples[-1].cpu < samples[0].cpu + 0.1:
            sum(range(100_000))
    assert samples[-1].at > samples[0].at
    assert samples[0].rss > 1000


def test_a_pinned_program_keeps_to_its_core():
    core = max(os.sched_getaffinity(0))
    ask = [sys.executable, "-c", "import os; print(sorted(os.sched_getaffinity(0)))"]
    done = subprocess.run(machine.pinned(ask, core), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"[{core}]"
    assert look(os.getpid()).cpu > 0


def test_without_the_kit_nothing_is_measured_and_the_report_says_so(tmp_path):
    figures = live.measure(live.QUICK, tmp_path)
    assert not figures.rounds
    assert any("load.c" in note for note in figures.notes)


def test_the_report_names_every_goal_and_what_went_wrong():
    plan = Plan()
    figures = Figures(notes=["ours, pages: broke off"])
    for side, rate in (("ours", 1_000_000.0), ("peer", 100_000.0)):
        figures.take(side, {"deliveries/s to 500": rate})
    section = live_report.live_section(figures, plan, "today.")
    assert "| deliveries/s, 500 listeners | 1,000,000 | 100,000 | 10.00× | ≥ 5× the peer | yes |" in section
    assert "- ours, pages: broke off" in section
    assert section.count("not measured") == 12
    costs = live_report.costs_section(figures, plan, "today.")
    assert all(name in costs for name in live_report.COSTS.values())


def test_clients_come_back_at_random_moments_that_grow_to_fifteen_seconds():
    lot = random.Random(1)
    first = [wait_before(0, lot) for _ in range(200)]
    late = [wait_before(30, lot) for _ in range(200)]
    assert 0.25 <= min(first) < max(first) <= 0.75
    assert set(late) == {15.0}


def test_a_short_and_a_long_frame_carry_their_length():
    assert storm.framed("3") == b"\x81\x81\0\0\0\x003"
    assert storm.framed("x" * 300)[:4] == b"\x81\xfe\x01\x2c"


@pytest.mark.parametrize(("done", "took", "another"), [(0, 900, True), (1, 300, True), (2, 400, True), (2, 500, False)])
def test_no_round_is_begun_that_would_end_too_late(done, took, another):
    assert live.is_time_for_another(done, took, enough=660) is another
