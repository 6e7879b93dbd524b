"""Addresses that stand in a text without markup: where they begin, where they end, where they lead.

An address ends where its writer went on in their own language. Han and kana never belong to an address;
letters of scripts that attach endings or leave out spaces (Hangul, Thai, Lao, Khmer, Myanmar) belong to
it only after a delimiter, as in `/wiki/한국`. Combining marks and joiners belong to the letter before them.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_ATTACHED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\uac00-\ud7ff]")
_HAN = re.compile("[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_DELIMITERS = frozenset("/=_-.~%?#&:;+,@")
_JOINERS = "\u200c\u200d"
_ASCII = frozenset("-.~:/?#[]@!$&'()*+,;=%_")
_CLOSERS = {")": "(", "]": "["}
_AFTER = ".,:;!?'*_~&"
_START = re.compile(
    r"(?P<web>(?<![A-Za-z0-9_])https?://(?=[^\W_]))"
    r"|(?P<bare>(?<![A-Za-z0-9_@./-])www\.(?=[^\W_]))"
    r"|(?P<mail>(?<![A-Za-z0-9._%+@/-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?=[^\W_]))",
    re.IGNORECASE,
)
_MAIL_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")
_WEB_HOST = re.compile(r"www\.[^\W_][^/?#]*\.[^\W\d_]{2}", re.IGNORECASE)


class Address(NamedTuple):
    """An address in a text: where it begins and ends, and where it leads."""

    start: int
    end: int
    target: str


def addresses(text: str) -> Iterator[Address]:
    """Find the bare web and mail addresses of a text, in order."""
    at = 0
    while found := _START.search(text, at):
        end = _mail_end(text, found) if found["mail"] else _web_end(text, found)
        if end:
            prefix = "mailto:" if found["mail"] else "https://" if found["bare"] else ""
            yield Address(found.start(), end, prefix + text[found.start():end])
        at = end or found.end()


def _mail_end(text: str, found: re.Match[str]) -> int:
    host = _MAIL_HOST.match(text, found.end())
    return host.end() if host else 0


def _web_end(text: str, found: re.Match[str]) -> int:
    """Return where the address ends, or 0 where there is none."""
    end, opened = found.end(), 0
    while end < len(text) and _belongs(text, end):
        opened += (text[end] == "[") - (text[end] == "]")
        if opened < 0:  # The bracket was opened before the address: `[https://example.org](…)`.
            break
        end += 1
    end = _without_punctuation(text, found.start(), end)
    if found["bare"] and not _WEB_HOST.match(text[found.start():end]):
        return 0
    return end


def _belongs(text: str, at: int) -> bool:
    """Tell whether the character at this place goes on with the address before it."""
    sign = text[at]
    if sign in _ASCII or sign.isascii():
        return sign in _ASCII or sign.isalnum()
    if _HAN.match(sign):
        return False
    if unicodedata.category(sign)[0] == "M" or sign in _JOINERS:
        return True
    if _ATTACHED.match(sign):
        return text[at - 1] in _DELIMITERS or _is_attached(text[at - 1])
    return sign.isalnum()


def _is_attached(sign: str) -> bool:
    return bool(_ATTACHED.match(sign)) or unicodedata.category(sign)[0] == "M"


def _without_punctuation(text: str, start: int, end: int) -> int:
    """Leave out the punctuation of the sentence around the address, and brackets that it does not open."""
    opened = {sign: text.count(opener, start, end) - text.count(sign, start, end)
              for sign, opener in _CLOSERS.items()}
    while end > start:
        last = text[end - 1]
        if last in _CLOSERS and opened[last] < 0:
            opened[last] += 1
        elif last in _JOINERS or last in "([" or last in _AFTER:
            for sign, opener in _CLOSERS.items():
                opened[sign] -= last == opener
        else:
            break
        end -= 1
    return end
