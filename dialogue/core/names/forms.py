"""The forms in which a person, a State or an organisation may be named in a text.

A name is also used without what its brackets, articles and type words say, by initials, and of a State by the name of
its people. A form that is made of ordinary words alone names no one: of "Harbour Forum" neither part is a form.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.core.names.countries import ORDINARY, codes_of, countries, is_country, phrases_around, with_plural
from dialogue.core.names.linter import Linter, name_forms
from dialogue.core.names.ordinary import (
    FIELD_WORDS,
    FUNCTION_WORDS,
    KNOWN_INITIALS,
    NAMES_AND_WORDS,
    NO_NAMES,
    ORDINARY_WORDS,
    ORGANISATION_KINDS,
    STATE_KINDS,
)
from dialogue.core.names.words import Word, words, words_of

_BRACKETS = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]")
_ROMAN = re.compile(r"(?=.)m*(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ARTICLES = frozenset(("the", "la", "le", "les", "l", "el", "los", "las", "der", "die", "das"))
_NO_PARTS = NO_NAMES | FIELD_WORDS | ORGANISATION_KINDS | STATE_KINDS
_ALONE = FIELD_WORDS | ORDINARY_WORDS | ORGANISATION_KINDS | STATE_KINDS | FUNCTION_WORDS
_SHORTEST, _LONGEST_INITIALS = 4, 8
_VOWELS = "aeiouy"
# How English makes the people out of a country's name, for States that no table knows.
_PEOPLE = ("n", "an", "ian", "ean", "i", "ese", "ish", "er", "ic", "ite")


@dataclass(frozen=True)
class Forms:
    """What a text is searched for: in any case, with a capital letter, with one inside a sentence, in capitals."""

    any_case: frozenset[str] = frozenset()
    proper: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()

    def __or__(self, other: "Forms") -> "Forms":
        return all_of((self, other))

    def linter(self, *, alike: bool = False, strict: bool = False) -> Linter:
        """Return what finds these forms; with `strict`, names that are words as well also where a sentence begins."""
        return Linter(sorted(self.any_case), sorted(self.proper), sorted(self.initials), self.unless,
                      inner=sorted(self.inner), alike=alike, strict=strict)

    @property
    def unless(self) -> list[str]:
        """The longer names in which one of these means something else."""
        return phrases_around(self.any_case | self.proper)


def all_of(forms: Iterable[Forms]) -> Forms:
    """Many names' forms together."""
    kept = list(forms)
    return Forms(*(frozenset().union(*(getattr(each, kind) for each in kept))
                   for kind in ("any_case", "proper", "inner", "initials")))


def of_person(name: str) -> Forms:
    """A person: in full and by each part, except by parts that every text holds."""
    parts = frozenset(part for part in name_forms(name) if words(part) and not set(words(part)) <= _NO_PARTS)
    doubtful = frozenset(part for part in parts if set(words(part)) <= NAMES_AND_WORDS)
    whole = frozenset((name,) if len(words(name)) > 1 else ())
    return Forms(any_case=(parts - doubtful) | whole, inner=doubtful)


def of_state(name: str) -> Forms:
    """A State: by all names of the country, or of one that no table knows by what its name says beyond its form."""
    plain = _plain(name)
    forms = _in_case((name, *plain)) | Forms(initials=_initials(plain[-1]) | _bracketed(name))
    found = codes_of(plain[-1]) or codes_of(name)
    known = all_of(map(_of_country, sorted(found)))
    return forms | known if is_country(plain[-1]) else forms | known | _of_unknown(plain[-1])


def of_organisation(name: str) -> Forms:
    """An organisation: in full, without brackets, article and type words, and by its initials."""
    plain = _plain(name)
    found = words_of(plain[-1])
    short = _without_kinds(found, ORGANISATION_KINDS | FUNCTION_WORDS, plain[-1])
    is_told = not set(words(short)) <= (FIELD_WORDS if " " in short.strip() else _ALONE)
    told = {short} if is_told and len(short) >= _SHORTEST else set()
    return _in_case((name, *plain)) | Forms(proper=frozenset(told | _head(found, plain[-1])),
                                            initials=_initials(plain[-1]) | _bracketed(name))


