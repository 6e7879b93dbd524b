"""The model every writer reads, and the characters it may hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.exports.documents.blocks import Bar, Bars, Clause, Document, Heading, Properties, Table, levelled
from dialogue.exports.documents.characters import clean, cleaned, safe_link


@given(st.lists(st.integers(-3, 12)))
def test_headings_never_skip_a_level(levels: list[int]):
    found = [block.level for block in levelled([Heading(level, "x") for level in levels])]
    assert all(1 <= level <= before + 1 for before, level in zip([0, *found], found, strict=False))


def test_a_ragged_table_is_filled_up():
    table = Table("", ("a",), (("1", "2"), ()), ("end",))
    assert table.even == Table("", ("a", ""), (("1", "2"), ("", "")), ("end", "start"))


def test_bars_are_a_table_where_nothing_can_be_drawn():
    bars = Bars("Votes", (Bar("Yes", 120, "✓"), Bar("No", 7)), ("Answer", "Count"))
    assert bars.table == Table(
        "Votes", ("Answer", "Count"), (("✓ Yes", "120"), ("No", "7")), ("start", "end")
    )


def test_a_clauses_number_is_printed_as_documents_print_it():
    assert [Clause(number, ()).label for number in ("3", "(a)", "3 bis")] == ["3.", "(a)", "3 bis"]


def test_cleaning_reaches_every_text_and_leaves_the_rest():
    blocks = (Bars("a\x00", (Bar("b\x1b", 1),)), Table("", ("c\ud800",), (("d\u202e\r\ne",),)))
    document = cleaned(Document("t\x07", "en", Properties(date(2026, 1, 1)), blocks))
    assert document.title == "t"
    assert document.blocks == (Bars("a", (Bar("b", 1),)), Table("", ("c",), (("d\ne",),)))
    assert document.properties.date == date(2026, 1, 1)


@given(st.text())
def test_clean_text_can_be_written_as_xml(text: str):
    kept = clean(text)
    assert all(c in "\t\n" or c >= " " for c in kept)
    assert clean(kept) == kept
    kept.encode()


@pytest.mark.parametrize("link", ["https://a.example/x?y=1#z", "http://a.example", "mailto:office@a.example"])
def test_plain_addresses_are_links(link: str):
    assert safe_link(link) == link


@pytest.mark.parametrize(
    "link",
    [None, "", "javascript:alert(1)", "//a.example", "/x", "file:///etc/passwd", "https://", "http://[",
     "data:,x", "https://a.example/\r\nX: y", "https://a.example/ b", "mailto:", "https://a.example/\u202ex",
     "https://a.example/" + "x" * 9_000],
)  # fmt: skip
def test_anything_else_is_not_a_link(link: str | None):
    assert safe_link(link) is None
