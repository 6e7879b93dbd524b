"""Numbers, emphasis, the breakdown and the sheet: what can be said without a database."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.core.errors import Invalid
from dialogue.proposals import sheet
from dialogue.proposals.emphasis import emphasised, pieces
from dialogue.proposals.models import ClauseKind
from dialogue.proposals.numbering import labels, stranded
from dialogue.proposals.sheet import ClauseText, Sheet
from dialogue.proposals.support import by_set

KINDS = st.lists(st.sampled_from(list(ClauseKind)), max_size=70)
PREAMBULAR, OPERATIVE, SUB = ClauseKind


def form(*texts: str, **more: str) -> dict[str, object]:
    return {"title": "A title", **{f"text-{n}": text for n, text in enumerate(texts, 1)}, **more}


def plain(text: str) -> str:
    """The clause without its marks."""
    return "".join(piece for piece, _is_marked in pieces(text))


def texts(of: Sheet) -> list[str]:
    return [clause.text for clause in of.clauses]


def test_operative_clauses_are_counted_and_those_below_are_lettered_anew() -> None:
    kinds = [PREAMBULAR, OPERATIVE, SUB, SUB, OPERATIVE, SUB]
    assert labels(kinds) == ["", "1", "(a)", "(b)", "2", "(a)"]


def test_letters_go_on_after_the_alphabet() -> None:
    assert labels([OPERATIVE] + [SUB] * 28)[-3:] == ["(z)", "(aa)", "(ab)"]


@given(KINDS)
def test_operative_numbers_are_dense_and_every_clause_has_a_label(kinds: list[ClauseKind]) -> None:
    found = labels(kinds)
    assert len(found) == len(kinds)
    numbers = [int(label) for label in found if label.isdigit()]
    assert numbers == list(range(1, kinds.count(OPERATIVE) + 1))


@given(KINDS)
def test_a_subparagraph_is_stranded_unless_it_is_below_an_operative_clause_or_its_like(kinds: list[ClauseKind]) -> None:
    expected = [n for n, kind in enumerate(kinds) if kind is SUB and (n == 0 or kinds[n - 1] is PREAMBULAR)]
    assert stranded(kinds) == expected


def test_stars_set_words_in_italics() -> None:
    assert emphasised("*Recalling also* the Charter,") == "<em>Recalling also</em> the Charter,"


@pytest.mark.parametrize("text", ["2 * 3 * 4", "a lone *star", "**", "* spaced *", "a*b*c", "*two\nlines*"])
def test_stars_that_mark_nothing_stay_stars(text: str) -> None:
    assert "<em>" not in emphasised(text)
    assert plain(text) == text


@given(st.text(alphabet="*<>&\"'ab \n"))
def test_nothing_typed_becomes_a_tag(text: str) -> None:
    html = str(emphasised(text))
    for tag in ("<em>", "</em>", "<br>"):
        html = html.replace(tag, "")
    assert "<" not in html
    assert ">" not in html


def test_italics_around_a_tag_do_not_let_it_through() -> None:
    assert "<script" not in emphasised("*<script>alert(1)</script>*")


def test_on_the_record_every_set_is_told() -> None:
    rows = by_set({"state": 1, "civil_society": 7}, hides_people=False)
    assert {row.actor_set: row.value for row in rows} == {"state": 1, "civil_society": 7, "intl_civil_service": 0}


@pytest.mark.parametrize("small", [0, 1, 4])
def test_where_people_are_hidden_one_small_set_withholds_all(small: int) -> None:
    assert by_set({"state": 9, "civil_society": 8, "intl_civil_service": small}, hides_people=True) == []
    assert by_set({"state": 9, "civil_society": 8, "intl_civil_service": 5, "public": small or 1},
                  hides_people=True) == []


@given(st.dictionaries(st.sampled_from(["state", "civil_society", "intl_civil_service", "public"]), st.integers(0, 9)))
def test_a_hidden_breakdown_never_tells_of_fewer_than_five(counts: dict[str, int]) -> None:
    rows = by_set(counts, hides_people=True)
    assert all(row.value >= 5 for row in rows)
    assert not rows or sum(row.value for row in rows) == sum(counts.values())


def test_a_row_moves_up_and_down_and_goes() -> None:
    typed = sheet.typed(form("one", "two", "three"))
    assert texts(sheet.rearranged(typed, "up:3")) == ["one", "three", "two"]
    assert texts(sheet.rearranged(typed, "down:1")) == ["two", "one", "three"]
    assert texts(sheet.rearranged(typed, "remove:2")) == ["one", "three"]


@pytest.mark.parametrize("step", ["up:1", "down:3", "up:0", "up:9", "up:", "up:-1", "up:²", "fly:1", "", "save"])
def test_a_step_that_leads_nowhere_changes_nothing(step: str) -> None:
    typed = sheet.typed(form("one", "two", "three"))
    assert sheet.rearranged(typed, step) == typed


def test_a_new_preambular_clause_goes_behind_the_others() -> None:
    typed = sheet.typed(form("why", "what", **{"kind-1": "preambular", "kind-2": "operative"}))
    assert texts(sheet.rearranged(typed, "add:preambular")) == ["why", "", "what"]
    assert texts(sheet.rearranged(typed, "add:operative")) == ["why", "what", ""]


def test_no_more_rows_are_added_than_a_text_may_have() -> None:
    typed = sheet.typed(form(*["x"] * sheet.MAX_CLAUSES))
    assert sheet.rearranged(typed, "add:operative") == typed


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8), st.sampled_from(["up", "down"]), st.integers(1, 8))
def test_moving_keeps_every_clause(rows: list[str], way: str, row: int) -> None:
    typed = sheet.typed(form(*rows))
    assert sorted(texts(sheet.rearranged(typed, f"{way}:{row}"))) == sorted(rows)


def refused(typed: dict[str, object]) -> str | None:
    with pytest.raises(Invalid) as refusal:
        sheet.parsed(typed)
    return refusal.value.field


def test_an_empty_new_row_is_dropped_and_an_emptied_old_one_is_asked_about() -> None:
    assert texts(sheet.parsed(form("", "what"))) == ["what"]
    assert refused(form("", "what", **{"key-1": "k"})) == "text-1"


@pytest.mark.parametrize(("typed", "field"), [
    (form("what") | {"title": " "}, "title"),
    (form("what") | {"title": "x" * 201}, "title"),
    (form(), "text-1"),
    (form("", " "), "text-1"),
    (form("what", "x" * 4_001), "text-2"),
    (form("what", **{"kind-1": "decree"}), "kind-1"),
    (form("", "what", **{"kind-2": "sub"}), "kind-2"),
    (form(*["x" * 4_000] * 11), "form"),
    (form(*["x"] * 61), "form"),
])
def test_what_cannot_be_kept_is_refused_at_its_row(typed: dict[str, object], field: str) -> None:
    assert refused(typed) == field


@given(st.dictionaries(st.sampled_from(["title", "text-1", "kind-1", "key-1", "text-2"]),
                       st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))))
def test_whatever_is_sent_is_shown_or_refused_but_nothing_breaks(typed: dict[str, object]) -> None:
    sheet.rearranged(sheet.typed(typed), "down:1")
    with suppress(Invalid):
        assert sheet.parsed(typed).clauses


def test_a_clause_keeps_its_key_through_the_form() -> None:
    assert sheet.parsed(form("what", **{"key-1": "abc"})).clauses == (ClauseText(OPERATIVE, "what", "abc"),)


@pytest.mark.parametrize(("text", "shown"), [
    ("请*注意*各国", "请<em>注意</em>各国"), ("각국은*유의*하고", "각국은<em>유의</em>하고"),
    ("*決定する*。", "<em>決定する</em>。"), ("5*3*2 = 30", "5*3*2 = 30"), ("un*believ*able", "un*believ*able"),
])
def test_scripts_without_spaces_may_stress_a_word_inside_a_line(text: str, shown: str) -> None:
    assert emphasised(text) == shown
    assert plain(text) == shown.replace("<em>", "").replace("</em>", "")
