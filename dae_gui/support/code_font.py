"""The font for program code: one in which all letters are equally wide."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

# Windows names Courier New as its own, which is thin on a screen; these come with it.
_PREFERRED = ("Cascadia Mono", "Consolas") if sys.platform == "win32" else ()
_WIDELY_INSTALLED = ("DejaVu Sans Mono", "Liberation Mono", "Menlo", "Courier New")


def code_font(size: float) -> QFont:
    """Return the font for code at a size in points: the system's own, if its letters are equally wide."""
    own = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    names = [*_PREFERRED, own.family()] if QFontInfo(own).fixedPitch() else [*_PREFERRED, *_WIDELY_INSTALLED]
    font = QFont(own)
    font.setFamilies(names)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(size)
    return font
