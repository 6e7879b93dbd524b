"""Find what a text must not reveal: names, affiliations, addresses, handles.

Under the Chatham House Rule neither the identity nor the affiliation of a participant may be revealed; a
text that is about to leave the room is read here first.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@./])@[^\W_][\w.-]*\w")
# Scripts written without spaces between words (Han, kana, Thai, Lao, Khmer): a name is found inside a run.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
# Arabic writes and, so, by, to, as in one word with the name: "ومريم" names مريم.
_PROCLITICS = ("وال", "بال", "لل", "و", "ف", "ب", "ل", "ك")
# Letters that Unicode does not decompose although readers type them without the stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# Markdown emphasis may cut a name in two; format characters (soft hyphen, joiners) hide in one.
_EMPHASIS = str.maketrans("", "", "*~`")


def folded(text: str) -> str:
    """The text without case, accents, emphasis marks and invisible characters."""
    plain = unicodedata.normalize("NFKD", text.translate(_EMPHASIS)).casefold()
    kept = (char for char in plain if unicodedata.category(char) not in ("Mn", "Cf"))
    return "".join(kept).translate(_STROKES)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded; punctuation, hyphens and apostrophes separate."""
    return tuple(_WORD.findall(folded(text)))


class Linter:
    """What may not be revealed, prepared once for many texts.

    `proper` are single words that count only with a capital letter, where their script has any: a list of many
    people's names holds "Will" and "May".
    """

    def __init__(self, forbidden: Iterable[str], proper: Iterable[str] = ()) -> None:
        self._proper = {spelled: term for term in proper if len(spelled := words(term)) == 1}
        self._by_first_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._unspaced: dict[str, str] = {}
        for term in dict.fromkeys(forbidden):
            spelled = words(term)
            if spelled and _UNSPACED.search(term):
                self._unspaced["".join(spelled)] = term
            elif spelled:
                self._by_first_word.setdefault(spelled[0], []).append((spelled, term))

    def mentions(self, text: str) -> list[str]:
        """Return each forbidden term in the text, then each address and handle, once and in order."""
        found = words(text)
        named = [*self._spaced_in(found), *self._unspaced_in("".join(found)), *self._proper_in(text)]
        return list(dict.fromkeys([*named, *addresses_in(text)]))

    def _proper_in(self, text: str) -> Iterator[str]:
        if self._proper:
            shown = unicodedata.normalize("NFC", text.translate(_EMPHASIS))
            capital = (words(word) for word in _WORD.findall(shown) if not word[0].islower())
            yield from (self._proper[spelled] for spelled in capital if spelled in self._proper)

    def _spaced_in(self, found: tuple[str, ...]) -> Iterator[str]:
        for at, word in enumerate(found):
            for start in _readings(word):
                for spelled, term in self._by_first_word.get(start, ()):
                    if found[at + 1 : at + len(spelled)] == spelled[1:]:
                        yield term

    def _unspaced_in(self, run: str) -> Iterator[str]:
        return (term for spelled, term in self._unspaced.items() if spelled in run)


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
