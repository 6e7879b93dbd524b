"""Codes can be read from a wall and typed in one way only."""

from hypothesis import given
from hypothesis import strategies as st

from dialogue.halls.codes import LENGTH, SIGNS, new_code, normal, shown


def test_no_sign_of_a_code_looks_like_another():
    assert not set("01OIL") & set(SIGNS)


def test_codes_are_drawn_anew():
    drawn = {new_code() for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(code) == LENGTH and set(code) <= set(SIGNS) for code in drawn)


@given(st.text(alphabet=SIGNS, min_size=LENGTH, max_size=LENGTH))
def test_a_code_is_found_however_it_is_typed(code: str):
    assert normal(shown(code)) == normal(f" {shown(code).lower()} ") == code


def test_a_code_typed_on_a_full_width_keyboard_is_found():
    assert normal("９８３Ｍ－ＹＱ７Ｆ") == normal("983m-yq7f") == "983MYQ7F"
