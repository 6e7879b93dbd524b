"""Two wordings are compared exactly, readably and in bounded time."""

from itertools import accumulate, pairwise
from random import Random
from time import process_time

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from dialogue.proposals.wording import Op, Run, compare, compare_pieces
from dialogue.proposals.words import as_seen, words

SENTENCES = st.lists(
    st.sampled_from(["the", "Council", "shall", ",", ".", " ", "  ", "\n", "安全", "理事", "قرر", "e\u0301"]),
    max_size=30,
).map("".join)
TEXTS = st.one_of(st.text(max_size=60), SENTENCES)


def marked(old: str, new: str) -> str:
    """A comparison as one line: [-removed-], {+added+}."""
    form = {Op.SAME: "{}", Op.REMOVED: "[-{}-]", Op.ADDED: "{{+{}+}}"}
    return "".join(form[run.op].format(run.text) for run in compare(old, new))


def joined(runs: tuple[Run, ...], *ops: Op) -> str:
    return "".join(run.text for run in runs if run.op in ops)


@given(TEXTS, TEXTS, st.sampled_from([0, 20, 10_000]))
@example("", "", 0)
def test_both_wordings_can_be_rebuilt_as_they_are_seen(old: str, new: str, allowance: int) -> None:
    runs = compare(old, new, allowance)
    assert as_seen(joined(runs, Op.SAME, Op.REMOVED)) == as_seen(old)
    assert joined(runs, Op.SAME, Op.ADDED) == new
    assert all(run.text for run in runs)


@given(TEXTS, TEXTS)
def test_neighbouring_runs_differ_and_removals_come_first(old: str, new: str) -> None:
    ops = [run.op for run in compare(old, new)]
    pairs = list(pairwise(ops))
    assert all(one is not other for one, other in pairs)
    assert (Op.ADDED, Op.REMOVED) not in pairs


@given(TEXTS)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(words(text))


