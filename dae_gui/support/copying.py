"""Copying what has the focus: widgets are asked for it, and no key is sent, for Ctrl+C is the Copy action's own."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)

from dae_core.texts import table_cell


@runtime_checkable
class Copyable(Protocol):
    """A widget with something of its own to copy: a picture, figures, lines."""

    def copy_content(self) -> bool:
        """Put it on the clipboard; return whether there was anything."""
        ...


def can_copy(widget: QWidget | None) -> bool:
    """Return whether a widget that has the focus is of a kind that is copied: a picture, a plot, a table, a text."""
    part = _whole(widget)
    return part is not None and (isinstance(part, (Copyable, *_VIEWS, *_TEXTS)) or _is_text(part))


def copy_from(widget: QWidget | None) -> bool:
    """Copy from the widget that has the focus; return whether anything was copied.

    Nothing else is meant: neither the table around a field in which nothing is selected, nor a picture beside a button.
    """
    part = _whole(widget)
    if isinstance(part, Copyable):
        return part.copy_content()
    if isinstance(part, _VIEWS):
        return _copy_text(_selected_text(part))
    field = _field(part)
    if field is not None:
        field.copy()
        return field.hasSelectedText()
    if isinstance(part, _TEXTS):
        part.copy()
        return part.textCursor().hasSelection()
    if isinstance(part, QLabel) and _is_text(part):
        return _copy_text(part.selectedText())
    return False


def offer_copying(widget: QWidget) -> None:
    """Give a widget a context menu with which it is copied."""
    action = QAction("&Copy", widget)  # without the key, which is the window's: it would be ambiguous
    action.triggered.connect(lambda: copy_from(widget))
    widget.addAction(action)
    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
_VIEWS = (QAbstractItemView,)
_TEXTS = (QPlainTextEdit, QTextEdit)


def _whole(widget: QWidget | None) -> QWidget | None:
    """Return the widget, or what it is the inner area of: a plot or a table, whose contents are drawn on another."""
    around = None if widget is None else widget.parentWidget()
    return around if isinstance(around, QAbstractScrollArea) and around.viewport() is widget else widget


def _field(widget: QWidget | None) -> QLineEdit | None:
    """Return the field that a text is typed into: boxes have the focus in its place, a combo box has not always one."""
    if isinstance(widget, (QSpinBox, QDoubleSpinBox, QComboBox)):
        return widget.lineEdit()
    return widget if isinstance(widget, QLineEdit) else None


def _is_text(widget: QWidget) -> bool:
    is_selectable = isinstance(widget, QLabel) and bool(widget.textInteractionFlags() & _SELECTABLE)
    return is_selectable or _field(widget) is not None


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
        rows.setdefault(tuple(place), []).append(table_cell(str(index.data() or "")))
    return "\n".join("\t".join(rows[place]) for place in sorted(rows))
