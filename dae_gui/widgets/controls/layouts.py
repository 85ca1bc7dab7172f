"""Rows and columns of widgets, each laid out in one expression."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

Item = QWidget | QLayout | QSpacerItem | int
"""A widget, a layout, a `gap`, or an empty stretch of this weight."""
Margins = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""
L = TypeVar("L", bound=QBoxLayout)


def hbox(*items: Item | tuple[Item, int], spacing: int | None = None, margins: Margins | None = None) -> QHBoxLayout:
    """Return a layout with these items from left to right, in a pair with the weight by which they stretch.

    Where ``spacing`` or ``margins`` is None, it is the style's.
    """
    return _filled(QHBoxLayout(), items, spacing, margins)


def vbox(*items: Item | tuple[Item, int], spacing: int | None = None, margins: Margins | None = None) -> QVBoxLayout:
    """Return a layout with these items from top to bottom; see ``hbox``."""
    return _filled(QVBoxLayout(), items, spacing, margins)


def gap(pixels: int) -> QSpacerItem:
    """Return an empty space between two items, besides the layout's own spacing."""
    return QSpacerItem(pixels, pixels, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def _filled(layout: L, items: tuple[Item | tuple[Item, int], ...], spacing: int | None, margins: Margins | None) -> L:
    if spacing is not None:
        layout.setSpacing(spacing)
    if margins is not None:
        layout.setContentsMargins(*margins)
    for entry in items:
        item, stretch = entry if isinstance(entry, tuple) else (entry, 0)
        if isinstance(item, QWidget):
            layout.addWidget(item, stretch)
        elif isinstance(item, QLayout):
            layout.addLayout(item, stretch)
        elif isinstance(item, QSpacerItem):
            layout.addItem(item)
        else:
            layout.addStretch(item)
    return layout
