"""How a Word document looks: styles with names people find again in their word processor."""

from typing import cast

from docx.document import Document as Package
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle

from dialogue.exports.documents.blocks import Direction
from dialogue.exports.formats.docx_runs import node

# Found on every system Word runs on, with Arabic and Cyrillic; Chinese goes to the system's own.
_SERIF = "Times New Roman"
_HAN = "SimSun"
_INK = RGBColor(0x1B, 0x1F, 0x24)
_QUIET = RGBColor(0x5B, 0x64, 0x70)
_ACCENT = RGBColor(0x1F, 0x4E, 0x79)
_TAGS = {"ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU"}
_TAGS |= {"zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}

# name: size, bold, colour, space before, space after, left indent, hanging indent (points and centimetres)
_PARAGRAPHS: dict[str, tuple[float, bool, RGBColor, float, float, float, float]] = {
    "Normal": (11, False, _INK, 0, 8, 0, 0),
    "Title": (20, True, _INK, 6, 20, 0, 0),
    "Heading 1": (15, True, _INK, 20, 8, 0, 0),
    "Heading 2": (13, True, _INK, 16, 6, 0, 0),
    "Heading 3": (12, True, _INK, 14, 6, 0, 0),
    "Heading 4": (11, True, _INK, 12, 4, 0, 0),
    "Heading 5": (11, True, _QUIET, 12, 4, 0, 0),
    "Caption": (10.5, True, _INK, 12, 4, 0, 0),
    "Quote": (11, False, _INK, 6, 8, 0.9, 0),
    "Lead": (12.5, False, _QUIET, 0, 10, 0, 0),
    "Note": (9.5, False, _QUIET, 0, 8, 0, 0),
    "Preamble": (11, False, _INK, 0, 8, 1.1, 0),
    "Clause": (11, False, _INK, 0, 8, 1.1, 1.1),
    "Clause 2": (11, False, _INK, 0, 8, 2.2, 1.1),
    "Clause 3": (11, False, _INK, 0, 8, 3.3, 1.1),
    "List Continue": (11, False, _INK, 0, 6, 0.63, 0),
    "List Continue 2": (11, False, _INK, 0, 6, 1.27, 0),
    "List Continue 3": (11, False, _INK, 0, 6, 1.9, 0),
    "Code": (9.5, False, _INK, 4, 8, 0.6, 0),
    "Cell": (10, False, _INK, 2, 2, 0, 0),
    "Header": (9, False, _QUIET, 0, 0, 0, 0),
    "Footer": (9, False, _QUIET, 0, 0, 0, 0),
}


def dress(package: Package, language: str, direction: Direction) -> None:
    """Give the package our styles, its language and its direction."""
    for name in _PARAGRAPHS:
        _paragraph_style(package, name)
    link = cast(CharacterStyle, package.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER))
    link.font.underline, link.font.color.rgb = True, _ACCENT
    _speak(package, language, direction)
    _page(package, direction)


def _paragraph_style(package: Package, name: str) -> None:
    size, bold, colour, before, after, left, hanging = _PARAGRAPHS[name]
    style = _found_or_added(package, name)
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    properties.append(node("rFonts", ascii=_SERIF, hAnsi=_SERIF, cs=_SERIF, eastAsia=_HAN))
    style.font.size, style.font.bold, style.font.cs_bold = Pt(size), bold, bold
    style.font.color.rgb = colour
    properties.append(node("szCs", val=str(round(2 * size))))
    paragraph = style.paragraph_format
    paragraph.space_before, paragraph.space_after = Pt(before), Pt(after)
    paragraph.left_indent, paragraph.first_line_indent = Cm(left), Cm(-hanging)
    paragraph.line_spacing, paragraph.widow_control = 1.15, True
    _without_border(style)


def _found_or_added(package: Package, name: str) -> ParagraphStyle:
    if name in {style.name for style in package.styles}:
        return cast(ParagraphStyle, package.styles[name])
    style = cast(ParagraphStyle, package.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.base_style = package.styles["Normal"]
    return style


def _without_border(style: ParagraphStyle) -> None:
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _speak(package: Package, language: str, direction: Direction) -> None:
    """The language of each kind of script, as Word keeps it, for spelling and for reading aloud."""
    han = language.split("-")[0] in ("zh", "ja", "ko")
    slot = "bidi" if direction == "rtl" else "eastAsia" if han else "val"
    spoken = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA", slot: _TAGS.get(language, language)}
    for old in package.styles.element.findall(f".//{qn('w:rPrDefault')}//{qn('w:lang')}"):
        old.getparent().replace(old, node("lang", **spoken))


def _page(package: Package, direction: Direction) -> None:
    section = package.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.9)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.6)
    if direction == "rtl":
        # Before w:docGrid, says the schema.
        grid = section._sectPr.find(qn("w:docGrid"))
        section._sectPr.append(node("bidi")) if grid is None else grid.addprevious(node("bidi"))
