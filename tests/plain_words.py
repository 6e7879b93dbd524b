"""Find words that plain English leaves out: in docstrings, comments, names of tests, docs, templates and scripts.

The rules are in the section "Plain English" of the style guide. A pronoun for a person or a socket hides the noun that
a reader needs; a test name of twenty words hides the rule that it states.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LISTED = ("somebody", "nobody", "everybody", "anybody", "whoever", "whomever", "whom", "who is who", "good news",
          "in peace")
WORDS = re.compile(rf"\b({'|'.join(LISTED)})\b", re.IGNORECASE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
MAX_NAME_LENGTH = 16  # Words of a test's name.
SOURCES = ("dialogue", "tests", "migrations")
TEXTS = ("README.md", "docs/*.md", "templates/**/*.html", "static/src/**/*.js")
# "path:word" where such a word is right, and the reason.
EXCEPTIONS: dict[str, str] = {}


class Found(NamedTuple):
    """A place with a word or name to replace."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def find(root: Path = ROOT) -> list[Found]:
    """Return all places, in the order of the files."""
    found = [place for folder in SOURCES for path in sorted((root / folder).rglob("*.py"))
             for place in in_python(path.read_text(), str(path.relative_to(root)))]
    for path in sorted(path for pattern in TEXTS for path in root.glob(pattern)):
        found += words_in(path.read_text(), str(path.relative_to(root)), 1)
    return [place for place in found if f"{place.path}:{place.what}" not in EXCEPTIONS]


def in_python(source: str, path: str) -> Iterator[Found]:
    """Yield the places in comments, docstrings and names of tests."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from words_in(token.string, path, token.start[0])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            text = node.body[0]
            yield from words_in(ast.get_docstring(node, clean=False) or "", path, text.lineno)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield from in_name(node.name, path, node.lineno)


def in_name(name: str, path: str, line: int) -> Iterator[Found]:
    """Yield what is wrong with the name of a test."""
    words = name.removeprefix("test_").split("_")
    yield from words_in(" ".join(words), path, line)
    if len(words) > MAX_NAME_LENGTH:
        yield Found(path, line, f"{name} has {len(words)} words; {MAX_NAME_LENGTH} are enough")


def words_in(text: str, path: str, first_line: int) -> Iterator[Found]:
    """Yield the words that the list names."""
    for number, line in enumerate(text.splitlines(), start=first_line):
        for match in WORDS.finditer(line):
            yield Found(path, number, match[0].lower())


def main() -> int:
    """Print the places. Return 1 if there are any."""
    found = find()
    for place in found:
        print(place)  # noqa: T201 (this program reports)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
