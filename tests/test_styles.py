"""Style sheets and templates fit: no class without a use, no use without a rule, no element styled twice."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHEETS = {path.stem: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
          for path in sorted((ROOT / "static/css").glob("*.css"))}
TEMPLATES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))}
SCRIPTS = "\n".join(path.read_text() for path in sorted((ROOT / "static/src").rglob("*.js")))
PYTHON = "\n".join(path.read_text() for path in sorted((ROOT / "dialogue").rglob("*.py")))
TESTS = "\n".join(path.read_text() for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__))
SHARED = {"tokens", "base", "layout", "components", "forms", "documents", "figures", "print"}
MADE_UP = ("key-", "tone-")  # Their ends come from a verdict, a state or a kind of message.


def selectors(sheet: str) -> list[str]:
    """Return the selectors of a sheet, without what stands in the braces of its rules."""
    return re.findall(r"[^{};]+(?=\{)", sheet)


def ruled(names: list[str] | None = None) -> set[str]:
    """Return the classes for which a sheet has a rule."""
    found = (re.findall(r"\.(-?[A-Za-z][\w-]*)", selector) for name in names or SHEETS
             for selector in selectors(SHEETS[name]))
    return {cls for classes in found for cls in classes}


def used() -> set[str]:
    """Return the classes of the templates; of an expression, the strings it may give."""
    found: set[str] = set()
    for page in TEMPLATES.values():
        for value in re.findall(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', page):
            spoken = re.sub(r"\{\{(.*?)\}\}", lambda part: " ".join(re.findall(r"['\"]([\w -]*)['\"]", part[1])), value)
            found |= set(re.sub(r"\{%.*?%\}", " ", spoken).split())
    return {cls for cls in found if re.fullmatch(r"[A-Za-z][\w-]*", cls) and not cls.startswith(MADE_UP)}


def named(cls: str, text: str) -> bool:
    """Tell whether a text names the class."""
    return re.search(rf"(?<![\w-]){re.escape(cls)}(?![\w-])", text) is not None


def is_looked_for(cls: str, text: str) -> bool:
    """Tell whether a selector asks for the class; one of several words cannot be an ordinary word."""
    return named(cls, text) if "-" in cls else re.search(rf"\.{re.escape(cls)}(?![\w-])", text) is not None


def test_every_class_of_a_page_has_a_rule_or_is_looked_for():
    without = used() - ruled()
    assert {cls for cls in without if not is_looked_for(cls, SCRIPTS + TESTS)} == set()


def test_every_class_with_a_rule_is_used():
    elsewhere = "\n".join(TEMPLATES.values()) + SCRIPTS + PYTHON
    assert {cls for cls in ruled() if not cls.startswith(MADE_UP) and not named(cls, elsewhere)} == set()


def test_custom_elements_take_their_display_from_one_place():
    elements = "|".join(re.findall(r'^  "([a-z-]+)": \w+,$', (ROOT / "static/src/app.js").read_text(), re.MULTILINE))
    alone = re.compile(rf"(?:^|[,\n])\s*(?:{elements})\s*(?:,[^{{}}]*)?\{{[^{{}}]*\bdisplay:(?! none)")
    assert [name for name, sheet in SHEETS.items() if name not in {"base", "print"} and alone.search(sheet)] == []


def test_no_class_stands_alone_in_two_sheets_of_nouns():
    """A rule `.name { … }` without a parent in two nouns' sheets would change the pages that load both."""
    owners: dict[str, set[str]] = {}
    for name in SHEETS.keys() - SHARED:
        for selector in selectors(SHEETS[name]):
            for part in selector.split(","):
                if alone := re.fullmatch(r"\s*\.([A-Za-z][\w-]*)\s*", part):
                    owners.setdefault(alone[1], set()).add(name)
    assert {cls: names for cls, names in owners.items() if len(names) > 1} == {}
