"""Runs of text as WordprocessingML, with each stretch marked for the direction it is read in."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from lxml.etree import _Element

from dialogue.exports.documents.blocks import Direction, Run, Runs
from dialogue.exports.documents.characters import safe_link

_RIGHT_TO_LEFT = ("R", "AL", "AN")
_MONOSPACE = "Courier New"  # Found on every system that Word runs on.


def node(tag: str, /, *children: _Element, **attributes: str) -> _Element:
    """An element of the `w:` namespace with attributes of the same namespace."""
    element: _Element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    element.extend(children)
    return element


def stretches(text: str, direction: Direction) -> Iterator[tuple[str, bool]]:
    """The text cut where its direction turns, each piece with whether it is read from right to left.

    Word lays out a run as its mark says. What has no direction of its own (spaces, punctuation) goes with its
    neighbours where they agree and with the paragraph where they do not (cf. UAX #9, N1 and N2).
    """
    page = direction == "rtl"
    sides = _sides(text)
    before = _spread(sides, page)
    after = reversed(_spread(reversed(sides), page))
    resolved = [one if one == other else page for one, other in zip(before, after, strict=True)]
    for rtl, pairs in groupby(zip(text, resolved, strict=True), key=lambda pair: pair[1]):
        yield "".join(character for character, _ in pairs), rtl


def _sides(text: str) -> list[bool | None]:
    """For each character whether it reads from the right, None if it has no say.

    Digits go with a Latin word before them, as in "Track 1.5" (UAX #9, W7).
    """
    sides: list[bool | None] = []
    last = None
    for kind in map(unicodedata.bidirectional, text):
        strong = True if kind in _RIGHT_TO_LEFT else False if kind == "L" else None
        last = last if strong is None else strong
        sides.append(False if kind == "EN" and last is False else strong)
    return sides


def _spread(sides: Iterable[bool | None], page: bool) -> list[bool]:
    """Each side carried on to the characters without one."""
    spread: list[bool] = []
    for side in sides:
        spread.append(side if side is not None else spread[-1] if spread else page)
    return spread


class Typist:
    """Turns runs into elements for one part of the package, which holds the addresses of its links."""

    def __init__(self, part: Part, direction: Direction, changed_on: str) -> None:
        """`changed_on` is the moment (ISO 8601) that tracked changes carry."""
        self.part = part
        self.direction: Direction = direction
        self.changed_on = changed_on
        self.changes = 0

    def elements(self, runs: Runs, side: Direction | None = None) -> Iterator[_Element]:
        """The runs of a paragraph read from this side; changes as tracked changes, links as hyperlinks."""
        for run in runs:
            words = list(self._words(run, side or self.direction))
            if not words:
                continue
            if run.inserted or run.removed:
                words = [self._change("del" if run.removed else "ins", words)]
            if link := safe_link(run.link):
                words = [self._hyperlink(link, words)]
            yield from words

    def _hyperlink(self, link: str, words: list[_Element]) -> _Element:
        element = node("hyperlink", *words)
        element.set(qn("r:id"), self.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return element

    def _change(self, kind: str, words: list[_Element]) -> _Element:
        self.changes += 1
        return node(kind, *words, id=str(self.changes), author="Dialogue", date=self.changed_on)

    def _words(self, run: Run, side: Direction) -> Iterator[_Element]:
        for text, rtl in stretches(run.text, side):
            element = node("r", *_manner(run, rtl))
            for at, line in enumerate(text.split("\n")):
                if at:
                    element.append(node("br"))
                for tab, piece in enumerate(line.split("\t")):
                    if tab:
                        element.append(node("tab"))
                    if piece:
                        element.append(_text(piece, "delText" if run.removed else "t"))
            yield element


def _text(piece: str, tag: str) -> _Element:
    element = node(tag)
    element.text = piece
    element.set(qn("xml:space"), "preserve")
    return element


def _manner(run: Run, rtl: bool) -> Iterator[_Element]:
    """The run's properties in the schema's order; complex scripts have a bold and italic of their own."""
    marks = [
        *(("b", "bCs") if run.strong else ()),
        *(("i", "iCs") if run.emphasis else ()),
        *(("rtl",) if rtl else ()),
    ]
    properties = [node(mark) for mark in marks]
    if run.code:
        properties.insert(0, node("rFonts", ascii=_MONOSPACE, hAnsi=_MONOSPACE, cs=_MONOSPACE))
    if safe_link(run.link):
        properties.insert(0, node("rStyle", val="Hyperlink"))
    if properties:
        yield node("rPr", *properties)
