"""Texts that are not the program's own, shown as what they are: Qt takes whatever looks like markup for markup.

A run called ``<img src=...>`` would show a picture from the disk, one called ``R&D`` would lose its ``&`` in a menu. So
labels are `PlainLabel`, tooltips go through `plain_tip`, entries of menus through `menu_text`; a test holds all of the
window's code to it.
"""

from __future__ import annotations

from html import escape, unescape
from textwrap import wrap

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from dae_core.texts import plain
from dae_gui.support.accessible import attach

LONGEST_LABEL = 4000
LONGEST_TIP = 1500
LONGEST_ENTRY = 80
TIP_LINE = 72
"""So many characters a line of a tooltip has at most, unless one word has more: Qt breaks none that fit the screen."""

_SOFT_BREAK = " \n"  # where a long line of a tooltip was broken; a line break of the text itself has no space before it


class PlainLabel(QLabel):
    """A label that shows its text letter by letter, whatever it looks like.

    Parameters
    ----------
    text
        What it shows; line breaks are its own.
    parent
        The widget that it is in.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        attach(self)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text if text.isprintable() and len(text) <= LONGEST_LABEL else plain_lines(text, LONGEST_LABEL))


def plain_lines(text: str, most: int) -> str:
    """Return a text with its line breaks, and with all else that does not show written out."""
    return "\n".join(plain(line, most) for line in text.split("\n"))[: most + 1]


def plain_tip(text: str) -> str:
    """Return what to set as a tooltip in order to show this text, its long lines broken.

    What was returned already stays as it is; `tip_text` gives the text back.
    """
    if text.startswith("<qt>") and text.endswith("</qt>") and "<" not in text[4:-5].replace("<br>", ""):
        return text
    text = plain_lines(text.replace(_SOFT_BREAK, " "), LONGEST_TIP)
    if "<" in text:
        return f"<qt>{escape(text, quote=False).replace(chr(10), '<br>')}</qt>"  # Qt breaks the lines of these itself
    return "\n".join(_broken(line) for line in text.split("\n"))


def _broken(line: str) -> str:
    if len(line) <= TIP_LINE:
        return line
    words = wrap(line, TIP_LINE, break_long_words=False, break_on_hyphens=False, replace_whitespace=False)
    return _SOFT_BREAK.join(words)


def menu_text(text: str, most: int = LONGEST_ENTRY) -> str:
    """Return the text of an entry of a menu, or of a button, in order to show this text."""
    return plain(text, most).replace("&", "&&")


def show_tip(place: QPoint, text: str, widget: QWidget) -> None:
    """Show a text as a tooltip at a place of the screen; an empty one hides the last."""
    QToolTip.showText(place, plain_tip(text), widget)


def tip_text(tip: str) -> str:
    """Return the text of a tooltip that `plain_tip` made, with its line breaks."""
    if tip.startswith("<qt>") and tip.endswith("</qt>"):
        return unescape(tip[4:-5].replace("<br>", "\n"))
    return tip.replace(_SOFT_BREAK, " ")
