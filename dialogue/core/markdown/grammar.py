"""Read Markdown as CommonMark 0.31 and the tables of GitHub-flavoured Markdown say, with these exceptions.

Left out, because they are rarely intended in a discussion: raw HTML, reference links, underlined
headings, and code by indentation. Changed: every line break is kept, a picture is a link to it, bare addresses
are links, and emphasis closes beside East Asian punctuation, where the rule of spaces cannot be met
(`**注意：**请看`). Source: https://spec.commonmark.org/0.31.2/, section 6.2.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType

from dialogue.core.markdown.addresses import addresses
from dialogue.core.markdown.tree import (
    Align,
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

MAX_DEPTH = 24  # Levels of lists and quotations inside each other, counted as the library does.
MAX_STEPS = 100_000  # Tokens looked at ahead, in search of the end of a link: a tenth of a second.
MAX_TOKENS = 30_000  # A list of single letters as long as a text may be has 25,000.
_LEFT_OUT = ["html_block", "html_inline", "reference", "lheading", "code"]
_ALLOWED = re.compile(r"(?:https?://[^\s/\\]|mailto:[^\s/\\]+@)[^\s\\]*\Z", re.IGNORECASE)
_HIGHEST_NUMBER = 999_999_999  # CommonMark's limit of nine digits.
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffee"
                         "\U00020000-\U0003ffff]")
_SIDES: dict[str, Align] = {"text-align:right": "end", "text-align:center": "center"}


class TooHard(Exception):
    """The text nests deeper, or needs more steps, than any honest one."""


def parse(text: str) -> Blocks:
    """Read a text of at most 20,000 characters. Raises TooHard.

    The work is counted, because it grows with the square of the number of unclosed brackets: the same text is
    too hard on every machine, for its page and for its document.
    """
    tokens = _reader().parse(text)
    is_deep = any(part.level > MAX_DEPTH for token in tokens for part in token.children or ())
    if is_deep or len(tokens) > MAX_TOKENS:
        raise TooHard
    return _blocks(SyntaxTreeNode(tokens))


@cache
def _reader() -> MarkdownIt:
    reader = _Reader()
    reader.inline = _Lines()
    reader.configure("commonmark", {"html": False, "maxNesting": 100}).enable("table").disable(_LEFT_OUT)
    reader.block.ruler.before("table", "depth", _refuse_depth, {"alt": []})
    reader.inline.ruler.before("text", "address", _address)
    reader.inline.ruler.at("text", _words)
    return reader


class _Reader(MarkdownIt):
    """The library's reader with our rule of what may be a link."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the library's name)
        """Allow web and mail addresses."""
        return bool(_ALLOWED.match(url))


class _Line(StateInline):
    """A block's text while it is read, with the bare addresses in it."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.ends = {found.start: found for found in addresses(src)}
        self._starts = list(self.ends)

    def next_address(self) -> int:
        """Return where the next bare address begins, or the end of what is being read."""
        following = bisect_left(self._starts, self.pos)
        return self._starts[following] if following < len(self._starts) else self.posMax

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 (the library's names)
        """Judge whether a row of markers opens or closes emphasis."""
        scanned = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        after = self.src[start + scanned.length] if start + scanned.length < self.posMax else " "
        if not canSplitWord or not (_EAST_ASIAN.match(before) or _EAST_ASIAN.match(after)):
            return scanned
        return Scanned(_flanks(after, before), _flanks(before, after), scanned.length)


def _flanks(inside: str, outside: str) -> bool:
    """Tell whether a marker between these two characters touches the words inside (CommonMark, section 6.2).

    East Asian characters outside count as the space that their scripts do not write.
    """
    if isWhiteSpace(ord(inside)):
        return False
    return not _is_punctuation(inside) or isWhiteSpace(ord(outside)) or _is_punctuation(outside) or bool(
        _EAST_ASIAN.match(outside))


def _is_punctuation(sign: str) -> bool:
    return isMdAsciiPunct(ord(sign)) or isPunctChar(sign)


class _Lines(ParserInline):
    """The library's reader of lines, on our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Read a block's text into tokens."""
        state = _Line(src, md, env, tokens)
        env.setdefault("steps", 0)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Look ahead past one token."""
        state.env["steps"] += 1
        if state.env["steps"] > MAX_STEPS:
            raise TooHard
        super().skipToken(state)


def _refuse_depth(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    # Past its own limit the library drops the text; ours comes first, and nothing is lost.
    if state.level > MAX_DEPTH:
        raise TooHard
    return False


def _words(state: Any, silent: bool) -> bool:
    """Read words up to the next character or address that may mean something; `state` is a _Line."""
    mark = state.md.inline.terminator_re.search(state.src, state.pos)
    end = min(mark.start() if mark else state.posMax, state.posMax, state.next_address())
    if end <= state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos:end])
    state.pos = end
    return True


def _address(state: Any, silent: bool) -> bool:
    """Make a link of an address that stands in the text, outside other links; `state` is a _Line."""
    found = state.ends.get(state.pos)
    if found is None or found.end > state.posMax or state.linkLevel:
        return False
    target: str = state.md.normalizeLink(found.target)
    if not state.md.validateLink(target):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": target}
        state.push("text", "", 0).content = state.src[state.pos:found.end]
        state.push("link_close", "a", -1)
    state.pos = found.end
    return True


def _blocks(parent: SyntaxTreeNode) -> Blocks:
    return tuple(_block(node) for node in parent.children)


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]), _inline(node))
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return Quote(_blocks(node))
        case "fence":
            return Code(node.content)
        case "table":
            return _table(node)
        case "hr":
            return Rule()
    return Paragraph(_inline(node))


def _list(node: SyntaxTreeNode) -> List:
    start = node.attrs.get("start", 1)
    items = tuple(_blocks(item) for item in node.children)
    is_tight = all(block.hidden for item in node.children for block in item.children if block.type == "paragraph")
    return List(items, node.type == "ordered_list", min(int(start), _HIGHEST_NUMBER), is_tight)


def _table(node: SyntaxTreeNode) -> Table:
    rows = [row.children for part in node.children for row in part.children]
    header, *rest = (tuple(_inline(cell) for cell in row) for row in rows)
    return Table(header, tuple(rest), tuple(_SIDES.get(str(cell.attrs.get("style")), "start") for cell in rows[0]))


def _inline(block: SyntaxTreeNode) -> Inline:
    """Return the words of a block, whose only child is its row of inline nodes."""
    return tuple(_parts(block.children[0])) if block.children else ()


def _parts(parent: SyntaxTreeNode) -> Iterator[Text | Break | CodeSpan | Emphasis | Link]:
    for node in parent.children:
        match node.type:
            case "softbreak" | "hardbreak":
                yield Break()
            case "em" | "strong":
                yield Emphasis(tuple(_parts(node)), node.type == "strong")
            case "link":
                yield Link(str(node.attrs["href"]), tuple(_parts(node)))
            case "image":  # Nothing is loaded from elsewhere: the picture is a link to it.
                yield Link(str(node.attrs["src"]), tuple(_parts(node)) or (Text(str(node.attrs["src"])),))
            case "code_inline":
                yield CodeSpan(node.content)
            case _:
                yield Text(node.content)
