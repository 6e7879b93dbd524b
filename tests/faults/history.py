"""What the clients did and saw, one line of JSON each: `invoke`, then `ok`, `fail` or `info` (unknown).

After Jepsen: the checker judges a run by these lines and by what is stored at the end, and by nothing else.
"""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["invoke", "ok", "fail", "info"]


@dataclass(frozen=True)
class Line:
    """One line: who, what (`post`, `vote`, `close`, `join`, `record`, …), how it went, and what it was about."""

    at: float
    who: str
    what: str
    outcome: Outcome
    about: dict[str, Any] = field(default_factory=dict)


class History:
    """The lines of a run, in the order they happened."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._keys = itertools.count(1)

    def note(self, who: str, what: str, outcome: Outcome, **about: Any) -> None:
        """Write one line."""
        self.lines.append(Line(time.monotonic(), who, what, outcome, about))

    def key(self, who: str) -> str:
        """Return an unused key."""
        return f"{who.replace(' ', '-')}:{next(self._keys)}"

    def of(self, what: str, outcome: Outcome | None = None) -> Iterator[Line]:
        """The lines about one kind of deed."""
        return (line for line in self.lines if line.what == what and outcome in (None, line.outcome))

    def received(self) -> dict[str, list[dict[str, Any]]]:
        """What each client applied, in its order, since it last had to begin anew."""
        seen: dict[str, list[dict[str, Any]]] = {}
        for line in self.lines:
            if line.what == "reset":
                seen.pop(line.who, None)
            elif line.what == "record":
                seen.setdefault(line.who, []).append(line.about)
        return seen

    def write(self, path: Path) -> Path:
        """Keep it as JSONL."""
        path.write_text("".join(json.dumps(asdict(line)) + "\n" for line in self.lines))
        return path

    @classmethod
    def read(cls, path: Path) -> "History":
        """A history that was kept."""
        history = cls()
        history.lines = [Line(**json.loads(line)) for line in path.read_text().splitlines()]
        return history
