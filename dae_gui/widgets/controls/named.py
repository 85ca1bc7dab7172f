"""Common widgets made in one call, with the names that tests, screen readers and the mouse know them by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QWidget

from dae_gui.support.accessible import attach
from dae_gui.support.plain_text import PlainLabel, plain_tip
from dae_gui.widgets.controls.wheel_guard import FIELDS, WheelGuard

W = TypeVar("W", bound=QWidget)


def named(widget: W, object_name: str, accessible_name: str = "", tip: str = "") -> W:
    """Return the widget with its object name, its name for screen readers, and its tooltip.

    Every field is named, so it is here that the wheel is kept from changing those without the focus.
    """
    if isinstance(widget, FIELDS):
        WheelGuard(widget)
    if isinstance(widget, QComboBox):
        attach(widget)
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
    widget.setToolTip(plain_tip(tip))
    return widget


def push_button(object_name: str, text: str, tip: str, parent: QWidget, accessible_name: str = "") -> QPushButton:
    """Return a button with a text, which screen readers say too unless they are given another one."""
    return named(QPushButton(text, parent), object_name, accessible_name or text, tip)


def check_box(object_name: str, text: str, tip: str, parent: QWidget, accessible_name: str = "") -> QCheckBox:
    """Return a box to tick with a text, which screen readers say too unless they are given another one."""
    return named(QCheckBox(text, parent), object_name, accessible_name or text, tip)


def combo_box(
    object_name: str,
    accessible_name: str,
    tip: str,
    items: Iterable[tuple[str, Any]],
    parent: QWidget,
    tips: Iterable[str] = (),
) -> QComboBox:
    """Return a box with items to choose from, each a text and the data that it stands for, with tips of their own."""
    box = named(QComboBox(parent), object_name, accessible_name, tip)
    for text, data in items:
        box.addItem(text, data)
    for place, item_tip in enumerate(tips):
        box.setItemData(place, plain_tip(item_tip), Qt.ItemDataRole.ToolTipRole)
    return box


def narrow(box: QComboBox, letters: int) -> None:
    """Have a box ask for the room of so many letters, however long its longest item is."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)


def text_label(object_name: str, accessible_name: str, parent: QWidget, *, wraps: bool = True) -> QLabel:
    """Return an empty label whose text can be selected and copied with mouse and keyboard."""
    label = named(PlainLabel(parent=parent), object_name, accessible_name)
    label.setWordWrap(wraps)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def hint_label(object_name: str, text: str, parent: QWidget) -> QLabel:
    """Return a faint text in the middle, for the place of something that is not there yet."""
    label = named(PlainLabel(text, parent), object_name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
