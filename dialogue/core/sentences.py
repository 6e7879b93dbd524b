"""Sentences of a plain text, for languages of Europe, Arabic, Persian, Urdu, Hindi, Chinese and Japanese."""

import re

_MARKS = "[.!?…؟۔।]"
_CLOSING = r"""(?:[ \xa0\u202f]?»|["'”’›)\]」』”）】》])*"""  # « French marks stand apart. »
# Looked for from the first mark of a row only, or a long row would be tried from each of its marks.
_SPACED_END = rf"(?<!{_MARKS}){_MARKS}+{_CLOSING}(?=\s)"
_UNSPACED_END = rf"[。！？｡]+{_CLOSING}"
_END = re.compile(f"{_SPACED_END}|{_UNSPACED_END}|\n")
_LAST_WORD = re.compile(r"""[^\s"'“”‘’«»()\[\]]+\Z""")
_ABBREVIATIONS = (
    "mr mrs ms dr prof st h.e e.g i.e cf vs etc approx op cit ed eds "
    "res doc rev al inc ltd gen amb sen rep hon "  # English
    "bzw usw ca vgl z.b d.h u.a bspw ggf evtl hr fr "  # German
    "m mme mm mlle p.ex env av apr "  # French
    "sr sra sres dra ud uds ej p.ej ee.uu "  # Spanish
    "т.е т.д т.п см гг им "  # Russian
    "د أ م"  # Arabic titles
)
_SHORT = frozenset(_ABBREVIATIONS.split())
# Words that are short forms only before a number: "No. 5", but "He said no."
_NUMBERED = "no nos art arts para paras p pp vol fig ch sec abs nr pág núm стр ص"
_BEFORE_NUMBER = frozenset(_NUMBERED.split())


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, each trimmed; nothing but white space is lost between them.

    A line break ends a sentence, as in posts. A full stop does not end one after
    an abbreviation, an initial or a day's number ("3. Mai"), nor before a small letter.
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if _ends(text, start, end):
            found.append(text[start : end.end()].strip())
            start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    mark = end[0]
    if mark == "\n" or mark[0] in "。！？｡":
        return True
    following = _next_letter(text, end.end())
    if following.islower():
        return False
    return mark != "." or not _is_shortened(_last_word(text, start, end.start()), following)


def _next_letter(text: str, position: int) -> str:
    """The first character of the next word, past spaces and opening marks; empty at the end."""
    opening = re.compile(r"""[\s"'“‘«‹(\[¿¡]{0,20}""").match(text, position)
    position = opening.end() if opening else position
    return text[position : position + 1]


def _last_word(text: str, start: int, stop: int) -> str:
    word = _LAST_WORD.search(text, max(start, stop - 24), stop)
    return word[0] if word else ""


def _is_shortened(word: str, following: str) -> bool:
    """Whether the full stop after `word` belongs to the word."""
    last = word.lower()
    is_initial = len(word) == 1 and word.isupper()
    is_day = word.isdecimal() and len(word) <= 2
    return last in _SHORT or is_initial or is_day or (last in _BEFORE_NUMBER and following.isdecimal())
