"""Markdown that people wrote becomes blocks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.exports.documents.authored import from_markdown
from dialogue.exports.documents.blocks import Heading, Items, Paragraph, Quotation, Run, Table


def test_headings_begin_below_the_section_they_stand_in():
    assert from_markdown("# One\n\n## Two", under=1) == [Heading(2, (Run("One"),)), Heading(3, (Run("Two"),))]


def test_manners_and_links_become_runs():
    [paragraph] = from_markdown("A **b *c*** [d](https://example.org/?x=1&y=2)")
    assert paragraph == Paragraph(
        (
            Run("A "),
            Run("b ", strong=True),
            Run("c", strong=True, emphasis=True),
            Run(" "),
            Run("d", link="https://example.org/?x=1&y=2"),
        )
    )


def test_a_list_holds_the_list_nested_in_it():
    one, two, three = (Paragraph((Run(word),)) for word in ("one", "two", "three"))
    assert from_markdown("1. one\n2. two\n    - in\n3. three") == [
        Items(((one,), (two, Items.of((Run("in"),))), (three,)), ordered=True),
    ]


def test_a_list_cannot_begin_beyond_what_files_can_count():
    [items] = from_markdown("999999999. far")
    assert items == Items.of((Run("far"),), ordered=True, start=999_999_999)
    [paragraph] = from_markdown("99999999999999. far")
    assert paragraph == Paragraph((Run("99999999999999. far"),))


def test_quotations_and_tables_are_kept():
    quotation, table = from_markdown("> said *so*\n\n| a | b |\n|---|--:|\n| 1 | **2** |")
    assert quotation == Quotation.of((Run("said "), Run("so", emphasis=True)))
    cells = ((Run("1"),), (Run("2", strong=True),))
    assert table == Table("", ((Run("a"),), (Run("b"),)), (cells,), ("start", "end"))


def test_html_stays_text_pictures_become_links_and_other_links_stay_as_typed():
    [paragraph] = from_markdown("<b>x</b> ![a cat](http://evil.example/p.png) [y](javascript:alert(1)) &amp;")
    assert "".join(run.text for run in paragraph.runs) == "<b>x</b> a cat [y](javascript:alert(1)) &"
    assert [run.text for run in paragraph.runs if run.link] == ["a cat"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 8_000,
        "![" * 8_000,
        ">" * 5_000,
        "".join(" " * n + "- a\n" for n in range(300)),
        "*a **b " * 4_000,
    ],
    ids=["brackets", "pictures", "quotes", "nesting", "emphasis"],
)
def test_a_hostile_text_is_set_plain_at_once_and_in_full(text: str):
    began = time.monotonic()
    blocks = from_markdown(text)
    assert time.monotonic() - began < 2
    assert "".join(run.text for block in blocks for run in block.runs) == text.strip()


def test_a_long_text_keeps_every_paragraph():
    blocks = from_markdown("word\n\n" * 3_000)
    assert blocks == [Paragraph((Run("word"),))] * 3_000


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_letters_and_digits_are_never_lost(word: str):
    blocks = from_markdown(f"**{word}** and\n\n- {word}")
    assert "".join(run.text for run in blocks[0].runs) == f"{word} and"
    assert blocks[1] == Items.of((Run(word),))


@given(st.text(alphabet="[]()!*_`<>#-+=|&;:\\ \n\tax1.", max_size=300))
def test_no_text_makes_it_stumble(text: str):
    written = "".join(str(block) for block in from_markdown(text))
    assert text.count("a") <= written.count("a")
