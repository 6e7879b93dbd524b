"""The words of a contribution without their markup, sentence-ready: what is quoted from others is left out."""

from html.parser import HTMLParser

_BLOCKS = frozenset(("p", "li", "tr", "br", "h3", "h4", "h5", "h6", "pre"))
_OTHERS = frozenset(("blockquote", "pre"))  # Another's words, and code.


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.others = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.others += tag in _OTHERS
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.others -= tag in _OTHERS

    def handle_data(self, data: str) -> None:
        if not self.others:
            self.pieces.append(data)


def own_words(html: str) -> str:
    """The text of safe HTML, one block a line, without quotations and code."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(line.strip() for line in "".join(reader.pieces).splitlines() if line.strip())
