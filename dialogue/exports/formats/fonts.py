"""The fonts of our PDF files: they come with the packages we install, so that each machine sets a text alike.

All are under the SIL Open Font License. `document.typ` names them in the order in which they are tried.
"""

from functools import cache
from pathlib import Path

import fontpkg_amiri
import manimgx_fonts
import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn
import typst

_PACKAGES = (pylopdf_fonts_zh_cn, pylopdf_fonts_ko, manimgx_fonts)
ROOTS = (Path(fontpkg_amiri.ROOT), *(Path(str(package.__file__)).parent for package in _PACKAGES))


@cache
def fonts(system: bool) -> typst.Fonts:
    """Find our fonts, and those of the machine where they are wanted."""
    return typst.Fonts(include_system_fonts=system, font_paths=[str(root) for root in ROOTS])
