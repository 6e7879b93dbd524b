"""What a country is called: its names in the languages at hand, its short forms, its adjective and its people.

The names by code are Babel's (Unicode CLDR); what else a country is called stands in countries.tsv, with its sources.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale

from dialogue.core.languages import PLANNED
from dialogue.core.names.words import words

_TABLE = Path(__file__).with_name("countries.tsv")
_NO_COUNTRY = "-"
_CODE = re.compile(r"[A-Z]{2}")
_NOT_STATES = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
_BRACKETS = re.compile(r"\s*[(（].*?[)）]")
_NO_PLURAL = ("s", "sh", "ch", "ese", "man", "men", "ic", "x")
# Words of the language as well: they are names with a capital letter alone.
ORDINARY = frozenset(("chad", "chile", "china", "guinea", "jersey", "jordan", "kiwi", "lao", "pole", "polish", "finn",
                      "dane", "brit", "swede", "turk", "turkey", "us", "america", "wales", "the states", "monacan"))


class Names(NamedTuple):
    """A country's names, and the words for its people and for what is its own."""

    names: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """All of them."""
        return self.names + self.people


@cache
def countries() -> dict[str, Names]:
    """Each country's names, by its ISO 3166 code."""
    table = {code: (names, people) for code, names, people in _rows() if code != _NO_COUNTRY}
    found = _territories()
    return {code: Names(tuple(dict.fromkeys([*found.get(code, ()), *table.get(code, ((), ()))[0]])),
                        table.get(code, ((), ()))[1]) for code in {**found, **table}}


def _rows() -> Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, names, people = (line + "\t\t").split("\t")[:3]
            singular = [word for word in people.split(";") if word]
            yield code, tuple(filter(None, names.split(";"))), tuple(
                form for word in singular for form in with_plural(word))


def with_plural(people: str) -> tuple[str, ...]:
    """The word for a people and its plural, if it takes one in -s: Georgians, but French, Swiss and Chinese."""
    return (people,) if people.endswith(_NO_PLURAL) else (people, people + "s")


def _territories() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language in PLANNED:
        for code, name in Locale.parse(language).territories.items():
            if _CODE.fullmatch(code) and code not in _NOT_STATES:
                found.setdefault(code, []).extend((name, _BRACKETS.sub("", name)))
    return {code: tuple(dict.fromkeys(filter(None, names))) for code, names in found.items()}


@cache
def _codes_by_name() -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for code, known in countries().items():
        for name in known.names:
            found.setdefault(words(name), set()).add(code)
    return {spelled: frozenset(codes) for spelled, codes in found.items()}


def is_country(name: str) -> bool:
    """Whether this is the whole name of a country that is known."""
    return words(name) in _codes_by_name()


def codes_of(name: str) -> frozenset[str]:
    """The countries a State's name means: by the whole name, or by the longest name of a country that stands in it."""
    known = _codes_by_name()
    spelled = words(name)
    for length in range(len(spelled), 0, -1):
        for at in range(len(spelled) - length + 1):
            if found := known.get(spelled[at:at + length]):
                return found
    return frozenset()


@cache
def _phrases() -> dict[tuple[str, ...], str]:
    """All names of more than one word, and the names of places and regions that hold a country's name."""
    others = (name for code, names, people in _rows() if code == _NO_COUNTRY for name in (*names, *people))
    known = (name for country in countries().values() for name in country.all)
    return {spelled: name for name in (*known, *others) if len(spelled := words(name)) > 1}


def phrases_around(names: Iterable[str]) -> list[str]:
    """The longer names in which one of these stands and means something else, as Sudan in South Sudan."""
    meant = {words(name) for name in names}
    return [name for spelled, name in _phrases().items() if spelled not in meant and _holds(spelled, meant)]


def _holds(spelled: tuple[str, ...], meant: set[tuple[str, ...]]) -> bool:
    return any(spelled[a:b] in meant for a in range(len(spelled)) for b in range(a + 1, len(spelled) + 1))
