"""Documents as Markdown, read back with a CommonMark parser."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dialogue.exports.documents.blocks import Block, Document, Items, Paragraph, Properties, Run, Table
from dialogue.exports.documents.characters import clean
from dialogue.exports.formats import markdown

reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def written(*blocks: Block) -> str:
    return markdown.write(Document("Title", "en", Properties(date(2026, 1, 1)), blocks))


def html(*blocks: Block) -> str:
    return reader.render(written(*blocks))


def test_the_document_reads_as_it_was_meant(english: Document):
    page = reader.render(markdown.write(english))
    for part in (
        "<h1>Record of decision</h1>",
        "<h2>Text as adopted</h2>",
        "<h3>Annex</h3>",
        "<p>1. <em>Decides</em> to meet twice a year;</p>",
        "<s>spring</s><ins>autumn</ins>",
        '<ol start="3">',
        '<td style="text-align:right">120</td>',
        '<a href="https://example.org/paper">the paper</a>',
        "<hr />",
    ):
        assert part in page


def test_right_to_left_documents_say_so(arabic: Document):
    assert markdown.write(arabic).startswith('<div dir="rtl">\n\n# سجل القرار')


def test_lists_in_a_row_stay_two_lists():
    one = Items.of((Run("x"),), ordered=True)
    assert html(one, one).count("<ol>") == 2


def test_hostile_texts_stay_texts(harmful: Document):
    tokens = reader.parse(markdown.write(harmful))
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds <= {"text", "strong_open", "strong_close", "em_open", "em_close", "hardbreak", "html_inline"}
    inline = {c.content for t in tokens for c in t.children or [] if c.type == "html_inline"}
    assert inline <= {"<br>", "<em>", "</em>", "<strong>", "</strong>"}  # Ours: the texts' own are escaped.
    assert {t.content for t in tokens if t.type == "html_block"} <= {"<!-- -->\n"}


def test_bare_addresses_are_not_made_links():
    text = written(Paragraph((Run("http://evil.example www.evil.example a@evil.example"),)))
    assert "http://" not in text
    assert "www.evil" not in text
    assert "a@evil" not in text


@given(st.text(max_size=200))
def test_any_paragraph_reads_back_as_its_words(text: str):
    tokens = reader.parse(written(Paragraph((Run(text),))))[3:]
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    children = [child for token in tokens for child in token.children or []]
    assert {child.type for child in children} <= {"text", "hardbreak", "softbreak"}
    words = "".join(child.content or " " for child in children).split()
    assert words == clean(text).split()


@given(st.lists(st.text(max_size=30), min_size=2, max_size=2))
def test_any_cells_stay_in_their_columns(cells: list[str]):
    page = html(Table("", ("a", "b"), (tuple(cells),)))
    assert page.count("<td") == 2
