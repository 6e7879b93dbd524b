"""Run the benchmarks, print them, and write docs/benchmarks.md and the tables of docs/scale.md."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import live, live_report, machine, pages, report, scale

REPORT = machine.ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print, keep."""
    options = _options()
    kept = report.sections(REPORT.read_text()) if REPORT.exists() and not options.quick else {}
    new = _measured(options)
    page = report.joined(kept, new)
    sys.stdout.write(page)
    if options.quick:
        sys.stdout.write("\nA quick run has fewer rounds and listeners than the goals are about: it is not kept.\n")
        return
    REPORT.write_text(page)
    _reckon_anew()


def _measured(options: argparse.Namespace) -> dict[str, str]:
    new: dict[str, str] = {}
    if options.only != "pages":
        plan = live.QUICK if options.quick else live.Plan()
        new |= _live(replace(plan, rounds=options.rounds or plan.rounds), options.kit)
    if options.only != "live":
        title, *lines = pages.measure()
        new[title.removeprefix("## ")] = "\n".join([_stamp(), *lines])
    return new


def _reckon_anew() -> None:
    """Have docs/scale.md follow the figures, where there are all it reckons with."""
    try:
        scale.write()
    except ValueError as missing:
        sys.stdout.write(f"\ndocs/scale.md stays as it was: {missing}\n")


def _live(plan: live.Plan, kit: Path) -> dict[str, str]:
    """The live engine's sections. Where nothing could be measured, what is there already stays, and why is said."""
    figures = live.measure(plan, kit)
    if not figures.rounds:
        return {"Not measured": "\n".join([_stamp(), "", *(f"- {note}" for note in figures.notes)])}
    return {"Live engine": live_report.live_section(figures, plan, _stamp()),
            "Costs of one worker": live_report.costs_section(figures, plan, _stamp())}


def _stamp() -> str:
    return f"{datetime.now(UTC):%-d %B %Y}, {machine.described()}."


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and listeners; printed, not kept")
    parser.add_argument("--only", choices=("live", "pages"), help="measure this part alone; the other stays as it was")
    parser.add_argument("--rounds", type=int, help="how often the live engine and its peer are measured in turn")
    parser.add_argument("--kit", type=Path, default=machine.KIT, help="the folder of load.c and peer_socketio.js")
    return parser.parse_args()


if __name__ == "__main__":
    main()
