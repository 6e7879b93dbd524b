"""Run the benchmarks and write docs/benchmarks.md."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import pages

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print, keep."""
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    lines = ["# Benchmarks", "", f"`make bench` on {datetime.now(UTC):%d %B %Y}: {machine}. Figures drift with the "
             "machine; compare within one run.", "", *pages.measure()]
    REPORT.write_text("\n".join(lines) + "\n")
    sys.stdout.write(REPORT.read_text())


if __name__ == "__main__":
    main()
