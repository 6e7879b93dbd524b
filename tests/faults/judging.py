"""What every test that provokes faults may ask for: a seed, a history, a verdict, a count; told at the run's end."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.checker import Verdict
from tests.faults.history import History

_tried: Counter[str] = Counter()
_checked: Counter[str] = Counter()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run's chances: `--seed N` repeats one."""
    given = request.config.getoption("--seed")
    chosen = random.SystemRandom().randrange(2**32) if given is None else int(given)
    request.node.add_report_section("call", "seed", f"repeat with --seed {chosen}")
    return chosen


@pytest.fixture
def history(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[History]:
    """The clients' history; kept as JSONL beside the test's other files."""
    kept = History()
    yield kept
    path = kept.write(tmp_path / "history.jsonl")
    request.node.add_report_section("call", "history", f"{len(kept.lines)} lines in {path}")


@pytest.fixture
def verdict() -> Iterator[Verdict]:
    """What was checked; anything wrong fails the test at its end."""
    given = Verdict()
    yield given
    _checked.update(given.checked)
    assert given.wrong == []


@pytest.fixture
def fault() -> Callable[[str, int], None]:
    """A function that counts a fault tried: `fault("kill -9")`."""

    def count(name: str, times: int = 1) -> None:
        _tried[name] += times

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was tried and checked."""
    if _tried or _checked:
        terminalreporter.section("faults")
        terminalreporter.write_line("tried: " + ", ".join(f"{n} × {name}" for name, n in sorted(_tried.items())))
        terminalreporter.write_line("checked: " + ", ".join(f"{name} {n}×" for name, n in sorted(_checked.items())))
