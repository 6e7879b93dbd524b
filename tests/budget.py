"""The time budget of a test: 0.4 s of its process's processor time, unless it is marked `@pytest.mark.slow("reason")`.

Processor time, because a busy machine makes a test wait and not work; what its servers and children take is not in it.
A run ends with the tests over the budget. A test over twenty times the budget fails the run.
"""

import time
from collections.abc import Generator

import pytest

from tests.compiled import SERVED

BUDGET = 0.4  # seconds
FAILS_ABOVE = 20 * BUDGET
SHOWN = 15
# A fixture of a wider scope is set up within the first test that asks for it, so setup is not counted.
_over: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Measure the test, and tell its report by a property, which xdist brings back."""
    began = time.process_time()
    try:
        return (yield)
    finally:
        if not is_free(item):
            item.user_properties.append(("processor", time.process_time() - began))


def is_free(item: pytest.Item) -> bool:
    """Whether the test has no budget: a reason stands beside it, or it drives browsers or many clients of a server."""
    is_marked = any(item.get_closest_marker(name) for name in ("slow", "browser"))
    return is_marked or not SERVED.isdisjoint(item.path.parts)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test over the budget."""
    for name, value in report.user_properties if report.when == "call" else ():
        if name == "processor" and isinstance(value, float) and value > BUDGET:
            _over[report.nodeid] = value


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests over the budget, the longest first."""
    if _over:
        terminalreporter.section(f"{len(_over)} tests took over {BUDGET} s of processor time")
        for test, seconds in sorted(_over.items(), key=lambda pair: -pair[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:6.2f} s  {test}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for a test far over the budget."""
    far = [test for test, seconds in _over.items() if seconds > FAILS_ABOVE]
    if far and not hasattr(session.config, "workerinput") and session.exitstatus == pytest.ExitCode.OK:
        said = f"\nOver {FAILS_ABOVE:g} s: make it quicker, or mark it @pytest.mark.slow with a reason:"
        print(said, *far, sep="\n  ")  # noqa: T201 (the end of a run is what the terminal shows)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
