"""Dates of the agenda as an iCalendar file (RFC 5545) that calendar programs can follow."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from icalendar import Calendar
from icalendar import Event as Entry

from dialogue.exports.documents.calendar_events import Event
from dialogue.exports.documents.characters import cleaned, safe_link


def write(calendar_name: str, events: Iterable[Event]) -> bytes:
    """The events as all-day entries, in the order of their days; the same events give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dialogue//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, " ".join(cleaned(calendar_name).split()))
    for event in sorted(cleaned(tuple(events)), key=lambda event: (event.on, event.uid)):
        calendar.add_component(_entry(event))
    return bytes(calendar.to_ical())


def _entry(event: Event) -> Entry:
    entry = Entry()
    entry.add("uid", " ".join(event.uid.split()))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.updated_at.astimezone(UTC))
    entry.add("last-modified", event.updated_at.astimezone(UTC))
    entry.add("dtstart", event.on)
    entry.add("dtend", event.on + timedelta(days=1))  # the first day it is over: RFC 5545, 3.6.1
    entry.add("summary", " ".join(event.title.split()))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    if event.description:
        entry.add("description", event.description)
    if safe_link(event.url):
        entry.add("url", event.url)
    return entry
