"""Words that name a language as well as a people: "translated into French" is no person from France."""

from collections.abc import Sequence

from dialogue.core.names.words import Word

_LANGUAGES = frozenset((
    "arabic", "bengali", "bulgarian", "burmese", "chinese", "croatian", "czech", "danish", "dutch", "english",
    "estonian", "finnish", "french", "german", "greek", "hungarian", "icelandic", "indonesian", "irish", "italian",
    "japanese", "kazakh", "korean", "kyrgyz", "lao", "latvian", "lithuanian", "malagasy", "maltese", "mongolian",
    "nepali", "norwegian", "persian", "polish", "portuguese", "romanian", "russian", "serbian", "slovak", "somali",
    "spanish", "swahili", "swedish", "thai", "turkish", "turkmen", "ukrainian", "uzbek", "vietnamese", "welsh"))
_KINDS = frozenset(("language", "languages", "version", "versions", "text", "texts", "translation", "translations",
                    "interpretation", "edition", "subtitles", "speaking", "speaker", "speakers", "word", "alphabet"))
_INTO = frozenset(("in", "into", "from", "to", "between"))
_BETWEEN = frozenset(("and", "or"))
# What may follow a language where no noun follows: "in French and the text", "in French by Monday".
_AFTER = frozenset(("a", "also", "and", "are", "as", "at", "be", "before", "but", "by", "can", "for", "from", "has",
                    "have", "if", "in", "is", "it", "may", "must", "not", "of", "on", "only", "or", "shall", "should",
                    "so", "that", "the", "this", "to", "too", "until", "was", "were", "when", "which", "will", "with",
                    "within", "would"))
_SEVERAL = 3  # Names of languages in a row: a list of languages.


def is_language(found: Sequence[Word], at: int, length: int) -> bool:
    """Whether the word names a language here rather than people: beside "language", or as in "into French."."""
    if length != 1 or found[at].text not in _LANGUAGES:
        return False
    first, last = _run(found, at, -1), _run(found, at, 1)
    after = found[last + 1] if last + 1 < len(found) else None
    if after is not None and after.text in _KINDS:
        return True
    is_alone = after is None or bool(after.before.strip()) or after.text in _AFTER
    several = sum(word.text in _LANGUAGES for word in found[first:last + 1]) >= _SEVERAL
    return is_alone and (several or (first > 0 and found[first - 1].text in _INTO))


def _run(found: Sequence[Word], at: int, step: int) -> int:
    """The first or last word of the list of languages around this one."""
    reached = at
    while 0 <= at + step < len(found) and found[at + step].text in _LANGUAGES | _BETWEEN:
        at += step
        reached = at if found[at].text in _LANGUAGES else reached
    return reached
