"""Web addresses: read by people, kept as typed, safe as links."""

import pytest

from dialogue.core.web_addresses import is_full, link, readable


@pytest.mark.parametrize(("typed", "target", "shown"), [
    ("https://fr.example.org/wiki/L'Humanité", "https://fr.example.org/wiki/L'Humanit%C3%A9",
     "https://fr.example.org/wiki/L'Humanité"),
    ("https://fr.example.org/wiki/L%27Humanit%C3%A9", "https://fr.example.org/wiki/L%27Humanit%C3%A9",
     "https://fr.example.org/wiki/L'Humanité"),
    ("https://bücher.example:8080/100%?q=é", "https://xn--bcher-kva.example:8080/100%25?q=%C3%A9",
     "https://bücher.example:8080/100%?q=é"),
    ("https://example.org/%D9%85%D9%82%D8%A7%D9%84", "https://example.org/%D9%85%D9%82%D8%A7%D9%84",
     "https://example.org/مقال"),
])
def test_an_address_is_shown_readable_and_linked_encoded(typed: str, target: str, shown: str) -> None:
    assert is_full(typed)
    assert (link(typed), readable(typed)) == (target, shown)
    assert link(target) == target


@pytest.mark.parametrize("encoded", [
    "https://example.org/a%2Fb%3Fc%23d%20e%25", "https://example.org/%E2%80%AEgro.elpmaxe", "https://example.org/%FF",
    "https://xn--bcher-kva.example/",
])
def test_what_could_mislead_stays_encoded(encoded: str) -> None:
    assert readable(encoded) == encoded


@pytest.mark.parametrize("typed", [
    'https://example.org/"onclick', "https://example.org/<b>", "https://un.example@other.example/L'",
    "https://a b.org"])
def test_what_could_break_a_page_is_refused_as_before(typed: str) -> None:
    assert not is_full(typed)
