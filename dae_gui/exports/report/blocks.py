"""Which element draws a block of a report, and how blocks stand beside one another."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from dae_core.report.document import (
    Block,
    Listing,
    Paragraph,
    Picture,
    Plot,
    RuledSpace,
    SideBySide,
    Table,
    Tiles,
    UserWords,
)
from dae_core.report.pages import Box
from dae_gui.exports.report.elements import (
    Element,
    Figure,
    ListingElement,
    Ruled,
    TextElement,
    TilesElement,
    WordsElement,
)
from dae_gui.exports.report.table import TableElement
from dae_gui.exports.report.texts import BODY, NOTE

_BETWEEN = 22.0  # blocks that stand beside one another


class Beside(Element):
    """Blocks beside one another, which are not broken."""

    def __init__(self, row: SideBySide, width: float) -> None:
        room = width - _BETWEEN * (len(row.blocks) - 1)
        self._widths = [room * share for share in row.shares]
        self._elements = [element(block, wide) for block, wide in zip(row.blocks, self._widths, strict=True)]
        boxes = [one.box for one in self._elements]
        least = max(box.height for box in boxes)
        most = max(box.height + box.slack for box in boxes)
        self.box = Box((least,), max(box.gap for box in boxes), slack=most - least, may_wait=True)

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw them all."""
        left = area.left()
        for one, width in zip(self._elements, self._widths, strict=True):
            one.draw(painter, QRectF(left, area.top(), width, area.height()))
            left += width + _BETWEEN


def element(block: Block, width: float) -> Element:
    """Return what draws a block of a report in a width."""
    match block:
        case Paragraph():
            return TextElement(block.text, width, NOTE if block.is_note else BODY)
        case UserWords():
            return WordsElement(block, width)
        case Listing():
            return ListingElement(block, width)
        case RuledSpace():
            return Ruled(block, width)
        case Tiles():
            return TilesElement(block.items, width)
        case Table():
            return TableElement(block, width)
        case SideBySide():
            return Beside(block, width)
        case Picture() | Plot():
            return Figure(block, width)
