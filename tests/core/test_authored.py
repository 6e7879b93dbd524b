"""Links on paper: an address is printed behind the words of a link, and a bare address once."""

import pytest

from dialogue.core.authored import authored
from dialogue.core.richtext import render


@pytest.mark.parametrize("typed", [
    "https://example.org/minutes", "See [https://example.org/minutes].", "www.example.org", "http://example.org/",
    "https://example.org/a?b=1&c=2#d", "https://fr.example.org/wiki/L'Humanité", "https://bücher.example/wiki/Straße",
    "<https://example.org/minutes>", "https://example.org/wiki/%E0%A4%B9"])
def test_a_bare_address_is_marked(typed: str) -> None:
    assert authored(render(typed)).count(" data-bare>") == 1


@pytest.mark.parametrize("typed", [
    "[the minutes](https://example.org/minutes)", "[https://example.org](https://elsewhere.example/)",
    "[example.org](https://elsewhere.example/)", "[*example*](https://example.org)", "anna@example.org", "No link",
    "[https://[](https://example.org)"])
def test_other_words_are_not_marked(typed: str) -> None:
    assert "data-bare" not in authored(render(typed))


def test_nothing_else_of_a_text_is_changed() -> None:
    stored = render("**A** <b> [one](https://example.org/a) and https://example.org/b &amp; `<a href=\"x\">`")
    assert authored(stored).replace(" data-bare", "") == stored
