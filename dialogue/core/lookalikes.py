"""Names that look alike: what two names are compared by, and what a name may be written with.

Two names are confusable when their skeletons are equal (Unicode Technical Standard 39, section 4: decompose, map
each character to its prototype, decompose again). The map is Unicode's confusables.txt, as the package
`confusable_homoglyphs` ships it. Beyond the standard, letter case, accents, spaces, punctuation and invisible
characters are left out of the comparison, and full-width and styled letters count as plain ones, because a reader
of a byline would not notice them. So the comparison errs towards "alike".
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from confusable_homoglyphs import categories, confusables

from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

KEY_LENGTH = 32
_ACCENTS = frozenset(["INHERITED", "COMMON"])
_JOINERS = "\u200c\u200d"
# Scripts without joining letters, in which a joiner can only hide.
_NO_JOINING = frozenset(["LATIN", "GREEK", "CYRILLIC", "HAN", "HIRAGANA", "KATAKANA", "HANGUL", "ARMENIAN", "GEORGIAN",
                         "HEBREW", "COMMON", "INHERITED"])
# Scripts that one word may mix: UTS 39, section 5.2, "highly restrictive".
_TOGETHER = (frozenset(["LATIN", "HAN", "HIRAGANA", "KATAKANA"]), frozenset(["LATIN", "HAN", "BOPOMOFO"]),
             frozenset(["LATIN", "HAN", "HANGUL"]))
_PUNCTUATION = frozenset("'’‘-‐‑–.,()·・/&\"״׳")
MAX_MARKS = 4  # On one letter; more pile up over the lines around it.
# What case and the letters i and l are taken for: "ALI", "Ali" and "AIi" look alike in many fonts.
_ALIKE = str.maketrans({"i": "l", "ı": "l"})


@cache
def _prototypes() -> dict[int, str]:
    """Each confusable character's prototype. The package lists pairs both ways: a prototype is what many lead to."""
    pairs = {source: [pair["c"] for pair in found] for source, found in confusables.confusables_data.items()}
    return {ord(source): _prototype(source, pairs) for source, found in pairs.items()
            if len(source) == 1 and len(found) == 1}


def _prototype(source: str, pairs: dict[str, list[str]]) -> str:
    target = pairs[source][0]
    is_prototype = len(target) > 1 or len(pairs.get(target, ())) > 1
    return target if is_prototype else min(source, target)


def skeleton(text: str) -> str:
    """The UTS 39 skeleton: the same for two texts that look alike, and of no other use."""
    mapped = unicodedata.normalize("NFD", text).translate(_prototypes())
    return unicodedata.normalize("NFD", mapped)


def key(name: str) -> str:
    """What a name is compared by, of a fixed length; empty for a name without letters and digits."""
    plain = "".join(_plain(unicodedata.normalize("NFKD", name)))
    folded = skeleton(unicodedata.normalize("NFKD", skeleton(plain).casefold())).translate(_ALIKE)
    kept = "".join(_plain(char for char in folded if unicodedata.category(char)[0] in "LNM"))
    return hashlib.sha256(kept.encode()).hexdigest()[:KEY_LENGTH] if kept else ""


def _plain(text: Iterable[str]) -> Iterator[str]:
    """Without invisible characters and without accents; vowel signs of a script are part of its words."""
    for char in text:
        category = unicodedata.category(char)
        accent = category in ("Mn", "Me") and categories.alias(char) in _ACCENTS
        if category not in ("Cf", "Cc") and not accent:
            yield char


def cleaned(name: str) -> str:
    """The name without what could imitate a badge, turn the line round or hide: symbols, brackets, controls."""
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFKC", name):
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= MAX_MARKS and _may_stand(char, category, kept):
            kept.append(char)
    return " ".join("".join(kept).split())


def _may_stand(char: str, category: str, before: list[str]) -> bool:
    if char in _JOINERS:
        return bool(before) and categories.alias(before[-1]) not in _NO_JOINING
    if category[0] == "P":
        return char in _PUNCTUATION
    return category[0] in "LN" or category in ("Mn", "Mc", "Zs")


def refuse_mixed(field: str, name: str) -> None:
    """Raise Invalid for a word in letters of several scripts, such as a Cyrillic letter in a Latin word."""
    for word in name.split():
        scripts = {categories.alias(char) for char in word if unicodedata.category(char)[0] == "L"} - _ACCENTS
        if len(scripts) > 1 and not any(scripts <= allowed for allowed in _TOGETHER):
            raise Invalid(field, _("Write each word of the name in the letters of one script."))
