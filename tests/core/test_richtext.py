"""Markdown becomes safe HTML, for any text and concurrent callers."""

import contextlib
import html.parser
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.core import markdown_child, richtext
from dialogue.core.richtext import clean, excerpt, render

ALLOWED = {
    "a": {"href", "rel"},
    "ol": {"start", "dir"},
    **{tag: {"dir"} for tag in ("p", "h3", "h4", "h5", "h6", "ul", "table", "pre")},
    **{
        tag: set()
        for tag in "li blockquote code em strong br hr thead tbody tr th td".split()  # noqa: SIM905
    },
}
ATTACKS = """<script>alert(1)</script>
<img src=x onerror=alert(1)>
<svg/onload=alert(1)>
<svg><style><img src=x onerror=alert(1)></style></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<a href="javascript:alert(1)">x</a>
<form><button formaction=javascript:alert(1)>x
<div id="main" class="admin" style="position:fixed">x</div>
<base href="https://evil.example">
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><script>alert(1)</script></template>
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](java\tscript:alert(1))
[x](&#106;avascript:alert(1))
[x](javascript&colon;alert(1))
[x](\\javascript:alert(1))
[x](<javascript:alert(1)>)
[x](data:text/html;base64,PHNjcmlwdD4=)
[x](vbscript:msgbox(1))
[x](//evil.example)
[x](\\\\evil.example)
[x](/sign-out)
[x](https:/evil.example)
[x](https://ok.example" onclick="alert(1))
[x](https://ok.example "title" onclick=alert(1))
[x](https://ok.example '"><script>alert(1)</script>')
[<img src=x onerror=alert(1)>](https://ok.example)
<javascript:alert(1)>
<https://ok.example" onmouseover="alert(1)>
https://ok.example"onmouseover="alert(1)
https://ok.example/<script>alert(1)</script>
![x](https://evil.example/pixel.png)
![x](javascript:alert(1))
`<script>alert(1)</script>`
# x {: onclick=alert(1) }
\x02wzxhzdk:0\x03 \x02klzzwxh:0\x03 \x02amp\x03
&lt;script&gt;alert(1)&lt;/script&gt;
<!-- --!><script>alert(1)</script> -->
<![CDATA[<script>alert(1)</script>]]>
<?php <script>alert(1)</script> ?>
\u202e<script>\ud800
*<script>*alert(1)</script>
"""
LONGER_ATTACKS = [
    "![x][1]\n\n[1]: javascript:alert(1)",
    '[x][1]\n\n[1]: javascript:alert(1) "onclick"',
    '```"><script>alert(1)</script>\nx\n```',
    "```{.x onclick=alert(1)}\nx\n```",
    "| a | b |\n|---|---|\n| <script>alert(1)</script> | `</td><script>` |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "<div>\n\n<script>\nalert(1)\n</script>\n\n</div>",
]


@contextlib.contextmanager
def patience():
    """Other tests may keep the machine busy; here only the answer matters, not when it comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown_child, "ANSWER_SECONDS", 30.0)
        patch.setattr(markdown_child, "QUEUE_SECONDS", 30.0)
        yield


class _Reader(html.parser.HTMLParser):
    """Refuses whatever is not on the list and counts what is open."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        assert {name for name, _ in attrs} <= ALLOWED[tag], attrs
        values = dict(attrs)
        assert values.get("dir", "auto") == "auto"
        assert re.fullmatch(r"\d+", values.get("start", "1"), re.ASCII)
        if "href" in values:
            assert re.match(r"https?://[^\s/\\]|mailto:[^\s/\\]", values["href"], re.IGNORECASE), values
            assert values["rel"] == "nofollow noopener noreferrer"
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def refuse(self, data):
        raise AssertionError(data)

    handle_comment = handle_decl = handle_pi = unknown_decl = refuse


