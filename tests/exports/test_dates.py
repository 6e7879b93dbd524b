"""The agenda's dates as a calendar, read back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from dialogue.exports.documents.calendar_events import Event
from dialogue.exports.documents.characters import clean
from dialogue.exports.formats.ical import write

DUE = Event(
    uid="milestone-7f3a@dialogue.example",
    title="First report",
    on=date(2026, 12, 31),
    description="Due, with sources;\nsee the agenda.",
    url="https://dialogue.example/agenda/7f3a",
    sequence=2,
    updated_at=datetime(2026, 3, 14, 10, tzinfo=timezone(timedelta(hours=2))),
)


def entries(data: bytes):
    return Calendar.from_ical(data).walk("VEVENT")


def test_a_due_day_is_an_all_day_entry_that_programs_can_follow():
    [entry] = entries(write("Agenda", [DUE]))
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (DUE.uid, 2, "CONFIRMED")
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (date(2026, 12, 31), date(2027, 1, 1))
    assert entry.decoded("DTSTAMP") == datetime(2026, 3, 14, 8, tzinfo=UTC)
    assert (entry["DESCRIPTION"], entry["URL"]) == (DUE.description, DUE.url)


def test_what_was_called_off_is_cancelled_not_missing():
    [entry] = entries(write("Agenda", [replace(DUE, cancelled=True, sequence=3)]))
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 3)


def test_the_same_events_give_the_same_bytes_in_any_order():
    other = replace(DUE, uid="b", on=date(2026, 1, 1))
    assert write("Agenda", [DUE, other]) == write("Agenda", [other, DUE])


def test_lines_end_in_crlf_and_are_folded_at_75_octets():
    data = write("議程" * 60, [replace(DUE, title="القرار " * 60)])
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 75


@given(st.text(max_size=200))
def test_no_text_can_add_an_entry_or_a_property(text: str):
    event = replace(DUE, uid="u" + text, title=text, description=text, url=f"https://x.example/{text}")
    [entry] = entries(write(text, [event]))
    assert set(entry) <= {
        "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP",
        "DESCRIPTION", "URL",
    }  # fmt: skip
    assert entry["SUMMARY"] == " ".join(clean(text).split())


def test_hostile_addresses_are_left_out():
    for url in ("javascript:alert(1)", "https://x.example/\r\nATTENDEE:mailto:a@b.example", ""):
        [entry] = entries(write("Agenda", [replace(DUE, url=url)]))
        assert "URL" not in entry
        assert "ATTENDEE" not in entry
