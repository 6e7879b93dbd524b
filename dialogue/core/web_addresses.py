"""Web addresses of pages: which are accepted, how they are read and where they lead.

An address is kept as it was typed. It is shown readable, as an internationalised identifier (RFC 3987: letters
of every script instead of their percent-encoded bytes), and a link holds its ASCII form (RFC 3986).
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

import idna

MAX_LENGTH = 2000

_NEVER = re.compile(r"""[\s\\<>"`{}|^]""")
_ENCODED = re.compile("(?:%[0-9A-Fa-f]{2})+")
_PLAIN = "!$&'()*+,;=:@/?%#[]~"  # What stays as it is in a link; a percent sign belongs to an encoded byte.


def is_full(typed: str) -> bool:
    """Tell whether this is an http or https address with a host and without a user name or password."""
    if _NEVER.search(typed):
        return False
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        return False
    # A name before the host dresses one site up as another: https://un.example@elsewhere.example
    named = "@" in parts.netloc or not re.search(r"[^\W_]", parts.hostname or "")
    return parts.scheme in {"http", "https"} and not named and port != 0


def link(address: str) -> str:
    """Return the address as a link holds it: in ASCII, its host in punycode. Twice is the same as once."""
    parts = urlsplit(re.sub("%(?![0-9A-Fa-f]{2})", "%25", address))
    host = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.hostname or "", parts.port)
    path, query, fragment = (quote(part, safe=_PLAIN) for part in parts[2:])
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _ascii_host(host: str, port: int | None) -> str:
    try:
        plain = idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        plain = quote(host)
    return f"{plain}:{port}" if port else plain


def readable(address: str) -> str:
    """Return the address as people read it: encoded letters decoded, delimiters and invisible signs left encoded.

    The host stays as it was typed: decoding it could show a host that looks like another one.
    """
    parts = urlsplit(address)
    path, query, fragment = (_ENCODED.sub(_decoded, part) for part in parts[2:])
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def _decoded(found: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(found[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return found[0]
    return "".join(sign if _is_plain(sign) else quote(sign, safe="") for sign in text)


def _is_plain(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in "-._~'"
    return unicodedata.category(sign)[0] in "LMN"
