"""Copying what has the focus: widgets are asked for it, and no key is sent, for Ctrl+C is the Copy action's own."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)


@runtime_checkable
class Copyable(Protocol):
    """A widget with something of its own to copy: a picture, figures, lines."""

    def copy_content(self) -> bool:
        """Put it on the clipboard; return whether there was anything."""
        ...


def copy_from(widget: QWidget | None) -> bool:
    """Copy from a widget, or else from the nearest one around it that knows how; return whether anything was copied.

    A text in which nothing is selected ends the search: who is typing does not mean the table around the field.
    """
    while widget is not None:
        copied = _copy(widget)
        if copied is not None:
            return copied
        widget = None if widget.isWindow() else widget.parentWidget()
    return False


def _copy(widget: QWidget) -> bool | None:
    """Copy from this very widget; None where it is of a kind that has nothing to copy."""
    if isinstance(widget, Copyable):
        return widget.copy_content()
    # Boxes have the focus in the place of their fields; a combo box has a field only where one may type.
    field = widget.lineEdit() if isinstance(widget, (QSpinBox, QDoubleSpinBox, QComboBox)) else widget
    if isinstance(field, QLineEdit):
        field.copy()
        return field.hasSelectedText()
    if isinstance(widget, (QPlainTextEdit, QTextEdit)):
        widget.copy()
        return widget.textCursor().hasSelection()
    if isinstance(widget, QLabel):
        return _copy_text(widget.selectedText()) if widget.textInteractionFlags() & _SELECTABLE else None
    if isinstance(widget, QAbstractItemView):
        return _copy_text(_selected_text(widget))
    return None


_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


def _copy_text(text: str) -> bool:
    if text:
        # Where a label's paragraphs end Qt has a character of its own, which other programs do not know.
        QGuiApplication.clipboard().setText(text.replace("\u2029", "\n"))
    return bool(text)


def _selected_text(view: QAbstractItemView) -> str:
    """Return the texts of the selected entries, a row a line, its cells parted by tabs."""
    rows: dict[tuple[int, ...], list[str]] = {}
    for index in sorted(view.selectedIndexes()):
        place, above = [index.row()], index.parent()
        while above.isValid():
            place.insert(0, above.row())
            above = above.parent()
        rows.setdefault(tuple(place), []).append(str(index.data() or ""))
    return "\n".join("\t".join(rows[place]) for place in sorted(rows))
