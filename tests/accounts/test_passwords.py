"""Which passwords are accepted."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.accounts.passwords import MAX_LENGTH, MIN_LENGTH, chosen, is_obvious
from dialogue.core.errors import Invalid


@given(st.text(max_size=MIN_LENGTH - 1))
def test_a_short_password_is_refused_whatever_it_is_made_of(password: str) -> None:
    with pytest.raises(Invalid):
        chosen({"password": unicodedata.normalize("NFC", password)[: MIN_LENGTH - 1]}, "password")


@given(st.text(min_size=1, max_size=8), st.integers(min_value=2, max_value=40))
def test_saying_one_short_thing_again_and_again_is_obvious(part: str, times: int) -> None:
    assert is_obvious(part * times)


@pytest.mark.parametrize("password", [
    "correct horse battery staple", "grün ist der Sumpf im Mai", "すべての会議室は静かで美しいです",
    "xK9 vm2 qPz 7Lw t4R",
])
def test_a_few_words_or_a_random_row_are_accepted(password: str) -> None:
    assert chosen({"password": password}, "password") == password


@pytest.mark.parametrize("password", [
    "aaaaaaaaaaaaaaaa", "123456789012345", "qwertyuiopasdfg", "password password", "dialoguedialogue1",
    "mina.example@example.org",
    "Mina Example 1234", "               ",
])
def test_what_would_be_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        chosen({"password": password}, "password", about=("Mina Example", "mina.example@example.org"))


def test_a_password_is_the_same_from_every_keyboard() -> None:
    assert chosen({"p": "cafe\u0301 and a few more"}, "p") == chosen({"p": "caf\u00e9 and a few more"}, "p")


def test_an_endless_password_is_refused_before_it_is_hashed() -> None:
    with pytest.raises(Invalid):
        chosen({"password": "ab cd" * MAX_LENGTH}, "password")
