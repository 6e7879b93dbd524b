"""Names that look alike are found, and real names in any script stay as they are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.core import lookalikes
from dialogue.core.errors import Invalid
from dialogue.rooms.handles import HANDLES

CHAIR = "Amara Okonjo-Vale"
TWINS = {
    "Cyrillic letters": "\u0410m\u0430r\u0430 Ok\u043enjo-Vale", "another case": "AMARA OKONJO-VALE",
    "full width": "\uff21mara \uff2fkonjo-\uff36ale", "mathematical letters": "\U0001d400mara Okonjo-Vale",
    "zero width": "Ama\u200bra Okonjo-V\u2060ale", "soft hyphen": "Ama\u00adra Okonjo-Vale",
    "turned round": "\u202eAmara Okonjo-Vale\u202c", "a no-break space": "Amara\u00a0Okonjo-Vale",
    "another dash": "Amara Okonjo\u2013Vale", "two spaces": "Amara  Okonjo-Vale", "an accent": "Am\u00e1ra Okonjo-Vale",
    "a mark apart": "Ama\u0323ra Okonjo-Vale", "a joiner": "Ama\u034fra Okonjo-Vale",
    "a variation selector": "Amara\ufe0f Okonjo-Vale", "a zero": "Amara 0konjo-Vale",
}
REAL = [
    "\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u738b\u5c0f\u660e",
    "\u092a\u094d\u0930\u093f\u092f\u093e \u0936\u0930\u094d\u092e\u093e", "\u0928\u0930\u0947\u0902\u0926\u094d\u0930",
    "\u0e28\u0e23\u0e35\u0e2a\u0e38\u0e14\u0e32", "Nguy\u1ec5n Th\u1ecb Minh Khai", "O\u2019Brien", "D'Arcy (Ms.)",
    "\u0410\u043d\u043d\u0430-\u041c\u0430\u0440\u0438\u044f", "\uae40\ubbfc\uc900", "\u3055\u304f\u3089",
    "\u6771\u4eac\u30bf\u30ed\u30a6", "\u0141\u00f3d\u017a S\u00f8ren", "\u05e9\u05e8\u05d4 \u05dc\u05d5\u05d9",
    "\u0395\u03bb\u03ad\u03bd\u03b7", "Jean-Luc St. Exemple", "\u1201\u12ed\u1209",
]


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS.keys())
def test_a_twin_has_the_key_of_the_name_it_imitates(twin: str) -> None:
    assert lookalikes.key(twin) == lookalikes.key(CHAIR)


@pytest.mark.parametrize(("one", "other"), [("Alice", "AIice"), ("\u0421\u0430\u0440\u0430", "Capa"),
                                            ("modern", "modem"), ("Al1ce", "Alice")])
def test_letters_that_look_alike_are_one(one: str, other: str) -> None:
    assert lookalikes.key(one) == lookalikes.key(other)


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_stays_as_it_is(name: str) -> None:
    assert lookalikes.cleaned(name) == name
    lookalikes.refuse_mixed("name", name)
    assert lookalikes.key(name)


def test_different_names_have_different_keys() -> None:
    assert len({lookalikes.key(name) for name in (*REAL, CHAIR, "Guest 1", "Guest 2", "Guest 12")}) == len(REAL) + 4


@pytest.mark.parametrize(("typed", "kept"), [
    ("Bob \u2605\u2713 [Chair]", "Bob Chair"), ("Bob \U0001f172\U0001f177", "Bob"),
    ("\u3010Chair\u3011 Bob", "Chair Bob"),
    ("Role: Chair", "Role Chair"), ("Bob \u2691 | Chair", "Bob Chair"), ("Bob\u200d\u200b \u202eX", "Bob X"),
    ("Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306a", "Z\u0300\u0301\u0302\u0303a"),
])
def test_what_could_pass_for_a_badge_is_taken_out(typed: str, kept: str) -> None:
    assert lookalikes.cleaned(typed) == kept.strip()


@pytest.mark.parametrize("name", ["\u0410lice", "Am\u0430ra Vale", "\u0391lpha", "Bob\u05d0"])
def test_a_word_in_two_scripts_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        lookalikes.refuse_mixed("name", name)
    assert refused.value.field == "name"


@given(st.text(max_size=60))
def test_a_cleaned_name_is_clean_and_looks_as_before(text: str) -> None:
    once = lookalikes.cleaned(text)
    assert lookalikes.cleaned(once) == once
    assert lookalikes.key(once) == lookalikes.key(f" {once}.")


def test_no_two_handles_look_alike() -> None:
    keys = [lookalikes.key(handle) for handle in HANDLES]
    assert len(set(keys)) == len(keys)
    pairs = itertools.product(HANDLES[:3], range(1000, 1200))
    numbered = [lookalikes.key(f"{word} {number}") for word, number in pairs]
    assert len({*numbered, *keys}) == len(numbered) + len(keys)
