"""A text that is cut ends with a whole character."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from dialogue.core.cutting import shortened, start_of
from dialogue.core.richtext import excerpt
from dialogue.halls.questions.queries import TITLE, _title

CLUSTERS = ["👩‍⚕️", "✋🏿", "🇩🇪", "1️⃣", "क्षि", "ที่", "q\u0301", "각", "👨‍👩‍👧‍👦"]


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("ahead", range(12))
def test_no_character_is_cut_in_two(cluster: str, ahead: int) -> None:
    text = "x" * ahead + cluster * 40
    for short in (start_of(text, 30), shortened(text, 30), excerpt(text, 30)):
        assert len(short) <= 30
        whole = short.removesuffix("…")
        assert text.startswith(whole)
        assert regex.findall(r"\X", text)[:len(regex.findall(r"\X", whole))] == regex.findall(r"\X", whole)


def test_the_title_of_a_question_ends_with_a_whole_character() -> None:
    for ahead in range(8):
        title = _title("x" * ahead + "👩‍⚕️" * TITLE)
        assert len(title) <= TITLE
        assert title[ahead:-1] == "👩‍⚕️" * title.count("⚕")


@given(st.text(max_size=40), st.integers(0, 40))
def test_a_cut_text_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(shortened(text, length)) <= length
    assert text.startswith(start_of(text, length))
    assert shortened(text, 40) == text


def test_words_stay_whole_where_a_script_has_spaces() -> None:
    assert shortened("The Council decides, today", 21) == "The Council decides…"
    assert shortened("The Council decides", 19) == "The Council decides"


def test_a_first_character_longer_than_the_room_for_it_leaves_some_text() -> None:
    assert start_of("👨‍👩‍👧‍👦", 1) == "👨"
    assert start_of("x👨‍👩‍👧‍👦", 3) == "x"
