"""Runs of text as GitHub-flavoured Markdown, in marks that every CommonMark reader reads alike."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from dialogue.exports.documents.blocks import Run, Runs
from dialogue.exports.documents.characters import safe_link

_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$]|(?<=:)//|(?<=[wW]{3})\.|(?<=\S)@(?=\S)")
_LINE_START = re.compile(r"^([#+\-=:])|^(\d{1,9})(?=[.)])")
_REFERENCE = re.compile(r"&(?=#?\w+;)")


class _Mark(NamedTuple):
    """What opens and closes a manner, and the HTML that says the same beside any letter."""

    field: str
    mark: str
    tag: str


_MARKS = (_Mark("emphasis", "*", "em"), _Mark("strong", "**", "strong"), _Mark("removed", "~~", "del"))


def lines_of(runs: Runs) -> str:
    """Write runs as the text of a block; their line breaks are kept."""
    # Indented text would be code, an empty line a new paragraph.
    return "\\\n".join(at_line_start(line) for line in _lines(runs) if line)


def line_of(runs: Runs) -> str:
    """Write runs as the text of a table's cell, where a line break is HTML."""
    return "<br>".join(line for line in _lines(runs) if line)


def _lines(runs: Runs) -> Iterator[str]:
    """Write each line by itself, because emphasis cannot reach over a line break."""
    pieces = [replace(run, text=piece) for run in runs for piece in re.split("(\n)", run.text)]
    for is_break, line in groupby(pieces, key=lambda run: run.text == "\n"):
        if not is_break:
            yield _written([run for run in line if run.text]).strip()


def _written(runs: list[Run]) -> str:
    texts = ["", *("<ins>" if run.inserted else run.text for run in runs), ""]
    return "".join(_run(run, texts[at][-1:], texts[at + 2][:1]) for at, run in enumerate(runs))


def _run(run: Run, before: str, after: str) -> str:
    """Write a run between the characters before and after it."""
    text = run.text.strip()
    if not text:
        return run.text
    lead, tail = run.text[:run.text.index(text)], run.text[run.text.index(text) + len(text):]
    marked = _code(text) if run.code else escaped(text)
    if link := safe_link(run.link):
        marked = f"[{marked}](<{_REFERENCE.sub('&amp;', link)}>)"
    is_plain = _reads(lead[-1:] or before, text, tail[:1] or after) and not run.code and not link
    for field, mark, tag in _MARKS:
        if getattr(run, field):
            marked = f"{mark}{marked}{mark}" if is_plain else f"<{tag}>{marked}</{tag}>"
    marked = f"<ins>{marked}</ins>" if run.inserted else marked
    return lead + marked + tail


def _reads(before: str, text: str, after: str) -> bool:
    """Tell whether every reader takes stars around the text for emphasis (CommonMark 0.31, section 6.2)."""
    return _is_open(before) and _is_open(after) and not (_is_punctuation(text[0]) and before.strip()) and not (
        _is_punctuation(text[-1]) and after.strip())


def _is_open(neighbour: str) -> bool:
    """Tell whether a mark beside this character cannot be taken for part of another."""
    return not neighbour or neighbour.isspace() or neighbour in ".,;:()<>"


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PS"


def _code(text: str) -> str:
    """Write code between more backticks than it holds."""
    ticks = "`" * (1 + max((len(found) for found in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def escaped(text: str) -> str:
    """Write text so that none of it is markup or an address."""
    return _MARKUP.sub(lambda found: "\\" + "\\".join(found[0]), text)


def at_line_start(line: str) -> str:
    """Make plain text of what would open a heading, list, rule or table at the start of a line."""
    return _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", line)
