"""Find what a text must not reveal: names, affiliations, addresses, handles.

Under the Chatham House Rule neither the identity nor the affiliation of a participant may be revealed; a
text that is about to leave the room is read here first. Link targets, alternative texts and file names are part
of the text, and names are found in them also where they are written together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dialogue.core.names.languages import is_language
from dialogue.core.names.words import Word, words, words_of

__all__ = ["Linter", "Spot", "addresses_in", "mentions", "name_forms", "words"]

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@./])@[^\W_][\w.-]*\w")
# Scripts written without spaces between words (Han, kana, Thai, Lao, Khmer): a name is found inside a run.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
# Arabic writes and, so, by, to, as in one word with the name: "ومريم" names مريم.
_PROCLITICS = ("وال", "بال", "لل", "و", "ف", "ب", "ل", "ك")
_CHUNK = re.compile(r"\S+")
_WRITTEN_TOGETHER = re.compile(r"\w[./\\_]\w|[a-z][A-Z]")  # In addresses, file names and CamelCase.
_SHORTEST_TOGETHER = 6  # Letters; shorter names stand by chance inside other words.
_PROPER, _INNER, _CAPITALS, _UNLESS = "proper", "inner", "capitals", "unless"


class Spot(NamedTuple):
    """Where a text names something, and what."""

    start: int
    end: int
    term: str


class _Term(NamedTuple):
    spelled: tuple[str, ...]
    term: str
    kind: str = ""


class Linter:
    """What may not be revealed, prepared once for many texts.

    `forbidden` are found in any case. `proper` count only with capital letters, where their script has any: a list
    of many people's names holds "Will" and "May". `inner` count so inside a sentence alone, where a capital letter
    says that it is a name; with `strict`, at its start as well. `capitals` are initials, found in capitals alone,
    with or without full stops. What stands inside one of the phrases `unless` is none of these: "Sudan" is not named
    by "South Sudan". With `alike`, letters that only look like a name's own count as its own.
    """

    def __init__(self, forbidden: Iterable[str], proper: Iterable[str] = (), capitals: Iterable[str] = (),
                 unless: Iterable[str] = (), *, inner: Iterable[str] = (), alike: bool = False,
                 strict: bool = False) -> None:
        self._strict = strict
        self._by_first_word: dict[str, list[_Term]] = {}
        self._alike: dict[str, list[_Term]] = {}
        self._unspaced: dict[str, str] = {}
        self._together: dict[str, str] = {}
        for terms, kind in ((forbidden, ""), (proper, _PROPER), (inner, _INNER)):
            for term in dict.fromkeys(terms):
                self._take(_Term(words(term), term, kind), alike=alike)
        for term in dict.fromkeys(capitals):
            letters = words(term)
            self._index(_Term(letters, term, _CAPITALS))
            if len(letters) == 1:
                self._index(_Term(tuple(letters[0]), term, _CAPITALS))
        for term in dict.fromkeys(unless):
            self._index(_Term(words(term), term, _UNLESS))

    def _take(self, term: _Term, *, alike: bool) -> None:
        together = "".join(term.spelled)
        if not together:
            return
        if _UNSPACED.search(term.term):
            self._unspaced[together] = term.term
            return
        self._index(term)
        if len(together) >= _SHORTEST_TOGETHER and term.kind != _INNER:  # "Summer" stands in "summer/winter".
            self._together[together] = term.term
        if alike:
            seen = tuple(word.seen for word in words_of(term.term))
            self._alike.setdefault(seen[0], []).append(_Term(seen, term.term, term.kind))

    def _index(self, term: _Term) -> None:
        if term.spelled:
            self._by_first_word.setdefault(term.spelled[0], []).append(term)

    def mentions(self, text: str) -> list[str]:
        """Return each forbidden term in the text, then each address and handle, once and in order."""
        return list(dict.fromkeys([*(spot.term for spot in self.spots(text)), *addresses_in(text)]))

    def spots(self, text: str) -> list[Spot]:
        """Return where the text names something; names written together stand for the whole word around them."""
        found = words_of(text) if self._may_name(words(text)) else []
        return [*self._spaced_in(found), *self._unspaced_in(found), *self._together_in(text)]

    def _may_name(self, found: Iterable[str]) -> bool:
        """Whether it is worth looking where each word stands, which takes longer: no in most texts."""
        begins = self._by_first_word
        return bool(self._alike or self._unspaced) or any(
            reading in begins for word in found for reading in _readings(word))

    def _spaced_in(self, found: Sequence[Word]) -> Iterator[Spot]:
        named: list[tuple[int, int, str]] = []
        other: list[tuple[int, int]] = []
        for at in range(len(found)):
            for term in self._at(found, at):
                until = at + len(term.spelled)
                if term.kind == _UNLESS:
                    other.append((at, until))
                elif _is_written_as(term, found, at, strict=self._strict):
                    named.append((at, until, term.term))
        for at, until, name in named:
            if not any(a <= at and until <= b and b - a > until - at for a, b in other):
                yield Spot(found[at].start, found[until - 1].end, name)

    def _at(self, found: Sequence[Word], at: int) -> Iterator[_Term]:
        for start in _readings(found[at].text):
            for term in self._by_first_word.get(start, ()):
                here = found[at + 1:at + len(term.spelled)]
                if tuple(word.text for word in here) == term.spelled[1:]:
                    yield term
        if self._alike:
            yield from self._alike_at(found, at)

    def _alike_at(self, found: Sequence[Word], at: int) -> Iterator[_Term]:
        for term in self._alike.get(found[at].seen, ()):
            if tuple(word.seen for word in found[at:at + len(term.spelled)]) == term.spelled:
                yield term

    def _unspaced_in(self, found: Sequence[Word]) -> Iterator[Spot]:
        if self._unspaced:
            run = "".join(word.text for word in found)
            owners = [word for word in found for _letter in word.text]
            for spelled, term in self._unspaced.items():
                for place in re.finditer(re.escape(spelled), run):
                    yield Spot(owners[place.start()].start, owners[place.end() - 1].end, term)

    def _together_in(self, text: str) -> Iterator[Spot]:
        named: dict[str, list[str]] = {}  # By chunk: a long text may repeat one a thousand times.
        for chunk in _CHUNK.finditer(text) if self._together else ():
            if chunk[0] not in named:
                named[chunk[0]] = self._within(chunk[0])
            yield from (Spot(chunk.start(), chunk.end(), term) for term in named[chunk[0]])

    def _within(self, chunk: str) -> list[str]:
        """The names inside a chunk without spaces."""
        joined = "".join(words(chunk)) if _WRITTEN_TOGETHER.search(chunk) else ""
        if len(joined) < _SHORTEST_TOGETHER:
            return []
        return [term for spelled, term in self._together.items() if spelled in joined]


def is_unspaced(name: str) -> bool:
    """Tell whether a name is in a script without spaces between words, so that one word may be a full name."""
    return _UNSPACED.search(name) is not None


def _is_written_as(term: _Term, found: Sequence[Word], at: int, *, strict: bool) -> bool:
    here = found[at:at + len(term.spelled)]
    if term.kind == _CAPITALS:
        return all(word.is_capitals for word in here) and all(word.before.strip() == "." for word in here[1:])
    if is_language(found, at, len(here)) or (term.kind == _INNER and here[0].is_first and not strict):
        return False
    return not term.kind or (here[0].has_capital and here[-1].has_capital)


def _readings(word: str) -> Iterator[str]:
    yield word
    if _ARABIC.search(word):
        yield from (word[len(p) :] for p in _PROCLITICS if word.startswith(p) and len(word) > len(p) + 1)


def addresses_in(text: str) -> list[str]:
    """Return the mail addresses and @handles in a text."""
    return _ADDRESS.findall(unicodedata.normalize("NFKC", text))


def mentions(text: str, forbidden: Iterable[str]) -> list[str]:
    """Return what the text reveals: forbidden names and affiliations, e-mail addresses, @handles.

    Names match as whole words in sequence, whatever their case, accents, hyphens or spacing. An address is
    found even if it was not forbidden by name.
    """
    return Linter(forbidden).mentions(text)


def name_forms(name: str) -> list[str]:
    """The forms in which a person may be named: in full, and by each part of three letters or more."""
    parts = [part for part in name.split() if len(part.strip(".")) >= 3 or _UNSPACED.search(part)]
    return list(dict.fromkeys([name, *parts]))
