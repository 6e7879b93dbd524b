"""A run names the tests that took more processor time than a test has, and fails for one far over it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTING = "from tests import budget\nbudget.BUDGET, budget.FAILS_ABOVE = 0.02, 0.2\n"
WORK = "while time.process_time() - began < {seconds}: pass"
TESTS = """
import time
import pytest

def test_quick(): pass

def test_waiting(): time.sleep(0.3)

{mark}
def test_working():
    began = time.process_time()
    {work}
"""


def run(folder: Path, seconds: float, mark: str = "") -> tuple[int, str]:
    """Run three tests with the budget of a fiftieth of a second. Return the exit code and what was printed."""
    (folder / "conftest.py").write_text(SETTING)
    (folder / "test_it.py").write_text(TESTS.format(mark=mark, work=WORK.format(seconds=seconds)))
    command = [sys.executable, "-m", "pytest", "-p", "tests.budget", "-p", "no:cacheprovider", "-n", "0",
               f"--rootdir={folder}", f"--confcutdir={folder}", "-c", "/dev/null", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_test_over_the_budget_is_named_and_passes(tmp_path: Path) -> None:
    code, printed = run(tmp_path, 0.05)
    assert code == 0, printed
    assert "1 tests took over" in printed
    assert "test_working" in printed


def test_a_test_far_over_the_budget_fails_the_run(tmp_path: Path) -> None:
    code, printed = run(tmp_path, 0.3)
    assert code == 1, printed
    assert "mark it @pytest.mark.slow" in printed


def test_a_test_with_a_reason_to_be_slow_has_no_budget(tmp_path: Path) -> None:
    code, printed = run(tmp_path, 0.3, mark='@pytest.mark.slow("reason")')
    assert code == 0, printed
    assert "took over" not in printed
