"""All of `make test`: the checks beside the tests, then people in browsers. Ends with one line of counts.

Everything is run even when something fails, so that one run tells all there is to know.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# The tests need what these make or look at.
FIRST = {
    "packages": [sys.executable, "-m", "pip", "check"],
    "assets": [sys.executable, "-m", "dialogue", "assets", "--strict"],
}
CHECKS = {
    "lint": [BIN / "ruff", "check", "."],
    "types": [BIN / "mypy"],
    "import rules": [BIN / "lint-imports", "--no-logo"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "words": [sys.executable, "-m", "tests.plain_words"],
}
# Skipped tests are named, with their reason. Files stay together, because their fixtures are costly.
PYTEST = [sys.executable, "-m", "pytest", "-rs", "-n", "2", "--dist", "loadfile"]
NOUNS = ["accounts", "rooms", "live", "halls", "proposals", "votes", "outcomes", "agenda", "notices"]
SERVED = ["tests/faults", "tests/workers"]  # Many servers and clients at a time, apart from the others.
ON_POSTGRES = "tests on PostgreSQL"
TESTS = {
    "tests": [*PYTEST, "-m", "not browser", *(f"--ignore={folder}" for folder in SERVED)],
    ON_POSTGRES: [*PYTEST, "--database", "postgres", "-m", "each_database and not browser"],
    "faults": [*PYTEST, "-m", "not browser", *SERVED],
    "journeys": [*PYTEST, "-m", "browser"],
}
ALL_ON_POSTGRES = [*PYTEST, "--database", "postgres", "-m", "not browser", *(f"tests/{noun}" for noun in NOUNS),
                   "tests/test_ground.py", "tests/test_matrix.py"]


class Run:
    """What has been run so far and how it went."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []
        self.tests: Counter[str] = Counter()
        self._began = time.monotonic()

    def check(self, name: str, command: list[str | Path]) -> None:
        """Run one check; its exit code is the answer. Its output comes in one piece, as tests may run beside it."""
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        say(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'}\n{done.stdout}".rstrip())
        self._note(name, done.returncode == 0)

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Within the block the checks run too, one after the other."""
        beside = Thread(target=lambda: [self.check(*check) for check in CHECKS.items()], daemon=True)
        beside.start()
        yield
        beside.join()

    def test(self, name: str, command: list[str | Path]) -> None:
        """Run tests and count them. No test is a failure too."""
        say(f"{name} …")
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "report.xml")
            code = subprocess.run([*command, f"--junit-xml={report}"], cwd=ROOT).returncode
            counts = _counts(report)
        self.tests += counts
        if not counts["passed"]:
            say(f"No test of the {name} passed.")
        self._note(name, code == 0 and counts["passed"] > 0)

    def _note(self, name: str, went_well: bool) -> None:
        if went_well:
            self.passed += 1
        else:
            self.failed.append(name)

    def summary(self) -> str:
        """Return the last line."""
        numbers = ", ".join(f"{self.tests[word]} {word}" for word in ("passed", "failed", "skipped"))
        verdict = f"FAILED: {', '.join(self.failed)}" if self.failed else "All is well"
        steps = f"{self.passed} of {self.passed + len(self.failed)} steps"
        return f"{verdict} · {steps} · tests: {numbers} · {time.monotonic() - self._began:.0f} s"


def main() -> int:
    """Run what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--all", action="store_true", help="on PostgreSQL run all tests of the nouns")
    parser.add_argument("--checks-only", action="store_true", help="leave the tests out")
    parser.add_argument("--no-browser", action="store_true", help="leave people in browsers out")
    options = parser.parse_args()
    run = Run()
    for name, command in FIRST.items():
        run.check(name, command)
    with run.checking():
        for name, command in asked_for(options).items():
            run.test(name, command)
    say(run.summary() + (" · without browsers, as asked" if options.no_browser else ""))
    return 1 if run.failed else 0


def asked_for(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return the tests that the command line asks for."""
    if options.checks_only:
        return {}
    tests = TESTS | ({ON_POSTGRES: ALL_ON_POSTGRES} if options.all else {})
    return {name: command for name, command in tests.items() if name != "journeys" or not options.no_browser}


def say(line: str) -> None:
    """Print at once: what follows comes from other processes."""
    print(line, flush=True)  # noqa: T201 (this program reports)


def _counts(report: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    if not report.exists():
        return counts
    for suite in ET.parse(report).iter("testsuite"):
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts += Counter(passed=total - skipped - failed, failed=failed, skipped=skipped)
    return counts


if __name__ == "__main__":
    # Ended from outside is ended like Ctrl-C: the tests end too, and their servers with them.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Ended before all was run.")
