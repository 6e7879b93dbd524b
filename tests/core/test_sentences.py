"""Where a sentence ends."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.core.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We agree. They do not! Why?", ["We agree.", "They do not!", "Why?"]),
        ("Dr. Example spoke, e.g. on art. 5 of the text. Then we left.", 2),
        ("The share is 3.5 per cent. It grows.", ["The share is 3.5 per cent.", "It grows."]),
        ("Am 3. Mai tagt der Rat, z.B. in Beispielstadt. Alle kommen.", 2),
        ("« Pourquoi ? » demanda-t-elle. Personne ne répondit.", 2),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."]),
        ("¿Quién vota? Nadie lo sabe.", ["¿Quién vota?", "Nadie lo sabe."]),
        ("هل نتفق؟ نعم نتفق. لننتقل إلى البند التالي.", 3),
        ("کیا ہم متفق ہیں؟ جی ہاں۔ آگے چلیں۔", 3),
        ("我们同意。他们不同意！为什么？", ["我们同意。", "他们不同意！", "为什么？"]),
        ("彼は「はい。」と言った。終わり。", 3),
        ("Well... perhaps not. Or so.", 2),
        ("One line\nanother line", ["One line", "another line"]),
        ("J. Example voted yes. B. Sample voted no.", 2),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, expected):
    found = sentences(text)
    assert (len(found) if isinstance(expected, int) else found) == expected


@given(st.text(alphabet=st.sampled_from('aB3 .!?؟。！\n"”)…۔').map(str)) | st.text())
@settings(deadline=None)
def test_nothing_but_space_is_lost_between_sentences(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", [". " * 10_000, '."' * 10_000, "a" * 20_000, "." + " " * 20_000, "!" * 20_000]
)
def test_no_text_of_twenty_thousand_characters_takes_long(text):
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 2
