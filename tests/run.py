"""All of `make test`: checks first, then tests, then people in browsers. Ends with one line of counts.

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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "packages": [sys.executable, "-m", "pip", "check"],
    "assets": [sys.executable, "-m", "dialogue", "assets", "--strict"],
    "lint": [BIN / "ruff", "check", "."],
    "types": [BIN / "mypy"],
    "arrows": [BIN / "lint-imports", "--no-logo"],
    "templates": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "words": [sys.executable, "-m", "tests.plain_words"],
}
PYTEST = [sys.executable, "-m", "pytest", "-rs"]  # What is skipped is named, with its reason.
NOUNS = ["accounts", "rooms", "live", "halls", "proposals", "votes", "outcomes", "agenda", "notices"]
ON_POSTGRES = ["--database", "postgres", *(f"tests/{noun}" for noun in NOUNS), "tests/test_ground.py"]
SERVED = ["tests/faults", "tests/workers"]  # Many servers and clients at a time, apart from the others.
# Files stay together, as their fixtures are costly; people in browsers want the machine for themselves.
TESTS = {
    "tests": [*PYTEST, "-m", "not browser", "-n", "2", "--dist", "loadfile", *(f"--ignore={f}" for f in SERVED)],
    "tests on PostgreSQL": [*PYTEST, "-m", "not browser", "-n", "2", "--dist", "loadfile", *ON_POSTGRES],
    "faults": [*PYTEST, "-m", "not browser", "-n", "2", "--dist", "loadfile", *SERVED],
    "journeys": [*PYTEST, "-m", "browser"],
}


class Run:
    """What has been run so far and how it went."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []
        self.tests: Counter[str] = Counter()
        self._began = time.monotonic()

    def check(self, name: str, command: list[str | Path]) -> None:
        """Run one check; its exit code is the answer."""
        say(f"{name} …")
        self._note(name, subprocess.run(command, cwd=ROOT).returncode == 0)

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
    parser.add_argument("--checks-only", action="store_true", help="leave the tests out")
    parser.add_argument("--no-browser", action="store_true", help="leave people in browsers out")
    options = parser.parse_args()
    run = Run()
    for name, command in CHECKS.items():
        run.check(name, command)
    for name, command in TESTS.items() if not options.checks_only else ():
        if name != "journeys" or not options.no_browser:
            run.test(name, command)
    say(run.summary() + (" · without browsers, as asked" if options.no_browser else ""))
    return 1 if run.failed else 0


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
