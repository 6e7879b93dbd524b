"""The check for plain English finds what it should, and the project has none of it."""

import pytest

from tests.plain_words import LISTED, MAX_NAME_LENGTH, find, in_name, in_python, words_in


@pytest.mark.parametrize("word", LISTED)
@pytest.mark.parametrize("source", [
    '"""Tell %s."""', 'def one():\n    """Close it for %s."""', "x = 1  # For %s.",
    'class One:\n    """Lines,\n    %s."""', "async def one():\n    'For %s.'"])
def test_a_docstring_or_comment_with_a_listed_word_is_found(source: str, word: str) -> None:
    assert [place.what for place in in_python(source % word.title(), "one.py")] == [word]


@pytest.mark.parametrize("word", LISTED)
@pytest.mark.parametrize("source", ['"""Close the socket."""', 'x = "%s"', "x_%s = 1", "# The un%sly room."])
def test_other_strings_names_and_words_are_left_alone(source: str, word: str) -> None:
    assert not list(in_python(source.replace("%s", word.replace(" ", "_")), "one.py"))


def test_the_line_of_a_word_is_told() -> None:
    assert [place.line for place in words_in(f"One\nfor {LISTED[0]}\n", "one.md", 1)] == [2]


def test_the_name_of_a_test_is_checked_for_words_and_length() -> None:
    assert [place.what for place in in_name(f"test_{LISTED[0]}_waits", "one.py", 1)] == [LISTED[0]]
    assert list(in_name("test" + "_a" * (MAX_NAME_LENGTH + 1), "one.py", 1))
    assert not list(in_name("test" + "_a" * MAX_NAME_LENGTH, "one.py", 1))


def test_the_project_is_written_without_them() -> None:
    assert find() == []