@given(SENTENCES)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert compare(text, text) == ((Run(Op.SAME, text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("The Council shall review.", "The Council must review.", "The Council [-shall-]{+must+} review."),
        ("peace, and security", "peace and security", "peace[-,-] and security"),
        ("state shall", "Every state shall", "{+Every +}state shall"),
        ("one two", "", "[-one two-]"),
        ("a word\napart", "a word apart", "a word[-\n-]{+ +}apart"),
        ("安全理事会应审查", "安全理事会必须审查", "安全理事会[-应-]{+必须+}审查"),
        ("يقرر المجلس النظر", "يقرر الأعضاء النظر", "يقرر [-المجلس-]{+الأعضاء+} النظر"),
    ],
)
def test_the_words_that_changed_are_marked(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


def test_far_apart_changes_stay_apart() -> None:
    old = "Members shall meet in public session twice in each year."
    new = "Members should meet in public session once in each year."
    assert marked(old, new) == (
        "Members [-shall-]{+should+} meet in public session [-twice-]{+once+} in each year."
    )


def test_small_kept_words_between_larger_changes_are_drowned() -> None:
    old = "protect the sovereignty of the Members and their borders"
    new = "safeguard the independence of all peoples and their borders"
    assert marked(old, new) == (
        "[-protect the sovereignty of the Members-]{+safeguard the independence of all peoples+}"
        " and their borders"
    )


@pytest.mark.parametrize(("old", "new"), [
    ("👩‍⚕️", "👩‍🏫"), ("✋🏻", "✋🏿"), ("🇩🇪", "🇩🇰"), ("1️⃣", "2️⃣"),
    ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
     "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    ("1,000", "10,000"), ("3.5", "3.75"), ("١٬٠٠٠", "١٠٬٠٠٠"), ("٣٫٥", "٣٫٧"), ("1’000", "10’000"),
    ("1\u202f000", "10\u202f000"), ("1 000", "1 500"), ("2,50,000", "2,75,000"), ("१,०००", "१,५००"), ("1⁄2", "1⁄3"),
    ("क्षि", "क्षु"), ("ที่", "ทู่"), ("가", "각"), ("각", "갂"), ("é", "è"), ("ង្ក", "ង្គ"),
])
def test_an_emoji_a_number_and_a_letter_with_its_marks_change_as_a_whole(old: str, new: str) -> None:
    assert marked(f"See {old}, then act", f"See {new}, then act") == f"See [-{old}-]{{+{new}+}}, then act"
    assert marked(f"请{old}。", f"请{new}。") == f"请[-{old}-]{{+{new}+}}。"


@pytest.mark.parametrize(("text", "expected"), [
    ("in 2026 193 states", ["in", " ", "2026", " ", "193", " ", "states"]),
    ("1,000. Then", ["1,000", ".", " ", "Then"]),
    ("paragraphs 1, 2", ["paragraphs", " ", "1", ",", " ", "2"]),
    ("🇩🇪🇩🇰", ["🇩🇪", "🇩🇰"]), ("👍🏽👍", ["👍🏽", "👍"]), ("3.5%", ["3.5", "%"]), ("10:30", ["10", ":", "30"]),
    ("See \u06001", ["See", " ", "\u06001"]),
])
def test_a_text_is_cut_where_a_reader_would_cut_it(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(st.sampled_from("👩⚕🏫🏻✋🇩🇪🇰\u200d\ufe0f\u20e31,. ก้अ्षе\u0301안가"), max_size=30), st.text(max_size=30))
def test_no_run_ends_inside_a_grapheme_cluster(old: str, new: str) -> None:
    for op in (Op.REMOVED, Op.ADDED):
        runs = [run.text for run in compare(old, new) if run.op in (Op.SAME, op)]
        clusters = regex.findall(r"\X", "".join(runs))
        assert set(accumulate(map(len, runs), initial=0)) <= set(accumulate(map(len, clusters), initial=0))


@pytest.mark.parametrize(("old", "new"), [
    ("5 May", "5\u00a0May"), ("inter\u00adnational", "international"), ("caf\u00e9", "cafe\u0301"), ("a  b", "a b"),
    ("\u200bRecalling", "Recalling"), ("قرر\u200f", "قرر"), ("10\u202f000", "10 000"), ("a \n b", "a\nb"),
])
def test_a_difference_that_is_not_seen_is_no_change(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        assert compare(one, other) == (Run(Op.SAME, other),)
        assert compare(f"Then {one} act", f"Now {other} act")[-1] == Run(Op.SAME, f" {other} act")


@pytest.mark.parametrize(("old", "new"), [
    ("می\u200cخواهم", "میخواهم"), ("☺\ufe0e", "☺\ufe0f"), ("co-op", "coop"), ("a\n\nb", "a\nb")])
def test_a_difference_that_is_seen_is_a_change(old: str, new: str) -> None:
    assert compare(old, new) != (Run(Op.SAME, new),)


@pytest.mark.parametrize(("old", "new", "op"), [(False, True, Op.ADDED), (True, False, Op.REMOVED)])
def test_a_change_of_emphasis_is_shown(old: bool, new: bool, op: Op) -> None:
    runs = compare_pieces([("Recalling", old), (" the Charter", False)], [("Recalling", new), (" the Charter", False)])
    assert runs == (Run(Op.REMOVED, "Recalling", old), Run(Op.ADDED, "Recalling", new), Run(Op.SAME, " the Charter"))
    assert next(run.op for run in runs if run.emphasis) is op


def test_emphasis_is_not_seen_on_a_space() -> None:
    old, new = [("one two", True)], [("one", True), (" ", False), ("two", True)]
    assert {run.op for run in compare_pieces(old, new)} == {Op.SAME}


def test_arabic_vowel_signs_belong_to_their_word() -> None:
    assert words("مُحَمَّد قال") == ["مُحَمَّد", " ", "قال"]


def test_a_mark_on_a_character_is_not_compared_alone() -> None:
    assert words("ที่นี่") == ["ที่", "นี่"]


def test_beyond_its_allowance_only_the_differing_middle_is_replaced() -> None:
    old, new = "Recalling a b c d e firmly", "Recalling v w x y z firmly"
    assert compare(old, new, allowance=0) == (
        Run(Op.SAME, "Recalling "),
        Run(Op.REMOVED, "a b c d e"),
        Run(Op.ADDED, "v w x y z"),
        Run(Op.SAME, " firmly"),
    )


def noise(seed: int, letters: str) -> str:
    chance = Random(seed)
    return "".join(chance.choice(letters) for _ in range(20_000))


HOSTILE = {
    "nothing in common": ("a b " * 5_000, "c\td\t" * 5_000),
    "endless repeats": ("a " * 10_000, "b " + "a " * 5_000 + "c " + "a " * 4_000),
    "random pairs": (noise(1, "a b"), noise(2, "a b")),
    "characters only": (noise(3, "安全理事会"), noise(4, "安全理事会")),
    "every other word": (
        " ".join(f"{n} x" for n in range(2_900)),
        " ".join(f"{n} y" for n in range(2_900)),
    ),
    "one endless word": ("a" * 20_000, "a" * 19_999 + "b"),
    "marks only": ("\u0301" * 20_000, "\u0302" * 20_000),
    "repeats behind differences": (
        " ".join(f"u{n}" for n in range(300)) + " a" * 9_000 + " x",
        " ".join(f"v{n}" for n in range(300)) + " a" * 9_000 + " y",
    ),
    "periods": ("ab cd " * 3_333, "cd ab " * 3_333),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_compared_in_bounded_time(case: str) -> None:
    old, new = HOSTILE[case]
    started = process_time()
    runs = compare(old, new)
    used = process_time() - started
    assert joined(runs, Op.SAME, Op.ADDED) == new
    assert as_seen(joined(runs, Op.SAME, Op.REMOVED)) == as_seen(old)
    assert used < 2, "a guard against quadratic work: seconds of the processor, which others on the machine do not use"
