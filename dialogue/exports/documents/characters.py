"""Which characters may enter a file, and which addresses may become links."""

import dataclasses
import re
from collections.abc import Callable, Collection
from typing import TypeVar, cast
from urllib.parse import urlsplit

T = TypeVar("T")

# XML 1.0 §2.2 has no room for these; lone surrogates cannot be encoded at all. The two bidirectional
# overrides go with them: they can make "021" read as "120", and no language needs them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
_NOT_IN_A_LINK = re.compile('[\x00-\x20\x7f-\xa0<>"\\\\^`{|}\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]')
_LONGEST_LINK = 2_000


def clean(text: str) -> str:
    """The text without characters no document can hold; every line end becomes one newline."""
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def cleaned(value: T) -> T:
    """The same value with every string in it cleaned."""
    return changed(value, clean)


def changed(value: T, change: Callable[[str], str], spared: Collection[str] = ()) -> T:
    """The same value with every string in it changed; goes through tuples and dataclasses, but not `spared` fields."""
    if isinstance(value, str):
        return cast(T, change(value))
    if isinstance(value, tuple):
        parts = [changed(part, change, spared) for part in value]
        return cast(T, type(value)(*parts) if hasattr(value, "_fields") else tuple(parts))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.name not in spared)
        return cast(T, dataclasses.replace(value, **{n: changed(getattr(value, n), change, spared) for n in names}))
    return value


def safe_link(address: str | None) -> str | None:
    """The address if it is a plain http, https or mailto link, otherwise None."""
    if not address or len(address) > _LONGEST_LINK or _NOT_IN_A_LINK.search(address):
        return None
    if _UNPRINTABLE.search(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return address if parts.netloc else None
    return address if parts.scheme == "mailto" and "@" in parts.path else None