def read(markup):
    """The text of `markup`, once it is seen to hold nothing but what the list allows."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    markup.encode()
    return "".join(reader.text)


@pytest.mark.parametrize("attack", [*ATTACKS.strip().split("\n"), *LONGER_ATTACKS])
@pytest.mark.parametrize(
    "frame", ["{}", "> {}", "- {}", "**{}**", "[{}](https://ok.example)", "| {} |\n|--|\n| {} |"]
)
def test_no_attack_becomes_more_than_text(attack, frame):
    read(render(frame.replace("{}", attack)))


def test_raw_html_is_shown_as_it_was_typed():
    assert read(render("<b>bold</b> & <script>x</script>")) == "<b>bold</b> & <script>x</script>"


SIGNS = "* _ ` [ ] ( ) < > & # | ![ ]( : = --- --|-- \\ \" ' a б ع 字 &#106; javascript: <script> onclick="
GAPS = ["\n", "\n\n", "    ", "- ", "1. ", "> ", "~~~\n", "```\n", "\t", "\xa0", "\u3000"]
STRANGE = ["https://x.example/", "\x02", "\x03", "\u202e", "\ud800"]
MARKS = st.lists(st.sampled_from([*SIGNS.split(), *GAPS, *STRANGE]), max_size=40).map("".join)


@given(MARKS | st.text(st.characters()))
@settings(deadline=None)
def test_nothing_outside_the_list_is_ever_rendered(text):
    read(render(text))


WORDS = "a É ع 字 1 1. - + = ~ : ! ' \" ( ) @ $ % ^ { } / www. \u200f"
SPACES = ["\n", "\n\n", "\n\n\n", " ", "  ", "\t", "\xa0", "\u3000", "\r\n", "\f"]
PLAIN = st.lists(st.sampled_from([*WORDS.split(), *SPACES]) | st.characters(), max_size=30).map("".join)


@given(PLAIN)
@settings(deadline=None, max_examples=400)
def test_text_without_marks_is_the_same_with_and_without_the_child(text):
    text = clean(text)
    if not richtext._MARKED.search(text):
        with patience():
            assert markdown_child.ask(text) == render(text)


@given(st.text(st.characters()) | MARKS)
@settings(deadline=None)
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]", once)


def test_piles_of_marks_are_cut_without_taking_long():
    started = time.process_time()
    for pile in ("a" + "\u0301\u0323" * 9_900, "\u0344" * 20_000):
        once = clean(pile)
        assert len(once) <= richtext.MAX_MARKS + 1
        assert clean(once) == once
    assert time.process_time() - started < 0.5


def test_cleaning_keeps_what_scripts_and_emoji_need():
    assert clean(" \ufeffe\u0301a\r\nb\rc \u202edrow\u202c\x00 ") == "éa\nb\nc drow"
    kept = "می\u200cخواهم 👩\u200d🚀 a\u200fb"
    assert clean(kept) == kept


def test_what_people_write_looks_as_they_mean_it():
    assert render("one\ntwo\n\nثلاثة") == '<p dir="auto">one<br>\ntwo</p>\n<p dir="auto">ثلاثة</p>'
    assert render("We need:\n- a\n- b") == (
        '<p dir="auto">We need:</p>\n<ul dir="auto">\n<li>a</li>\n<li>b</li>\n</ul>'
    )
    assert '<ol dir="auto" start="3">' in render("3. three\n4. four")
    assert render("# Title") == '<h3 dir="auto">Title</h3>'
    assert render("#1 of #reform") == '<p dir="auto">#1 of #reform</p>'
    assert render("*a* **b** `c`") == '<p dir="auto"><em>a</em> <strong>b</strong> <code>c</code></p>'
    assert render("> q") == '<blockquote>\n<p dir="auto">q</p>\n</blockquote>'
    assert "<td>1</td>" in render("a|b\n-|-\n1|2")
    assert render("```js\nx<1\n```") == '<pre dir="auto"><code>x&lt;1\n</code></pre>'
    assert render("[may] [shall] [[x]]") == '<p dir="auto">[may] [shall] [[x]]</p>'
    assert render("") == render(" \n ") == ""


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("see https://x.example/a_b_c.", "https://x.example/a_b_c", "."),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)", ")"),
        ("见https://x.example/页。谢谢", "https://x.example/", "页。谢谢"),
        ("https://x.example/Müller?a=1&b=2, yes", "https://x.example/Müller?a=1&b=2", ", yes"),
        ("HTTPS://X.example!", "HTTPS://X.example", "!"),
        ("<https://x.example>", "https://x.example", ""),
    ],
)
def test_a_bare_address_becomes_a_link_without_its_punctuation(text, address, rest):
    shown = html.unescape(render(text))
    href = re.search(r'href="([^"]*)"', shown)[1]
    assert href.replace("%C3%BC", "ü") == address
    assert shown.endswith(f">{address}</a>{rest}</p>")
    assert shown.count("<a ") == 1


def test_an_address_inside_a_link_is_no_second_link():
    assert render("[https://a.example](https://b.example)").count("<a ") == 1


BOMBS = {
    "open brackets": "[" * 20_000,
    "four thousand brackets": "[" * 4_000,
    "pictures": "![" * 10_000,
    "links": "[](" * 6_600,
    "nested links": "[" * 5_000 + "](x)" * 3_000,
    "deep list": "\n".join("    " * depth + "- a" for depth in range(98)),
    "deep list of one space": "\n".join(" " * depth + "- a" for depth in range(195)),
    "list of lists": "- " * 10_000,
    "quotes": "> " * 10_000,
    "tight quotes": ">" * 20_000,
    "stars": "*" * 20_000,
    "star words": "*a " * 6_600,
    "mixed emphasis": "*_" * 10_000,
    "backticks": "`" * 20_000,
    "growing backticks": " ".join("`" * width for width in range(1, 190)),
    "angles": "<" * 20_000,
    "angle mail": "<a@" * 6_600,
    "entities": "&#" * 10_000,
    "comments": "<!--" * 5_000,
    "escapes": "\\" * 20_000,
    "table": "|" * 10_000 + "\n" + "-|" * 5_000,
    "tall table": "a|" * 2_000 + "\n" + "-|" * 2_000 + "\n" + "|\n" * 6_000,
    "fences": "```\n" * 5_000,
    "tildes": "~" * 20_000,
    "headings": "# \n" * 6_600,
    "spaced heading": "# " + " " * 19_000 + "x",
    "addresses": "http://a.b " * 1_800,
    "one address": "https://" + "a(" * 9_000,
    "closing brackets of an address": "https://a" + ")" * 19_000,
    "spaces": "a" + " " * 19_000 + "b",
    "lines": "\n" * 20_000,
    "breaks": "a\n" * 10_000,
    "numbers": "1. " * 6_600,
    "digits": "9" * 19_000 + ". x",
    "references": "[a]: x\n" * 2_800,
    "colons": ":" * 20_000,
    "combining marks": "a" + "\u0301\u0323" * 9_900,
    "surrogates": "\ud800" * 20_000,
    "astral brackets": "[\U0001f600" * 10_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_takes_much_more_than_half_a_second(name):
    with patience():
        for child in (markdown_child._line, markdown_child._thorough):
            child.ask("So that its start is not counted.")
    started = time.monotonic()
    first = render(BOMBS[name])
    took = time.monotonic() - started
    assert len(excerpt(BOMBS[name])) <= 160
    read(first)
    # Half a second is the child's; the rest is for killing it and for a busy machine.
    assert took < 1.5


def test_a_text_found_too_hard_shows_its_words_and_costs_nothing_the_second_time():
    text = "[" * 9_000 + "\nwords"
    with patience():
        assert render(text) == '<p dir="auto">' + "[" * 9_000 + "<br>\nwords</p>"
    known = richtext._rendered.cache_info().hits
    render(text)
    assert richtext._rendered.cache_info().hits == known + 1


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        (
            "# Title\n\n- **one** two\n- [three](https://x.example) `four` &lt;",
            160,
            "Title one two three four <",
        ),
        ("one two three four", 11, "one two…"),
        ("我们同意这个提案的全部内容", 6, "我们同意这…"),
        ("", 10, ""),
        ("un*believ*able", 20, "unbelievable"),
        ("a\nb", 3, "a b"),
    ],
)
def test_an_excerpt_is_the_first_words_without_markup(text, length, expected):
    assert excerpt(text, length) == expected


@given(MARKS | st.text(), st.integers(1, 60))
@settings(deadline=None)
def test_an_excerpt_is_never_longer_than_asked(text, length):
    short = excerpt(text, length)
    assert len(short) <= length
    assert "\n" not in short
