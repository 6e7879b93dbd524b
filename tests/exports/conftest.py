"""Sample documents: one for each kind of script, one that means harm."""

from datetime import date

import pytest

from dialogue.exports.documents.blocks import (
    Bar,
    Bars,
    Block,
    Clause,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Properties,
    Quotation,
    Run,
    Table,
)

HOSTILE = (
    '#raw("x") #read("/etc/passwd") $ x $ *bold* _em_ @label <tag>',
    r"\input{/etc/passwd} \write18{id}",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png) http://evil.example www.evil.example",
    "{ INCLUDETEXT C:\\\\secret } MERGEFIELD DDEAUTO",
    "a\x00b\x0bc\x1b[31md\ud800e\ufffef",
    "\u202e120\u202c \u200f\u200e\u2066x\u2069",
    "BEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
    "]]></w:t><w:instrText>",
)


@pytest.fixture
def hostile() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture
def english() -> Document:
    blocks: tuple[Block, ...] = (
        Facts((("Rule", "Two thirds"), ("Quorum", "9 of 12"))),
        Heading(1, "Text as adopted"),
        Paragraph((Run("Recalling", emphasis=True), Run(" the paper,")), "preamble"),
        Clause("1", (Run("Decides", emphasis=True), Run(" to meet twice a year;"))),
        Clause("(a)", (Run("in "), Run("spring", removed=True), Run("autumn", inserted=True), Run(".")), 1),
        Items(((Paragraph((Run("first"),)),), (Paragraph((Run("second"),)), Items.of((Run("nested"),)))), True, 3),
        Bars("Votes", (Bar("Yes", 120, "✓"), Bar("No", 7, "✗"), Bar("Abstain", 0, "–")), ("Answer", "Count")),
        Table("By actor set", ("Set", "Yes"), (("States", "3"), ("Civil society", "4")), ("start", "end")),
        Quotation.of((Run("Pace is substance."),), "Contribution 14"),
        PageBreak(),
        Heading(3, "Annex"),
        Paragraph((Run("See "), Run("the paper", link="https://example.org/paper"), Run(".")), "note"),
    )
    about = Properties(date(2026, 3, 14), "Record of decision")
    return Document("Record of decision", "en", about, blocks, "ltr", "DLG/2/L.1")


@pytest.fixture
def arabic() -> Document:
    blocks: tuple[Block, ...] = (
        Heading(1, "القرار"),
        Clause("1", (Run("يقرر", emphasis=True), Run(" إنشاء شبكة دائمة (Track 1.5) من البرلمانيين؛"))),
        Table("الأصوات", ("الجواب", "العدد"), (("نعم", "7"), ("لا", "2")), ("start", "end")),
        Bars("الأصوات", (Bar("نعم", 7, "✓"),)),
    )
    return Document("سجل القرار", "ar", Properties(date(2026, 3, 14)), blocks, "rtl", "DLG/2/L.1")


@pytest.fixture
def chinese() -> Document:
    blocks: tuple[Block, ...] = (
        Heading(1, "通过的案文"),
        Clause("1", (Run("决定", emphasis=True), Run("设立一个常设议员网络；"), Run("重要", strong=True))),
        Table("票数", ("答案", "票数"), (("赞成", "7"),)),
    )
    return Document("决定记录", "zh-Hans", Properties(date(2026, 3, 14)), blocks)


@pytest.fixture
def harmful() -> Document:
    """Every hostile text in every place a text can stand, a paragraph of 100 kB, a table of 500 rows."""
    rows = tuple((text, text) for text in HOSTILE)
    blocks: list[Block] = [Paragraph((Run("word " * 20_000),)), Paragraph((Run("x" * 100_000),))]
    blocks.append(Table("long", ("a", "b"), tuple((str(n), "text") for n in range(500))))
    for text in HOSTILE:
        runs = (Run(text), Run(text, strong=True, emphasis=True, link="javascript:alert(1)"))
        blocks += [Heading(2, text), Paragraph(runs), Clause(text, runs), Items.of(runs, runs, ordered=True)]
        blocks += [Quotation.of(runs, text), Bars(text, (Bar(text, 1, text),), (text, text))]
    blocks += [Table("t", ("a", "b"), rows), Facts(rows)]
    about = Properties(date(2026, 3, 14), "".join(HOSTILE))
    return Document("".join(HOSTILE), "en", about, tuple(blocks), "ltr", HOSTILE[0])