def _head(found: Sequence[Word], name: str) -> set[str]:
    """What stands before "for" or "of": Lantern Institute for Peace is called Lantern Institute."""
    end = next((n for n, word in enumerate(found) if n > 1 and word.text in FUNCTION_WORDS), len(found))
    is_told = not {word.text for word in found[:end]} <= FIELD_WORDS | ORGANISATION_KINDS | FUNCTION_WORDS
    return {name[:found[end - 1].end]} if is_told and 1 < end < len(found) else set()


def _of_country(code: str) -> Forms:
    told = countries()[code].all
    return _in_case(name for name in told if not _is_capitals(name)) | Forms(
        initials=frozenset(name for name in told if _is_capitals(name)))


def _of_unknown(plain: str) -> Forms:
    short = _without_kinds(words_of(plain), STATE_KINDS | FUNCTION_WORDS, plain)
    if len(short) < _SHORTEST - 1 or set(words(short)) <= _ALONE:
        return Forms()
    people = _people_of(short) if " " not in short else ()
    return Forms(frozenset((short, *people)))


def _people_of(short: str) -> tuple[str, ...]:
    """The words for its people, made by the rules of English: Sarvethi, Sarvethian, Sarvethians."""
    stem = short.rstrip(_VOWELS) or short
    made = {base + ending for base in (short, stem) for ending in _PEOPLE}
    return tuple(sorted(form for one in made for form in with_plural(one)))


def _plain(name: str) -> tuple[str, ...]:
    """The name without its brackets, and without its article."""
    bare = " ".join(_BRACKETS.sub(" ", name).split()).strip(" ,;-") or name
    found = words_of(bare)
    has_article = len(found) > 1 and found[0].text in _ARTICLES
    return (bare, bare[found[1].start:]) if has_article else (bare,)


def _in_case(names: Iterable[str]) -> Forms:
    """Names as they are found: those that are ordinary words as well with their capital letter."""
    kept = frozenset(names)
    doubtful = frozenset(name for name in kept if " ".join(words(name)) in ORDINARY or _is_ordinary(name))
    return Forms(kept - doubtful, doubtful)


def is_ordinary_phrase(name: str) -> bool:
    """Tell whether every word of it is an ordinary word, so that it would be found in texts that name no one."""
    return set(words(name)) <= FUNCTION_WORDS | FIELD_WORDS | ORDINARY | NAMES_AND_WORDS


def _is_ordinary(name: str) -> bool:
    return len(words(name)) == 1 and words(name)[0] in _ALONE


def _without_kinds(found: Sequence[Word], kinds: frozenset[str], name: str) -> str:
    """The name without words of these kinds at its ends."""
    told = [n for n, word in enumerate(found) if word.text not in kinds]
    return name[found[told[0]].start:found[told[-1]].end] if told else ""


def _bracketed(name: str) -> frozenset[str]:
    """Initials that the name itself gives in brackets."""
    return frozenset(inside.strip() for inside in _BRACKETS.findall(name)
                     if _is_capitals(inside.strip()) and _may_be_initials("".join(words(inside))))


def _initials(name: str) -> frozenset[str]:
    told = [word for word in words_of(name) if word.text not in FUNCTION_WORDS]
    made = "".join(word.raw[0] for word in told).upper()
    return frozenset((made,) if len(told) > 1 and made.isalpha() and _may_be_initials("".join(words(made))) else ())


def _may_be_initials(letters: str) -> bool:
    known = letters in KNOWN_INITIALS or _ROMAN.fullmatch(letters)
    return 1 < len(letters) <= _LONGEST_INITIALS and not known


def _is_capitals(name: str) -> bool:
    return name.isupper() and " " not in name and len(name) <= _LONGEST_INITIALS
