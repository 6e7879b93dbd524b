"""Write the HTML of pages from the tree. The sanitiser of the Markdown worker reads it once more."""

from html import escape

from dialogue.core.markdown.tree import (
    Block,
    Blocks,
    Break,
    Code,
    CodeSpan,
    Emphasis,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

# A text stands inside a page that has its own first and second level; its headings begin below.
FIRST_HEADING, LAST_HEADING = 3, 6
# Only the outermost block finds its direction: a browser skips inner blocks with a `dir` of their own
# when it looks for the first letter of the outer one.
_AUTO = ' dir="auto"'


def to_html(blocks: Blocks) -> str:
    """Write blocks, each with the direction of its own first letter."""
    return "\n".join(_block(block, _AUTO) for block in blocks)


def _block(block: Block, direction: str) -> str:
    match block:
        case Heading(level, content):
            tag = f"h{min(level + FIRST_HEADING - 1, LAST_HEADING)}"
            return f"<{tag}{direction}>{inline(content)}</{tag}>"
        case Paragraph(content):
            return f"<p{direction}>{inline(content)}</p>"
        case List():
            return _list(block, direction)
        case Quote(blocks):
            return "<blockquote>\n" + "".join(f"{_block(inner, direction)}\n" for inner in blocks) + "</blockquote>"
        case Code(text):
            return f"<pre{direction}><code>{_escaped(text)}</code></pre>"
        case Table():
            return _table(block, direction)
        case Rule():
            return "<hr>"


def _list(block: List, direction: str) -> str:
    tag = "ol" if block.is_ordered else "ul"
    start = f' start="{block.start}"' if block.is_ordered and block.start != 1 else ""
    items = "".join(f"<li>{_item(item, block.is_tight)}</li>\n" for item in block.items)
    return f"<{tag}{direction}{start}>\n{items}</{tag}>"


def _item(blocks: Blocks, is_tight: bool) -> str:
    return "\n".join(inline(block.content) if is_tight and isinstance(block, Paragraph) else _block(block, "")
                     for block in blocks)


def _table(block: Table, direction: str) -> str:
    body = "".join(_row(row, "td") for row in block.rows)
    body = f"<tbody>\n{body}</tbody>\n" if body else ""
    return f"<table{direction}>\n<thead>\n{_row(block.header, 'th')}</thead>\n{body}</table>"


def _row(cells: tuple[Inline, ...], tag: str) -> str:
    return "<tr>\n" + "".join(f"<{tag}>{inline(cell)}</{tag}>\n" for cell in cells) + "</tr>\n"


def inline(content: Inline) -> str:
    """Write the words of a block."""
    return "".join(_part(part) for part in content)


def _part(part: Text | Break | CodeSpan | Emphasis | Link) -> str:
    match part:
        case Text(text):
            return _escaped(text)
        case Break():
            return "<br>\n"
        case CodeSpan(text):
            return f"<code>{_escaped(text)}</code>"
        case Emphasis(children, is_strong):
            tag = "strong" if is_strong else "em"
            return f"<{tag}>{inline(children)}</{tag}>"
        case Link(address, children):
            return f'<a href="{escape(address)}">{inline(children)}</a>'


def _escaped(text: str) -> str:
    return escape(text, quote=False)
