"""The Atom feed of published outcomes (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from lxml import etree

from dialogue.core import page_addresses
from dialogue.outcomes.models import Outcome

ATOM = "http://www.w3.org/2005/Atom"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def atom(outcomes: Sequence[Outcome], *, origin: str, title: str) -> bytes:
    """The feed, newest first; `origin` is our address without a slash at the end, e.g. https://dialogue.example."""
    feed = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    newest = max((_updated(one) for one in outcomes), default=BEGINNING)
    _add(feed, "id", origin + page_addresses.OUTCOMES_FEED)
    _add(feed, "title", title)
    _add(feed, "updated", newest.isoformat())
    _add(_add(feed, "author"), "name", title)
    _add(feed, "link", rel="self", type="application/atom+xml", href=origin + page_addresses.OUTCOMES_FEED)
    _add(feed, "link", rel="alternate", type="text/html", href=origin + page_addresses.OUTCOMES)
    for outcome in outcomes:
        _entry(feed, outcome, origin)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def _entry(feed: etree._Element, outcome: Outcome, origin: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", origin + outcome.address)
    _add(entry, "title", f"{outcome.symbol} {outcome.title}")
    _add(entry, "published", outcome.told(outcome.published_at or outcome.created_at).isoformat())
    _add(entry, "updated", _updated(outcome).isoformat())
    _add(entry, "link", rel="alternate", type="text/html", href=origin + outcome.address)
    _add(entry, "category", term=outcome.verdict or outcome.kind.value)
    _add(entry, "summary", "\n".join(_lines(outcome)), type="text")


def _lines(outcome: Outcome) -> list[str]:
    """The text decided on, then the summary, then corrections."""
    text = outcome.decision.get("text") or {"clauses": []}
    return [*(clause["text"] for clause in text["clauses"]), *(point.text for point in outcome.points),
            *(added.text for added in outcome.corrigenda)]


def _updated(outcome: Outcome) -> datetime:
    newest = max([outcome.published_at or outcome.created_at, *(added.at for added in outcome.corrigenda)])
    return outcome.told(newest)


def _add(parent: etree._Element, name: str, words: str | None = None, /, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = words
    return made
