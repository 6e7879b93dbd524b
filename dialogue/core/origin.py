"""Where a request comes from: from a page of ours, from another site, or from a program that does not say.

Browsers say it in `Origin` (RFC 6454) and `Sec-Fetch-Site` (W3C Fetch Metadata); no page can change either. The
strict check of Flask-WTF asks for `Referer` instead, which privacy settings and proxies remove.
"""

from enum import Enum, auto
from typing import Protocol

from dialogue.core.errors import DomainError
from dialogue.core.i18n import gettext as _

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Headers(Protocol):
    """A request's headers, or a dictionary of them."""

    def get(self, name: str, /) -> str | None:
        """One header."""


class Source(Enum):
    """The sender of a request, as far as its headers tell."""

    OURS = auto()
    FOREIGN = auto()
    UNSAID = auto()  # An old browser or a program: the form's token decides.


class Foreign(DomainError):
    """Another site sent the request."""

    code = "foreign_origin"
    status = 403

    def __init__(self, url: str) -> None:
        super().__init__(_("This was sent from another site, so nothing was changed here. Open Dialogue at %(url)s and"
                           " send it from there.", url=url))


def source(headers: Headers, url: str) -> Source:
    """Return the sender of a request that changes something; `url` is our own address."""
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none"):
        return Source.FOREIGN
    if origin is None and site is None:
        return _by_referrer(headers.get("Referer"), url)
    # `null` is what a page under `no-referrer` sends, and every sandbox; `Sec-Fetch-Site` tells them apart.
    if origin == url or (origin in (None, "null") and site == "same-origin"):
        return Source.OURS
    return Source.UNSAID if origin is None else Source.FOREIGN


def _by_referrer(referrer: str | None, url: str) -> Source:
    """The same for browsers older than 2020, which may send neither."""
    if not referrer:
        return Source.UNSAID
    return Source.OURS if referrer == url or referrer.startswith(f"{url}/") else Source.FOREIGN


def is_foreign(method: str, headers: Headers, url: str) -> bool:
    """Whether the request must not touch a session: another site sends a form, or embeds a page of ours."""
    if method not in SAFE:
        return source(headers, url) is Source.FOREIGN
    is_navigation = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") in (None, "document")
    return headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") and not is_navigation


def bearer(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer …`; empty where the scheme stands alone, None without one."""
    scheme, *token = (headers.get("Authorization") or "").split(maxsplit=1) or [""]
    return "".join(token).strip() if scheme.lower() == "bearer" else None
