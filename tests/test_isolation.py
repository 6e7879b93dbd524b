"""People's text in any script leaves the words around it in their places, in all templates."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.core.isolation import isolated
from tests.world import World

TEMPLATES = Path(__file__).parents[1] / "templates"
ARABIC = "الإصلاح"
# What people write, as templates name it.
WRITTEN = ("title|name|question|text|statement|goal|problem|forum|note|stage_note|publisher|subject|explanation|"
           "rationale|reason|body|purpose|owner|affiliation|answer")
PRINT = re.compile(r"\{\{-?\s*([\w.]+\.(?:" + WRITTEN + r"))\s*((?:\|[^}]*)?)-?\}\}")
TOKEN = re.compile(r"\{#.*?#\}|<!--.*?-->|</?[a-z][^<>]*>|" + PRINT.pattern, re.DOTALL)
VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "rect", "circle", "line"}
# Printed as they are, each with the reason.
ALLOWED: dict[str, str] = {
    "proposals/_clauses.html run.text": "the paragraphs that hold the runs of a comparison have dir=auto",
    "macros/forms.html piece.text": "the elements that hold the pieces of a refused text have dir=auto",
}


def naked(source: str) -> Iterator[str]:
    """The prints of people's text that neither an element nor a mark isolates."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    # Inside a tag a print is an attribute's value; Jinja's own signs of comparison are no tags.
    plain = re.sub(r"\{%.*?%\}", lambda tag: "{%title%}" if " title " in tag[0] else "", source, flags=re.DOTALL)
    plain = re.sub(r'="[^"]*"', lambda value: value[0] if value[0] == '="auto"' else '=""', plain)
    opened: list[str] = []
    for token in TOKEN.finditer(plain):
        tag = token[0]
        if tag.startswith("</"):
            name = tag[2:-1].strip()
            while opened and opened.pop().split()[0].strip("<>/") != name:
                pass
        elif tag.startswith("<"):
            if tag[1:-1].split()[0] not in VOID and not tag.endswith("/>"):
                opened.append(tag)
        elif "isolated" not in token[2] and not any('dir="auto"' in each or each.startswith("<bdi") for each in opened):
            yield token[1]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_isolates_what_people_write(path: Path) -> None:
    name = str(path.relative_to(TEMPLATES))
    assert [found for found in naked(path.read_text()) if f"{name} {found}" not in ALLOWED] == []


@pytest.mark.parametrize(("source", "found"), [
    ("<p>{{ room.title }} · 1</p>", ["room.title"]), ("<p><bdi>{{ room.title }}</bdi> · 1</p>", []),
    ('<h2 dir="auto"><a href="{{ a }}">{{ room.title }}</a></h2>', []), ('<a title="{{ room.title }}">a</a>', []),
    ("<option>{{ room.title }}</option>", ["room.title"]), ("<option>{{ room.title|isolated }}</option>", []),
    ("<bdi>{{ a.name }}</bdi> {{ b.name }}", ["b.name"])])
def test_the_check_finds_what_is_not_isolated(source: str, found: list[str]) -> None:
    assert list(naked(source)) == found


@pytest.mark.parametrize(("text", "shown"), [
    (ARABIC, f"\u2068{ARABIC}\u2069"), (f"On {ARABIC}", f"\u2068On {ARABIC}\u2069"), ("שלום", "\u2068שלום\u2069"),
    ("Reform", "Reform"), ("改革 2026", "改革 2026"), ("", "")])
def test_only_text_that_turns_a_line_is_marked(text: str, shown: str) -> None:
    assert isolated(text) == shown


def test_arabic_titles_are_isolated_on_lists_forms_and_in_titles(world: World) -> None:
    room = world.room(title=ARABIC)
    person = world.member(room)
    world.proposal(room, person, title=ARABIC)
    browser = world.browser(person)
    listed = browser.get("/proposals").text
    assert f"<bdi>{ARABIC}</bdi></a> · " in listed
    assert f"<title>\u2068{ARABIC}\u2069" in browser.get(room.address).text
