"""Texts of people on a page: their stored HTML, made ready to be shown and printed."""

import html
import re
from urllib.parse import unquote

from markupsafe import Markup

from dialogue.core.web_addresses import link

_LINK = re.compile(r'<a href="(https?://[^"]*)"([^>]*)>([^<]*)</a>')


def authored(stored: str) -> Markup:
    """Mark the links whose words are their address, so that paper does not show the address twice.

    Stored texts stay as they are: the mark is made when they are shown, and by static/src/core/html.js for texts
    that arrive live.
    """
    return Markup(_LINK.sub(_marked, stored)) if "<a " in stored else Markup(stored)  # noqa: S704 - sanitised when it was written


def _marked(found: re.Match[str]) -> str:
    address, more, words = found.groups()
    mark = " data-bare" if _is_bare(html.unescape(address), html.unescape(words)) else ""
    return f'<a href="{address}"{more}{mark}>{words}</a>'


def _is_bare(address: str, words: str) -> bool:
    """Whether the words are the address as it was typed: with other letters encoded, or without its scheme."""
    typed = words if "://" in words else f"{address.partition('://')[0]}://{words}"
    try:
        return _plain(typed) == _plain(address)
    except ValueError:
        return False


def _plain(address: str) -> str:
    return unquote(link(address)).casefold().rstrip("/")
