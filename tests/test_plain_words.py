"""The check for plain English finds what it should, and the project has none of it."""

import pytest

from tests.plain_words import LONGEST_NAME, find, in_name, in_python, words_in


@pytest.mark.parametrize("source", [
    '"""Tell nobody."""', 'def one():\n    """Close it for whoever asks."""', "x = 1  # Somebody was quicker.",
    'class One:\n    """Lines,\n    everybody\'s."""', "async def one():\n    'To whom it is sent.'"])
def test_a_docstring_or_comment_with_a_listed_word_is_found(source: str) -> None:
    assert [place.path for place in in_python(source, "one.py")] == ["one.py"]


@pytest.mark.parametrize("source", ['"""Close the socket."""', 'x = "nobody"', "somebody = 1", "# The whole room."])
def test_other_words_strings_and_names_are_left_alone(source: str) -> None:
    assert not list(in_python(source, "one.py"))


def test_the_line_of_a_word_is_told() -> None:
    assert [place.line for place in words_in("One\nfor anybody\n", "one.md", 1)] == [2]


def test_the_name_of_a_test_is_checked_for_words_and_length() -> None:
    assert [place.what for place in in_name("test_nobody_waits", "one.py", 1)] == ["nobody"]
    assert list(in_name("test" + "_a" * (LONGEST_NAME + 1), "one.py", 1))
    assert not list(in_name("test" + "_a" * LONGEST_NAME, "one.py", 1))


def test_the_project_is_written_without_them() -> None:
    assert find() == []
