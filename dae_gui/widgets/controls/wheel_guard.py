"""Keeps the wheel from changing a field that the pointer only passes while something is scrolled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QWidget

FIELDS = (QAbstractSpinBox, QComboBox, QSlider)
"""What Qt lets the wheel change."""


class WheelGuard(QObject):
    """Lets the wheel turn a field only while the field has the focus; else the notch goes to what scrolls around it.

    A filter of the field alone: one of the application would see every event of every widget, and wait each time for
    the interpreter lock that training holds.

    Parameters
    ----------
    field
        The field, which owns the guard. The wheel no longer gives it the focus.
    """

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Refuse a notch without the focus, which makes Qt offer it to the parent."""
        if event.type() == QEvent.Type.Wheel and not self._field.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
