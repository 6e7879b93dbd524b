"""What arrives in a form is made into a value or refused at its field."""

import contextlib
import datetime as dt
import enum
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from dialogue.core import inputs
from dialogue.core.errors import Invalid


class Answer(enum.Enum):
    YES = "yes"
    NO = "no"


BERLIN = "Europe/Berlin"
PARSERS = {
    "text": lambda form: inputs.text(form, "f", max_length=50),
    "lines": lambda form: inputs.text(form, "f", max_length=50, required=False, multiline=True),
    "choice": lambda form: inputs.choice(form, "f", Answer),
    "default": lambda form: inputs.choice(form, "f", Answer, Answer.NO),
    "integer": lambda form: inputs.integer(form, "f", 1, 10),
    "date": lambda form: inputs.date(form, "f", not_before=dt.date(2026, 1, 1)),
    "moment": lambda form: inputs.moment(form, "f", BERLIN, after=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    "email": lambda form: inputs.email(form, "f"),
    "url": lambda form: inputs.url(form, "f"),
    "flag": lambda form: inputs.flag(form, "f"),
    "many": lambda form: inputs.many(form, "f"),
    "key": lambda form: inputs.key(form, "f"),
}
WRONG = [
    *(1.5, float("nan"), float("inf"), 10**5000, -(10**20), {}, {"a": 1}, [None], [[]], [1.0]),
    *("\ud800", "a\x00b", ["\udfff"], ["\x00"], b"bytes", [b"bytes"], object()),
]


def refusal(parser, *arguments, **details):
    with pytest.raises(Invalid) as refused:
        parser(*arguments, **details)
    assert refused.value.field == "f"
    return str(refused.value.message)


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("value", WRONG, ids=range(len(WRONG)))
def test_a_wrong_type_is_refused_at_its_field(name, value):
    refusal(PARSERS[name], {"f": value})


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NEAR = st.from_regex(
    r"\d{1,5}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?|https?:/{0,3}[^ ]*|[^ ]*@[^ ]*|[+-]?\d+", fullmatch=True
)


@pytest.mark.parametrize("name", PARSERS)
@given(value=ANY_JSON | NEAR)
@settings(deadline=None)
def test_whatever_is_sent_gives_a_value_or_a_refusal(name, value):
    with contextlib.suppress(Invalid):
        result = PARSERS[name]({"f": value})
        json.dumps(result, default=str, ensure_ascii=False).encode()


@pytest.mark.parametrize("name", sorted(set(PARSERS) - {"lines", "default", "flag", "many"}))
@pytest.mark.parametrize("form", [{}, {"f": None}, {"f": ""}, {"f": " \n"}, MultiDict()], ids=repr)
def test_a_required_field_left_empty_is_refused(name, form):
    refusal(PARSERS[name], form)


def test_a_text_says_how_much_too_long_it_is():
    message = refusal(inputs.text, {"f": "x" * 4312}, "f", max_length=4000)
    assert message == "This is 4,312 characters; at most 4,000 fit."


@pytest.mark.parametrize("blank", ["", "  ", "\u200b\u200d", "\u3164", "\u2800 ", "\u0301"])
def test_an_invisible_text_is_empty(blank):
    assert refusal(inputs.text, {"f": blank}, "f", max_length=9) == "Write at least one word."


def test_a_text_too_short_is_told_what_is_needed():
    assert (
        refusal(inputs.text, {"f": "ab"}, "f", max_length=9, min_length=3) == "Write at least 3 characters."
    )


def test_a_text_keeps_its_lines_only_where_lines_are_asked_for():
    form = {"f": " a\r\nb "}
    assert inputs.text(form, "f", max_length=9) == "a b"
    assert inputs.text(form, "f", max_length=9, multiline=True) == "a\nb"
    assert inputs.text({"f": "👍"}, "f", max_length=9) == "👍"


def test_a_choice_is_one_of_the_options():
    assert inputs.choice({"f": "no"}, "f", Answer) is Answer.NO
    assert inputs.choice({}, "f", Answer, Answer.YES) is Answer.YES
    assert refusal(inputs.choice, {"f": "maybe"}, "f", Answer, Answer.YES) == "Choose one of the options."


def test_a_number_may_come_as_text_or_number_in_any_digits_but_stays_within_its_bounds():
    assert [inputs.integer({"f": sent}, "f", -5, 20) for sent in (7, "7", " 12 ", "١٢", "−5")] == [
        7,
        7,
        12,
        12,
        -5,
    ]
    assert inputs.integer({}, "f", 1, 5, required=False) is None
    for sent in (0, 6, "1.0", "1e1", "", "9" * 5000):
        assert refusal(inputs.integer, {"f": sent}, "f", 1, 5) == "Write a whole number from 1 to 5."
    assert refusal(inputs.integer, {"f": True}, "f", 1, 5) == "This must be text."


def test_a_day_is_written_as_year_month_day_and_not_before_the_first_one():
    first = dt.date(2026, 11, 30)
    assert inputs.date({"f": "2026-11-30"}, "f", not_before=first) == first
    assert inputs.date({}, "f", required=False) is None
    assert (
        refusal(inputs.date, {"f": "2026-11-29"}, "f", not_before=first)
        == "Choose 2026-11-30 or a later day."
    )
    for sent in ("2026-02-30", "20261130", "2026-W48-1", "30.11.2026", "0000-01-01", "0001-01-01", "9999-12-31"):
        assert "2026-11-30" in refusal(inputs.date, {"f": sent}, "f")


def test_a_moment_is_read_on_the_clocks_of_its_zone():
    summer = inputs.moment({"f": "2026-07-01T12:00"}, "f", BERLIN)
    assert summer == dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
    assert summer.tzinfo is dt.UTC
    assert inputs.moment({"f": "2026-12-01 12:00:30"}, "f", BERLIN).hour == 11
    assert inputs.moment({}, "f", BERLIN, required=False) is None


def test_a_moment_the_clocks_skip_or_show_twice_is_refused_in_words():
    assert "skip this time" in refusal(inputs.moment, {"f": "2026-03-29T02:30"}, "f", BERLIN)
    assert "twice" in refusal(inputs.moment, {"f": "2026-10-25T02:30"}, "f", BERLIN)
    assert "nearer" in refusal(inputs.moment, {"f": "0001-01-01T00:00"}, "f", "Asia/Tokyo")
    for zone in ("America/New_York", "Asia/Tokyo"):
        assert "nearer" in refusal(inputs.moment, {"f": "9999-12-31T23:59"}, "f", zone)


def test_a_moment_must_come_after_its_beginning():
    start = dt.datetime(2026, 12, 1, 11, tzinfo=dt.UTC)
    message = refusal(inputs.moment, {"f": "2026-12-01T12:00"}, "f", BERLIN, after=start)
    assert message == "Choose a time later than 2026-12-01 12:00 (Europe/Berlin)."
    assert inputs.moment({"f": "2026-12-01T12:01"}, "f", BERLIN, after=start) > start


def test_a_mail_address_is_kept_in_its_normal_form():
    assert inputs.email({"f": " Name@EXAMPLE.org "}, "f") == "name@example.org"  # As it signs in.
    for sent in (
        "name",
        "name@",
        "a@b@c.org",
        "a\n@example.org",
        "x" * 300 + "@example.org",
        "a@example.org\nBcc: b",
    ):
        assert "name@example.org" in refusal(inputs.email, {"f": sent}, "f")


def test_a_web_address_is_full_and_shows_its_true_host():
    for good in ("https://example.org", "http://example.org:8080/a?b=c#d", "https://مثال.example/مقال",
                 "https://fr.example.org/wiki/L'Humanité", "https://example.org/l’état_d'urgence?q='tout'"):
        assert inputs.url({"f": good}, "f") == good
    assert inputs.url({}, "f", required=False) == ""
    for bad in (
        *(
            "javascript:alert(1)",
            "//example.org",
            "example.org",
            "https://",
            "https://a b.org",
            "data:text/html,x",
        ),
        *(
            "https://known.example@other.example",
            "https://[::1",
            "http://x:99999",
            "https:\\\\x.org",
            "ftp://x.org",
        ),
        *('https://x.org/"onclick=', "https://x.org/" + "a" * 3000, "java\nscript:alert(1)"),
    ):
        assert "https://example.org/page" in refusal(inputs.url, {"f": bad}, "f")


def test_a_box_is_ticked_or_not():
    assert [inputs.flag({"f": sent}, "f") for sent in ("on", True, "1", "TRUE")] == [True] * 4
    assert [inputs.flag(form, "f") for form in ({}, {"f": False}, {"f": ""}, {"f": "no"})] == [False] * 4
    assert refusal(inputs.flag, {"f": "perhaps"}, "f") == "Answer with yes or no."


def test_many_values_come_from_a_form_or_a_list_each_once():
    assert inputs.many(MultiDict([("f", "a"), ("f", "b"), ("f", "a")]), "f") == ["a", "b"]
    assert inputs.many({"f": ["a", "", "b"]}, "f") == ["a", "b"]
    assert inputs.many({"f": "a"}, "f") == ["a"]
    assert inputs.many({}, "f") == inputs.many(MultiDict(), "f") == inputs.many({"f": None}, "f") == []
    refusal(inputs.many, {"f": ["x"] * 201}, "f")
    refusal(inputs.many, {"f": ["x" * 201]}, "f")


@pytest.mark.parametrize("sent", ["", "a b", "a/b", "é", "x" * 65, 'a"', "a\n"])
def test_a_key_has_only_safe_characters(sent):
    assert inputs.key({"key": "0190-aB_c.d:e"}) == "0190-aB_c.d:e"
    refusal(inputs.key, {"f": sent}, "f")
